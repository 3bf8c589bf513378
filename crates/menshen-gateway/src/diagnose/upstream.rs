//! Whether the applications behind the gate take a connection.
//!
//! In: a site. Out: a finding for each of its upstreams. Nothing is sent: a connection is opened and closed. It
//! judges no certificate; the first request does.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use super::finding::{Finding, Level};
use crate::config::SiteConfig;

const PATIENCE: Duration = Duration::from_secs(3);

/// Tries each upstream of a site; nothing for a site that another proxy serves.
pub(super) async fn try_out(site: &SiteConfig) -> Vec<Finding> {
    let mut findings = Vec::new();
    for upstream in &site.upstreams {
        let about = format!("site {}: upstream", site.host);
        findings.push(match reason(upstream).await {
            None => Finding::new(Level::Good, about, format!("{upstream} takes connections")),
            Some(reason) => Finding::new(Level::Warning, about, format!("{upstream}: {reason}"))
                .because("people who may pass will see \"This site does not answer right now\"")
                .remedy("start the application, or correct its host and port in `upstream`"),
        });
    }
    findings
}

/// Why there is no connection.
async fn reason(upstream: &Url) -> Option<String> {
    // The brackets of an IPv6 address belong to the address line, not to the name.
    let host = upstream.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = match upstream.scheme() {
        "https" => 443,
        _ => 80,
    };
    let connecting = TcpStream::connect((host, upstream.port().unwrap_or(port)));
    match timeout(PATIENCE, connecting).await {
        Ok(Ok(_)) => None,
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
            Some("the connection is refused".to_owned())
        }
        Ok(Err(error)) => Some(format!("no connection: {error}")),
        Err(_) => Some(format!("no connection within {} s", PATIENCE.as_secs())),
    }
}
