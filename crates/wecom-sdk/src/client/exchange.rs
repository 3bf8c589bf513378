//! One HTTP exchange: a request goes out, an [`Answer`] comes back.
//!
//! Knows nothing of tokens, repeats and limits. Every failure is turned into fixed words here,
//! because HTTP errors print addresses and WeCom carries secrets in them.

use std::error::Error as StdError;
use std::io;
use std::time::{Duration, Instant};

use reqwest::redirect;
use url::Url;

use super::answer::Answer;
use super::builder::ClientBuilder;
use super::endpoints::is_loopback;
use super::tls;
use crate::error::{Error, Kind, Transport};

/// What goes out.
#[derive(Debug)]
pub(crate) struct Request<'r> {
    /// The path after `/cgi-bin/`.
    pub(crate) call: &'static str,
    /// The query, in order. May hold secrets.
    pub(crate) query: &'r [(&'static str, &'r str)],
    /// A JSON body; with it the call is a POST.
    pub(crate) body: Option<&'r str>,
    /// How much of an answer is read.
    pub(crate) most_bytes: usize,
}

/// The HTTP client with its address.
#[derive(Clone)]
pub(crate) struct Exchange {
    http: reqwest::Client,
    api: Url,
    timeout: Duration,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange")
            .field("api", &self.api.as_str())
            .finish_non_exhaustive()
    }
}

impl Exchange {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that builds the client of WeCom's API"
    )]
    pub(super) fn new(parts: &ClientBuilder) -> Result<Self, &'static str> {
        let api = &parts.endpoints.api;
        let is_plain = api.scheme() == "http";
        // A loopback endpoint needs no certificates: then none are read, which takes a while.
        let roots = if is_plain {
            Some(&[][..])
        } else {
            parts.roots.as_deref()
        };
        // One connection per call in flight, HTTP/1.1: a connection that stalls then stalls one call
        // and not all of them.
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(roots)?)
            .https_only(!is_plain)
            .http1_only()
            // Security: the query carries secrets, and a redirect would take them elsewhere.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(parts.connect_timeout)
            .pool_max_idle_per_host(32)
            .pool_idle_timeout(Duration::from_secs(20))
            .user_agent(concat!("wecom-sdk/", env!("CARGO_PKG_VERSION")));
        let http = match &parts.proxy {
            Some(proxy) if !is_loopback(api) => http.proxy(
                reqwest::Proxy::all(proxy.clone())
                    .map_err(|_| "the proxy's address is unusable")?,
            ),
            _ => http,
        };
        Ok(Self {
            http: http
                .build()
                .map_err(|_| "the HTTP client cannot be built")?,
            api: api.clone(),
            timeout: parts.timeout,
        })
    }

    /// One request, one answer. An errcode other than 0 is an error.
    pub(crate) async fn send(&self, request: &Request<'_>) -> Result<Answer, Error> {
        let began = Instant::now();
        let call = request.call;
        let outcome = tokio::time::timeout(self.timeout, self.bytes(request))
            .await
            .unwrap_or(Err(Kind::Timeout))
            .and_then(|bytes| Answer::parse(call, &bytes));
        tracing::debug!(
            wecom.call = call,
            wecom.errcode = match &outcome {
                Ok(_) => Some(0),
                Err(Kind::Rejected(errcode, _)) => Some(*errcode),
                Err(_) => None,
            },
            duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            "called WeCom"
        );
        outcome.map_err(|kind| Error::new(call, kind))
    }

    async fn bytes(&self, request: &Request<'_>) -> Result<Vec<u8>, Kind> {
        let url = self.url(request);
        let builder = match request.body {
            None => self.http.get(url),
            Some(body) => self
                .http
                .post(url)
                .header("content-type", "application/json; charset=utf-8")
                .body(body.to_owned()),
        };
        let mut response = builder.send().await.map_err(|error| kind_of(&error))?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(Kind::Transport(Transport::Status(status)));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| kind_of(&error))? {
            if bytes.len() + chunk.len() > request.most_bytes {
                return Err(Kind::Unreadable(
                    "it is larger than any answer of this call",
                ));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    fn url(&self, request: &Request<'_>) -> Url {
        let mut url = self.api.clone();
        let prefix = self.api.path().trim_end_matches('/');
        url.set_path(&format!("{prefix}/cgi-bin/{}", request.call));
        url.query_pairs_mut().extend_pairs(request.query);
        url
    }
}

/// Sorts a failure by what it is, never by its text, and drops it: it knows the address.
fn kind_of(error: &reqwest::Error) -> Kind {
    if error.is_timeout() {
        return Kind::Timeout;
    }
    let mut io_kind = None;
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<rustls::Error>() {
            return Kind::Transport(Transport::Tls);
        }
        cause = match error.downcast_ref::<io::Error>() {
            // An error wrapped by hand is not among the sources of its wrapper.
            Some(error) => {
                io_kind = Some(error.kind());
                error
                    .get_ref()
                    .map(|inner| inner as &(dyn StdError + 'static))
            }
            None => error.source(),
        };
    }
    if error.is_connect() || io_kind.is_some() {
        Kind::Transport(Transport::Connection(io_kind))
    } else {
        Kind::Transport(Transport::Broken)
    }
}
