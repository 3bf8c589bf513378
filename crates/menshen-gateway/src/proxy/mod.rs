//! The proxy: hands a request that was judged to an upstream of its site, and the answer back.
//!
//! In: a request that may pass, and what the gateway knows of it. Out: the upstream's answer, streamed, or
//! the reason why there is none. It answers for these: the path that was judged is the path that is sent,
//! byte for byte; nothing between the browser and us reaches the upstream; what we say about the caller
//! and the person is ours alone; no byte of one answer ever reaches the reader of another. Never: judges.

mod answer;
mod cookies;
mod dial;
mod error;
mod frames;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod group;
mod health;
mod incoming;
mod outgoing;
mod patience;
mod repeat;
mod settings;
mod shared;
mod tunnel;
mod upload;
mod upstream;
mod vigil;

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use http::header::{self, HeaderMap, HeaderValue};
use http::{Request, Response, StatusCode, Uri, Version};
use tokio::time::Instant;

pub(crate) use answer::Passing;
pub(crate) use error::ProxyError;
pub(crate) use outgoing::Facts;
pub(crate) use vigil::{Asker, Question};

use answer::Lease;
use dial::{Dialer, Spoken, Tls};
use group::{Arrived, Group};
use outgoing::Wishes;
use tunnel::Tunnel;
use upload::Sent;
use upstream::{Upstream, Want};
use vigil::Vigil;

use crate::Parts;
use crate::config::SiteConfig;
use crate::jobs::Jobs;
use crate::listen::Received;

/// How often old connections are closed and resting upstreams knocked at.
const ROUND: Duration = Duration::from_secs(2);

/// About as many headers are added to each request.
const OURS: usize = 16;

const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");
const UPGRADE: HeaderValue = HeaderValue::from_static("upgrade");
const TRAILERS: HeaderValue = HeaderValue::from_static("trailers");

/// What a judged request is sent with.
pub(crate) struct Passage<'s> {
    /// The site's host, as it is configured.
    pub(crate) site: &'s str,
    /// What the gateway knows of the request.
    pub(crate) facts: Facts,
    /// Which names are ours at this site: incoming copies go.
    pub(crate) is_managed: &'s (dyn Fn(&str) -> bool + Sync),
    /// Writes what is ours, last.
    pub(crate) write: &'s (dyn Fn(&mut HeaderMap) + Sync),
    /// How to ask whether it would still pass; none on public paths.
    pub(crate) asker: Option<Asker>,
    /// The worker that serves the request: connections of its own come first.
    pub(crate) worker: usize,
}

/// The upstreams of all sites. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    groups: Arc<HashMap<Box<str>, Arc<Group>>>,
    jobs: Jobs,
}

impl Proxy {
    /// Knows the upstreams of the configuration; connects to none.
    pub(crate) fn new(parts: &Parts) -> Result<Self, rustls::Error> {
        let mut of_system = None;
        let mut groups = HashMap::new();
        let has_upstream = |site: &&SiteConfig| !site.upstreams.is_empty();
        for site in parts.config.sites.iter().filter(has_upstream) {
            let tls = tls(site, &mut of_system)?;
            let upstreams = site.upstreams.iter().map(|url| {
                let dialer = Dialer::new(url, tls.as_ref());
                Upstream::new(dialer, parts.jobs.clone())
            });
            let group = Group::new(upstreams.collect(), site.timeouts);
            groups.insert(site.host.as_str().into(), Arc::new(group));
        }
        Ok(Self {
            groups: Arc::new(groups),
            jobs: parts.jobs.clone(),
        })
    }

    /// Looks after connections and upstreams until the gateway stops.
    pub(crate) fn start(&self) {
        for group in self.groups.values() {
            let (group, jobs) = (Arc::downgrade(group), self.jobs.clone());
            self.jobs.repeat(ROUND, move || {
                look_after(&group, &jobs);
                std::future::ready(())
            });
        }
    }

    /// Whether no site has an upstream.
    pub(crate) fn is_idle(&self) -> bool {
        self.groups.is_empty()
    }

    /// Whether requests for this site are sent to an upstream.
    pub(crate) fn serves(&self, site: &str) -> bool {
        self.groups.contains_key(site)
    }

