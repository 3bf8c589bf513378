//! The question that another proxy asks for every request: may this one pass?
//!
//! Serves `/_menshen/check` (nginx, Caddy, Traefik, HAProxy, ingress-nginx) and everything below
//! `/_menshen/check/envoy` (Envoy's `ext_authz`). Only peers in `trusted_proxies` are answered; the
//! default list is empty (S-032, S-038). The judgement is the one of `judgement`, on the request that
//! the proxy describes; this room reads the description and words the answer. It writes nothing and
//! sets no cookie. [`ForwardAuth::check`] needs no router around it.

mod answer;
mod original;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use http::request::Parts as Head;
use http::{HeaderMap, Method, header};
use wecom_sdk::Clock;

use crate::Parts;
use crate::access::rules::Verdict;
use crate::config::Config;
use crate::door::peer::{self, Peer};
use crate::door::{Failure, codes};
use crate::judgement::{Asked, Judge, JudgementError};
use original::{BadDescription, Original};

/// Where proxies ask.
pub(crate) const CHECK: &str = "/_menshen/check";
/// Where Envoy asks: the path of the request follows.
pub(crate) const ENVOY: &str = "/_menshen/check/envoy";

/// A log line need not name every site.
const HOSTS_NAMED: usize = 10;

/// What this room needs. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct ForwardAuth {
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
    judge: Judge,
}

