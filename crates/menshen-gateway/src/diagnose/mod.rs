//! Tries a configuration before anybody signs in with it: what `menshen check` says.
//!
//! In: a checked configuration. Out: one [`Finding`] for each thing that was tried, with its cause, the
//! page of the WeCom console and the remedy. It asks WeCom for a token and for the agent's settings, and
//! fetches our own addresses as a browser would. Never: signs anybody in, changes a setting or a
//! record, makes a store, or shows a token or a secret.

mod address;
mod at_start;
mod clients;
mod connector;
mod explain;
mod failure;
mod finding;
mod names;
mod store;
mod trusted_domain;
mod upstream;

use std::fmt::Write as _;
use std::sync::Arc;

use wecom_sdk::{Clock, Entropy};

use crate::config::{Config, SiteConfig};
pub use at_start::{Names, ask_about_names, ask_again_about_names};
use clients::Clients;
pub use explain::{ExplainError, Explanation, Question, explain};
pub use finding::{Finding, Level};

/// Tries everything that can be tried without a person.
pub async fn diagnose(
    config: &Config,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<Entropy>,
) -> Vec<Finding> {
    let mut findings = vec![store::try_out(config, &**clock, entropy).await];
    findings.extend(certificate(config));
    findings.push(address::try_gateway(config).await);
    for connector in &config.connectors {
        findings.extend(address::try_verification_files(config, connector).await);
        findings.extend(connector::try_out(config, connector, clock, entropy).await);
    }
    let mut clients = Clients::new(config, clock, entropy);
    for site in &config.sites {
        findings.extend(upstream::try_out(site).await);
        let failed = failure_of(site, &findings);
        findings.extend(match failed {
            Some(connector) => names::unasked(site, connector),
            None => names::try_out(&mut clients, site).await,
        });
    }
    findings
}

/// The connector of a site that has failed already: what it would say of the rules is that same failure.
fn failure_of<'s>(site: &'s SiteConfig, findings: &[Finding]) -> Option<&'s str> {
    let connector = site.connectors.first()?;
    let calls = connector::CALLS.map(|what| format!("connector {connector}: {what}"));
    let is_failure =
        |finding: &Finding| finding.level == Level::Failed && calls.contains(&finding.about);
    findings.iter().any(is_failure).then_some(connector)
}

/// What is wrong with a certificate was found when the configuration was read; whether browsers trust it,
/// the look at `public_url` says.
fn certificate(config: &Config) -> Option<Finding> {
    let tls = config.tls.as_ref()?;
    let mut what = format!("good until {}", tls.certificate.good_until());
    // Behind a proxy it need not be for them.
    if !tls.files.is_behind_proxy {
        let _ = write!(what, ", for {}", tls.files.hosts.join(", "));
    }
    Some(Finding::new(Level::Good, "certificate", what))
}
