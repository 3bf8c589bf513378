//! `[[site]]`: a web application behind the gate, by its host.
//!
//! In: its section of the file. Out: where its requests go, whom it admits where, and what it is told
//! about the person. The checks of rules are those of `access`, which judges by them later. Never:
//! calls an upstream, or asks WeCom whether a department exists (`menshen check` does).

mod authorities;
mod host;
mod read;
mod rule;

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use rustls::pki_types::CertificateDer;
use url::Url;

pub use crate::access::rules::{Rule, Rules};
pub use crate::identity_headers::names::Fact;
pub(crate) use host::server_name;
pub(super) use read::{Beside, read_all};

/// A web application behind the gate.
#[derive(Clone, Debug)]
pub struct SiteConfig {
    /// Its host in normal form: small letters, a port only when it is not the usual one.
    pub host: String,
    /// Where its requests go: scheme, host and port. Several are equals. `h2c` is HTTP/2 without TLS.
    /// Empty: the site is served by another proxy, which asks `/_menshen/check`.
    pub upstreams: Vec<Url>,
    /// The only authorities whose certificates its upstreams may show. None: those of the system.
    pub upstream_authorities: Option<Arc<[CertificateDer<'static>]>>,
    /// The connectors whose people it admits, by id; at least one.
    pub connectors: Vec<String>,
    /// Who may open what.
    pub rules: Rules,
    /// Names that the application expects facts under, besides ours.
    pub headers: Vec<(HeaderName, Fact)>,
    /// The origins whose scripts may read answers about being signed out, as a browser writes them.
    pub cors: Vec<HeaderValue>,
    /// How long an upstream may take.
    pub timeouts: UpstreamTimeouts,
    /// What `/_menshen/check` answers when a page load has nobody signed in.
    pub signed_out: SignedOut,
}

/// How long an upstream may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpstreamTimeouts {
    /// Until it is connected.
    pub connect: Duration,
    /// From the last byte of the request to the first of the answer.
    pub answer: Duration,
    /// Between two bytes of a body, a stream or a WebSocket, in either direction.
    pub idle: Duration,
}

impl Default for UpstreamTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_mins(1),
            idle: Duration::from_mins(5),
        }
    }
}

/// What `/_menshen/check` answers when a page load has nobody signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignedOut {
    /// 401 with the address of the sign-in: the proxy makes a redirect of it (nginx).
    #[default]
    Unauthorized,
    /// 302: the proxy hands our answer to the browser (Caddy, Traefik, Envoy, HAProxy).
    Redirect,
}