/// Why a question is not answered.
#[derive(Debug, thiserror::Error)]
enum CheckError {
    #[error("{0} is not in trusted_proxies: list it there if it is your proxy")]
    Untrusted(IpAddr),
    #[error("the question was not asked by GET")]
    Method,
    #[error(transparent)]
    Description(#[from] BadDescription),
    #[error("{0}; there is {1}: a port belongs to it")]
    Host(JudgementError, String),
    #[error(transparent)]
    Judgement(#[from] JudgementError),
}

/// Security: whatever goes wrong is a no. nginx takes 401 and 403 for one and everything else for an
/// error, which is a no too.
impl From<CheckError> for Failure {
    fn from(error: CheckError) -> Self {
        let code = match &error {
            CheckError::Untrusted(_) => codes::CHECK_UNTRUSTED,
            CheckError::Method => codes::METHOD_NOT_ALLOWED,
            CheckError::Description(BadDescription::Missing(_)) => codes::CHECK_INCOMPLETE,
            CheckError::Description(BadDescription::Conflict(_)) => codes::CHECK_CONFLICT,
            CheckError::Description(BadDescription::Unreadable(_))
            | CheckError::Judgement(JudgementError::Path(_)) => codes::CHECK_UNREADABLE,
            CheckError::Host(..) | CheckError::Judgement(JudgementError::UnknownHost(_)) => {
                codes::CHECK_UNKNOWN_SITE
            }
            CheckError::Judgement(JudgementError::ForeignSocket) => codes::FOREIGN_SOCKET,
            CheckError::Judgement(JudgementError::Lookup(error)) => {
                return Self::from(error.clone()).for_programs();
            }
        };
        Self::new(code)
            .with_detail(error.to_string())
            .for_programs()
    }
}

impl ForwardAuth {
    /// Takes what it needs out of the parts.
    pub(crate) fn new(parts: &Parts, judge: &Judge) -> Self {
        Self {
            config: Arc::clone(&parts.config),
            clock: Arc::clone(&parts.clock),
            judge: judge.clone(),
        }
    }

    /// Whether a path is one of this room's.
    pub(crate) fn is_asked(path: &str) -> bool {
        let rest = path.strip_prefix(CHECK);
        rest.is_some_and(|rest| rest.is_empty() || rest == "/envoy" || rest.starts_with("/envoy/"))
    }

    /// Answers one question. What it answers with a failure carries it for the door to word.
    pub(crate) async fn check(&self, head: &Head, peer: IpAddr) -> Response {
        match self.try_check(head, peer).await {
            Ok(response) => response,
            Err(CheckError::Method) => {
                let mut response = Failure::from(CheckError::Method).into_response();
                let get = http::HeaderValue::from_static("GET");
                response.headers_mut().insert(header::ALLOW, get);
                response
            }
            Err(error) => Failure::from(error).into_response(),
        }
    }

    /// For the log: which hosts there are, where it was none of them.
    fn explained(&self, error: JudgementError) -> CheckError {
        if !matches!(error, JudgementError::UnknownHost(_)) || self.config.sites.is_empty() {
            return error.into();
        }
        let sites = self.config.sites.iter().take(HOSTS_NAMED);
        let known: Vec<&str> = sites.map(|site| site.host.as_str()).collect();
        let rest = if self.config.sites.len() > HOSTS_NAMED {
            ", …"
        } else {
            ""
        };
        CheckError::Host(error, known.join(", ") + rest)
    }

    async fn try_check(&self, head: &Head, peer: IpAddr) -> Result<Response, CheckError> {
        // Security: first of all. To anybody else, forwarded headers do not exist.
        if !peer::is_trusted(peer, &self.config.trusted_proxies) {
            return Err(CheckError::Untrusted(peer));
        }
        let original = original(head)?;
        let site = self.judge.site(original.host);
        let site = site.map_err(|error| self.explained(error))?;
        let now = self.clock.now();
        let judgement = self.judge.judge(site, asked(&original, head), now).await?;
        let headers = &head.headers;
        Ok(answer::of(&self.judge, &judgement, &original, headers, now))
    }

    /// The head of a yes to a question for which nothing has to be asked, signed or logged. Where there is
    /// none, `check` answers; where there is one, `check` would answer the same.
    pub(crate) fn yes_at_once(&self, head: &Head, peer: IpAddr) -> Option<HeaderMap> {
        if !peer::is_trusted(peer, &self.config.trusted_proxies) {
            return None;
        }
        let original = original(head).ok()?;
        let site = self.judge.site(original.host).ok()?;
        let now = self.clock.now();
        let judgement = self
            .judge
            .judge_at_once(site, asked(&original, head), now)?;
        if !matches!(judgement.verdict, Verdict::Public | Verdict::Allow) {
            return None;
        }
        let assertion = match &judgement.who {
            Some(who) => Some(self.judge.kept_assertion(site, who, now)?),
            None => None,
        };
        Some(answer::yes(&judgement, assertion, &head.headers))
    }
}

fn original(head: &Head) -> Result<Original<'_>, CheckError> {
    if head.uri.path() != CHECK {
        return Ok(Original::of_envoy(head)?);
    }
    if head.method != Method::GET {
        return Err(CheckError::Method);
    }
    Ok(Original::of_headers(&head.headers)?)
}

fn asked<'r>(original: &Original<'r>, head: &'r Head) -> Asked<'r> {
    Asked {
        method: original.method,
        path: original.path(),
        headers: &head.headers,
    }
}

/// The addresses of this room, for the router.
pub(crate) fn routes(room: ForwardAuth) -> Router {
    Router::new()
        .route(CHECK, any(handle))
        .route(ENVOY, any(handle))
        .route(&format!("{ENVOY}/{{*path}}"), any(handle))
        .with_state(room)
}

async fn handle(State(room): State<ForwardAuth>, request: Request) -> Response {
    let (head, _): (Head, Body) = request.into_parts();
    let peer = head.extensions.get::<Peer>().map(|peer| peer.0.ip());
    match peer {
        Some(peer) => match room.yes_at_once(&head, peer) {
            Some(headers) => (headers, ()).into_response(),
            None => room.check(&head, peer).await,
        },
        None => Failure::new(codes::CHECK_UNTRUSTED).into_response(),
    }
}

/// For the fuzz targets: host, method and target of a description.
#[cfg(fuzzing)]
pub(crate) fn described(headers: &http::HeaderMap) -> Option<(String, String, String)> {
    let original = Original::of_headers(headers).ok()?;
    let Original {
        host,
        method,
        target,
    } = original;
    Some((host.to_owned(), method.to_owned(), target.to_owned()))
}
