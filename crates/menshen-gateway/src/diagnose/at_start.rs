//! The names in rules, before `menshen serve` starts.
//!
//! In: the configuration. Out: the names that WeCom does not know, which stop the start like every other mistake,
//! and the sites about which WeCom said nothing, which do not: it may be silent, and a restart at night must
//! not wait for it. About those it is asked again until it answers; what it does not know then is an error in
//! the log. A refusal of corp id, secret or agent id is an error at once. Never: changes what a rule admits. A
//! name that nobody has admits nobody.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;
use tokio::time::timeout;
use wecom_sdk::{Clock, Entropy};

use super::clients::Clients;
use super::finding::{Finding, Level};
use super::names::{self, Answer};
use crate::config::Config;
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
    let mut names = Names::default();
    let mut clients = Clients::new(config, clock, entropy);
    let asking = async {
        // A secret that was refused once is not shown again for the next site: many wrong ones bar the address.
        let mut refused: Vec<&str> = Vec::new();
        for site in &config.sites {
            let by = site.connectors.first().map_or("", String::as_str);
            if refused.contains(&by) {
                continue;
            }
            match names::ask(&mut clients, site, &|_| true).await {
                Answer::NoNames | Answer::Known => {}
                Answer::Unknown(findings) => names.unknown.extend(findings),
                Answer::Refused(finding) => {
                    refused.push(by);
                    names.refused.push(finding);
                }
                Answer::Silent(finding) => names.unasked.push(finding),
            }
        }
    };
    if timeout(PATIENCE, asking).await.is_err() {
        let what = format!("WeCom did not answer within {} s", PATIENCE.as_secs());
        let finding = Finding::new(Level::Failed, "sites: rules", what);
        names.unasked.push(finding);
    }
    names
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
