//! The names in rules, before `menshen serve` starts.
//!
//! In: the configuration. Out: the names that WeCom does not know, which stop the start like every other mistake,
//! and the sites about which WeCom said nothing, which do not: it may be silent, and a restart at night must
//! not wait for it. About those it is asked again until it answers; what it does not know then is an error in
//! the log. Never: changes what a rule admits. A name that nobody has admits nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

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
    /// Why it could not be asked about some.
    pub unasked: Vec<Finding>,
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
        for site in &config.sites {
            match names::ask(&mut clients, site, &|_| true).await {
                Answer::NoNames | Answer::Known => {}
                Answer::Unknown(findings) => names.unknown.extend(findings),
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
pub fn ask_again_about_names(parts: &Parts) {
    let (jobs, parts) = (parts.jobs.clone(), parts.clone());
    let is_answered = Arc::new(AtomicBool::new(false));
    jobs.repeat(AGAIN, move || {
        let (parts, is_answered) = (parts.clone(), Arc::clone(&is_answered));
        async move {
            if is_answered.load(Ordering::Relaxed) {
                return;
            }
            let names = ask_about_names(&parts.config, &parts.clock, &parts.entropy).await;
            if names.unasked.is_empty() {
                is_answered.store(true, Ordering::Relaxed);
                write_down(&names.unknown);
            }
        }
    });
}

fn write_down(unknown: &[Finding]) {
    for finding in unknown {
        tracing::error!(
            about = finding.about,
            remedy = finding.remedy,
            "{}",
            finding.what
        );
    }
}
