//! The judgement of a request for a site: the same for `/_menshen/check` and for the proxy.
//!
//! In: host, method, path and headers of the request as the application would get it. Out: the site,
//! the verdict with the rule that made it, and who is signed in, or why there is no judgement. Who may
//! name host and path (`door/peer`, `forward_auth/original`) was settled before; how a no is said is
//! the caller's affair. Never: writes an answer, and never believes a header about identity.

mod assertion;
pub(crate) mod cors;
mod refused;
mod sign_in;
pub(crate) mod signed_out;
pub(crate) mod site;
mod socket;
mod stay;

use std::sync::Arc;

use http::HeaderMap;
use wecom_sdk::Timestamp;

use crate::Parts;
use crate::access::path::{BadPath, Path};
use crate::access::rules::{Needs, Verdict};
use crate::assertion::AssertionKeys;
use crate::door::{Failure, codes};
use crate::session::{LookupError, Remembered, SessionRoom, SignedIn};
use site::{Site, Sites};

/// A request for a site, in the words in which the application would get it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'r> {
    /// The method.
    pub(crate) method: &'r str,
    /// The path without its query, not yet decoded.
    pub(crate) path: &'r str,
    /// The headers: cookies are read, and who opens a WebSocket.
    pub(crate) headers: &'r HeaderMap,
}

/// What came out.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// The site.
    pub(crate) site: Arc<Site>,
    /// What may happen.
    pub(crate) verdict: Verdict,
    /// The parts of the site's rules that had a say; the deciding one first.
    pub(crate) needs: Needs,
    /// Who is signed in, as far as the site's connectors vouch for them; also on public paths.
    pub(crate) who: Option<Arc<SignedIn>>,
}

/// Why there is no judgement. All of these are a no.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum JudgementError {
    /// No site has this host.
    #[error(
        "no [[site]] has the host \"{0}\": add the site, or let the proxy hand on the host as the browser sent it"
    )]
    UnknownHost(Box<str>),
    /// The path cannot be judged.
    #[error("the path cannot be judged: {0}")]
    Path(#[from] BadPath),
    /// It is not known who is signed in.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// A page of another origin opens a WebSocket with somebody's cookie.
    #[error("Origin is neither the site's nor in its cors list")]
    ForeignSocket,
}

impl From<JudgementError> for Failure {
    fn from(error: JudgementError) -> Self {
        match error {
            JudgementError::UnknownHost(_) => {
                Self::new(codes::MISDIRECTED).with_detail(error.to_string())
            }
            JudgementError::Path(_) => Self::new(codes::BAD_REQUEST).with_detail(error.to_string()),
            JudgementError::Lookup(error) => error.into(),
            JudgementError::ForeignSocket => {
                Self::new(codes::FOREIGN_SOCKET).with_detail(error.to_string())
            }
        }
    }
}

/// Judges requests. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    sites: Arc<Sites>,
    sessions: SessionRoom,
    /// The gateway's own origin.
    gateway: Arc<str>,
    /// What assertions are signed with.
    keys: AssertionKeys,
    /// Whether there is more than one connector to choose from.
    has_choice: bool,
}

impl Judge {
    /// Builds the sites of the configuration.
    pub(crate) fn new(parts: &Parts, sessions: &SessionRoom) -> Self {
        Self {
            sites: Arc::new(Sites::new(&parts.config)),
            sessions: sessions.clone(),
            gateway: parts.config.public_url.origin().into(),
            keys: parts.assertion_keys.clone(),
            has_choice: parts.config.connectors.len() > 1,
        }
    }

    /// The sites, for whoever has to know which host is one.
    pub(crate) fn sites(&self) -> &Sites {
        &self.sites
    }

    /// The site of a host that is not yet normalised.
    pub(crate) fn site(&self, host: &str) -> Result<&Arc<Site>, JudgementError> {
        let site = self.sites.find(host);
        site.ok_or_else(|| JudgementError::UnknownHost(shortened(host)))
    }

    /// Judges one request for a site. Free checks first: the path before the session is looked for.
    pub(crate) async fn judge(
        &self,
        site: &Arc<Site>,
        asked: Asked<'_>,
        now: Timestamp,
    ) -> Result<Judgement, JudgementError> {
        let path = Path::parse(asked.path)?;
        let who = self.who(site, asked.headers, now).await?;
        let judgement = conclude(site, (asked.method, &path), who);
        if judgement.is_foreign_socket(asked.headers) {
            return Err(JudgementError::ForeignSocket);
        }
        Ok(judgement)
    }

    /// The same judgement, where everything that it needs is in memory and deserves no line in the log; else
    /// there is none.
    pub(crate) fn judge_at_once(
        &self,
        site: &Arc<Site>,
        asked: Asked<'_>,
        now: Timestamp,
    ) -> Option<Judgement> {
        let path = Path::parse(asked.path).ok()?;
        let remembered = if site.is_at_gateway {
            self.sessions.remembered(asked.headers, now)
        } else {
            let host = site.config.host.as_str();
            self.sessions.remembered_at(host, asked.headers, now)
        };
        let who = match remembered {
            Remembered::Somebody(who) => Some(who),
            Remembered::Nobody => None,
            Remembered::Nothing => return None,
        };
        let judgement = conclude(site, (asked.method, &path), who);
        (!judgement.is_foreign_socket(asked.headers)).then_some(judgement)
    }

    /// Who is signed in at this site.
    ///
    /// Security: a session is of one host. The cookie of another host is nobody's (S-167).
    async fn who(
        &self,
        site: &Site,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Arc<SignedIn>>, LookupError> {
        if site.is_at_gateway {
            self.sessions.lookup(headers, now).await
        } else {
            let host = site.config.host.as_str();
            self.sessions.lookup_at(host, headers, now).await
        }
    }
}

/// What the rules say.
///
/// Security: a session is of one connector. Somebody whom another connector signed in is nobody here (S-167).
fn conclude(
    site: &Arc<Site>,
    (method, path): (&str, &Path<'_>),
    who: Option<Arc<SignedIn>>,
) -> Judgement {
    let rules = &site.config.rules;
    let needs = rules.needs(method, path);
    let who = who.filter(|who| site.is_connected_by(&who.connector_id));
    let facts = who.as_ref().map(|who| who.facts());
    Judgement {
        verdict: rules.decide(&needs, path, facts.as_ref()),
        site: Arc::clone(site),
        needs,
        who,
    }
}

/// A host that somebody else wrote, for a log line: the longest name there is has 253 letters.
fn shortened(host: &str) -> Box<str> {
    host.chars().take(260).collect::<String>().into()
}

impl Judgement {
    /// Whether a page of another origin opens a WebSocket in somebody's name. Without anybody there is nothing to
    /// protect: what the application offers to all is its own affair.
    fn is_foreign_socket(&self, headers: &HeaderMap) -> bool {
        let site = &*self.site;
        self.who.is_some() && socket::is_foreign(&site.origin, &site.config.cors, headers)
    }

    /// Which rules had a say, for a log line.
    pub(crate) fn explanation(&self) -> String {
        let rules = &self.site.config.rules;
        let parts: Vec<String> = self.needs.iter().map(|part| rules.name(part)).collect();
        format!("decided by {}", parts.join(" and "))
    }
}
