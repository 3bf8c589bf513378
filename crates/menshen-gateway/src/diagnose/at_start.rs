//! The names in rules, before `menshen serve` starts.
//!
//! In: the configuration. Out: the names that WeCom does not know, which stop the start like every other mistake,
//! and the sites about which WeCom said nothing, which do not: it may be silent, and a restart at night must
//! not wait for it. About those it is asked again until it answers; what it does not know then is an error in
//! the log. A refusal of corp id, secret or agent id is an error at once. Never: changes what a rule admits. A
//! name that nobody has admits nobody.

use std::collections::BTreeMap;
use std::fs;
use std::future::poll_fn;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;
use tokio::time::timeout;
use wecom_sdk::{Client, Clock, Entropy, Error};

use super::clients::Clients;
use super::finding::{Finding, Level};
use super::names::{self, Answer};
use crate::config::{Config, SiteConfig};
use crate::parts::Parts;

/// How long a start waits for WeCom.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often WeCom is asked again that was silent.
const AGAIN: Duration = Duration::from_mins(1);

/// What WeCom said about the names in all rules.
#[derive(Debug, Default)]
pub struct Names {
    /// Those that it does not know.
    pub unknown: Vec<Finding>,
    /// Connectors whose corp id, secret or agent id it refuses. Their names were not asked about.
    pub refused: Vec<Finding>,
    /// Why it could not be asked about some.
    pub unasked: Vec<Finding>,
}

impl Names {
    /// Whether WeCom has answered about all of them.
    #[must_use]
    pub fn are_known(&self) -> bool {
        self.refused.is_empty() && self.unasked.is_empty()
    }
}

/// Asks about all sites, for a few seconds at most.
pub async fn ask_about_names(
    config: &Config,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<Entropy>,
) -> Names {
    // Each connector once, for all of its sites: a secret that was refused is not shown again, and one that waits
    // for its WeCom holds up no other.
    let mut clients = Clients::new(config, clock, entropy);
    let mut of_each: BTreeMap<&str, Vec<&SiteConfig>> = BTreeMap::new();
    for site in &config.sites {
        let by = site.connectors.first().map_or("", String::as_str);
        of_each.entry(by).or_default().push(site);
    }
    let mut asking = Vec::new();
    for (by, sites) in of_each {
        if let Some(client) = sites.first().and_then(|site| clients.of(site)) {
            asking.push(Box::pin(ask_one(by, client, sites)));
        }
    }
    let mut names = Names::default();
    for answer in side_by_side(asking).await {
        match answer {
            Answer::NoNames | Answer::Known => {}
            Answer::Unknown(findings) => names.unknown.extend(findings),
            Answer::Refused(finding) => names.refused.push(finding),
            Answer::Silent(finding) => names.unasked.push(finding),
        }
    }
    names
}

async fn ask_one(by: &str, client: Result<Client, Error>, sites: Vec<&SiteConfig>) -> Answer {
    let asking = names::ask_of_all(client, &sites);
    timeout(PATIENCE, asking).await.unwrap_or_else(|_| {
        let what = format!(
            "WeCom did not answer connector {by} within {} s",
            PATIENCE.as_secs()
        );
        Answer::Silent(Finding::new(Level::Failed, "sites: rules", what))
    })
}

/// What all of them come to, in their order, waited for at the same time.
async fn side_by_side<F: Future + Unpin>(mut asking: Vec<F>) -> Vec<F::Output> {
    let mut answers: Vec<Option<F::Output>> = asking.iter().map(|_| None).collect();
    poll_fn(|cx| {
        for (one, answer) in asking.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let Poll::Ready(said) = Pin::new(one).poll(cx)
            {
                *answer = Some(said);
            }
        }
        if answers.iter().all(Option::is_some) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// Asks again every minute behind the back of a running gateway, until WeCom has answered about all sites once.
/// After a refusal it waits for another secret: wrong ones bar the address for an hour. `names` is what was heard
/// at the start.
pub fn ask_again_about_names(parts: &Parts, names: &Names) {
    let (jobs, parts) = (parts.jobs.clone(), parts.clone());
    let state = Arc::new(Mutex::new(Asking::after(names, &parts.config)));
    jobs.repeat(AGAIN, move || {
        let (parts, state) = (parts.clone(), Arc::clone(&state));
        async move {
            let mut state = state.lock().await;
            if !state.is_due(&parts.config) {
                return;
            }
            let names = ask_about_names(&parts.config, &parts.clock, &parts.entropy).await;
            *state = Asking::after(&names, &parts.config);
            write_down(&names.refused);
            if names.are_known() {
                write_down(&names.unknown);
            }
        }
    });
}

/// Whether there is something left to ask.
enum Asking {
    Answered,
    /// WeCom was silent.
    Again,
    /// WeCom refused these secrets.
    Refused(Vec<Option<Stamp>>),
}

/// By what a changed secret file is known.
type Stamp = (Option<SystemTime>, u64);

impl Asking {
    fn after(names: &Names, config: &Config) -> Self {
        match (names.refused.is_empty(), names.unasked.is_empty()) {
            (true, true) => Self::Answered,
            (true, false) => Self::Again,
            (false, _) => Self::Refused(stamps(config)),
        }
    }

    fn is_due(&self, config: &Config) -> bool {
        match self {
            Self::Answered => false,
            Self::Again => true,
            Self::Refused(secrets) => *secrets != stamps(config),
        }
    }
}

fn stamps(config: &Config) -> Vec<Option<Stamp>> {
    let files = config.connectors.iter().map(|each| each.secret.path());
    let stamp = |file: &Path| {
        let file = fs::metadata(file).ok()?;
        Some((file.modified().ok(), file.len()))
    };
    files.map(stamp).collect()
}

fn write_down(findings: &[Finding]) {
    for finding in findings {
        finding.write_down();
    }
}