    /// Sends a judged request on, and hands the answer back.
    pub(crate) async fn forward(
        &self,
        request: Request<Received>,
        passage: Passage<'_>,
    ) -> Result<Response<Option<Passing>>, ProxyError> {
        let group = self.groups.get(passage.site);
        let group = group.ok_or_else(ProxyError::no_upstream)?;
        let Outgoing {
            request,
            upload,
            wishes,
            browser,
        } = prepare(request, &passage, group);
        let spoken = if wishes.websocket {
            Spoken::Http1
        } else {
            Spoken::Any
        };
        let want = Want {
            spoken,
            worker: passage.worker,
        };
        let arrived = group.send(request, upload.as_deref(), want).await?;
        let Arrived {
            mut response,
            under,
            upstream,
        } = arrived;
        let vigil = passage.asker.map(Vigil::new);
        let request_id = &passage.facts.request_id;
        let is_switched = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if is_switched && let Some(browser) = browser.filter(|_| is_websocket(&response)) {
            let upstream = hyper::upgrade::on(&mut response);
            let idle = group.timeouts.idle;
            Tunnel {
                browser,
                upstream,
                idle,
                vigil,
            }
            .open(&self.jobs);
            let (mut head, _) = response.into_parts();
            incoming::clean(&mut head.headers, head.version, request_id, false);
            head.headers.insert(header::CONNECTION, UPGRADE);
            head.headers.insert(header::UPGRADE, WEBSOCKET);
            return Ok(Response::from_parts(head, None));
        }
        if is_switched {
            // Security: nobody asked for another protocol, so this one is not spoken on.
            let address = upstream.address().to_owned();
            let reason = "it switched to a protocol that nobody asked for".to_owned();
            return Err(ProxyError::Broken { address, reason });
        }
        let (mut head, body) = response.into_parts();
        incoming::clean(&mut head.headers, head.version, request_id, wishes.trailers);
        let lease = Lease {
            under,
            upstream,
            upload,
        };
        let body = Passing::new(body, lease, group.timeouts.idle, vigil);
        head.version = Version::HTTP_11;
        Ok(Response::from_parts(head, Some(body)))
    }
}

/// What the upstreams of a site are checked against. The system's authorities are read once, and only if
/// somebody needs them.
fn tls(site: &SiteConfig, of_system: &mut Option<Tls>) -> Result<Option<Tls>, rustls::Error> {
    if !site.upstreams.iter().any(|url| url.scheme() == "https") {
        return Ok(None);
    }
    if let Some(authorities) = &site.upstream_authorities {
        return Tls::of(authorities).map(Some);
    }
    if of_system.is_none() {
        *of_system = Some(Tls::of_system()?);
    }
    Ok(of_system.clone())
}

/// A request, ready to be sent.
struct Outgoing {
    request: Request<Sent>,
    upload: Option<Arc<upload::Upload>>,
    wishes: Wishes,
    /// The browser's side of a WebSocket.
    browser: Option<hyper::upgrade::OnUpgrade>,
}

fn prepare(mut request: Request<Received>, passage: &Passage<'_>, group: &Group) -> Outgoing {
    let (method, version) = (request.method().clone(), request.version());
    let kind = (&method, version);
    let mut wishes = outgoing::strip(request.headers_mut(), kind, passage.is_managed);
    let has_body = !hyper::body::Body::is_end_stream(request.body());
    wishes.websocket &= !has_body;
    let browser = wishes.websocket.then(|| hyper::upgrade::on(&mut request));
    let (mut head, body) = request.into_parts();
    // Room for all that is said below, in one step.
    head.headers.reserve(OURS);
    outgoing::tell(&mut head.headers, &passage.facts, version);
    (passage.write)(&mut head.headers);
    if wishes.websocket {
        head.headers.insert(header::CONNECTION, UPGRADE);
        head.headers.insert(header::UPGRADE, WEBSOCKET);
    } else if wishes.trailers {
        head.headers.insert(header::TE, TRAILERS);
    }
    // The path and its query are the bytes that were judged; scheme and host are not theirs.
    if head.uri.authority().is_some() {
        let path = head.uri.path_and_query().cloned();
        head.uri = path.map_or_else(Uri::default, Uri::from);
    }
    head.version = Version::HTTP_11;
    head.extensions = http::Extensions::new();
    let (body, upload) = Sent::stream(body, group.timeouts.idle);
    Outgoing {
        request: Request::from_parts(head, body),
        upload,
        wishes,
        browser,
    }
}

fn is_websocket<B>(response: &Response<B>) -> bool {
    let upgrade = response.headers().get(header::UPGRADE);
    upgrade.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Closes what waited too long, and knocks at upstreams that rest: each in a job of its own, so that one that
/// lets us wait holds up neither the round nor the others, nor the end.
fn look_after(group: &Weak<Group>, jobs: &Jobs) {
    let Some(group) = group.upgrade() else { return };
    for upstream in group.upstreams() {
        upstream.sweep(Instant::now());
        let is_worth_knocking = upstream.health.is_down() && group.upstreams().len() > 1;
        if is_worth_knocking && let Some(knock) = upstream.health.take_knock() {
            let (upstream, patience) = (Arc::clone(upstream), group.timeouts.connect);
            let stopping = jobs.stopping();
            drop(jobs.spawn(async move {
                tokio::select! {
                    () = stopping => {}
                    () = try_again(&upstream, patience) => {}
                }
                drop(knock);
            }));
        }
    }
}

async fn try_again(upstream: &Upstream, patience: Duration) {
    if upstream.is_reachable(patience).await {
        upstream.health.succeeded();
        tracing::info!(upstream.address = upstream.address(), "an upstream is back");
    } else {
        upstream.health.failed(Instant::now());
    }
}

#[cfg(test)]
mod tests;
