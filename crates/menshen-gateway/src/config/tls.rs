//! `[tls]`: the certificate of our own listener.
//!
//! In: its section of the file, and the hosts that browsers will ask for. Out: the certificate, read and
//! judged, or notes about every problem with it. The checks are those of `certificate`, which makes them
//! again whenever the files change.

use wecom_sdk::Timestamp;

use super::findings::Wrong;
use super::section::Section;
use super::site::SiteConfig;
use super::{PublicUrl, files, load};
use crate::certificate::{self, Certificate, Judged, Problem, TlsFiles};

/// TLS on our own listener.
#[derive(Clone, Debug)]
pub struct TlsConfig {
    /// Where the certificate lies, and whom it has to name.
    pub files: TlsFiles,
    /// What lay there when the configuration was read.
    pub certificate: Certificate,
}

/// What the certificate is read beside.
#[derive(Clone, Copy)]
pub(super) struct Beside<'c> {
    pub(super) public_url: Option<&'c PublicUrl>,
    pub(super) sites: &'c [SiteConfig],
    pub(super) is_behind_proxy: bool,
}

/// Reads the section; `None` when there is none, or a mistake in it.
pub(super) fn read(root: &Section<'_>, beside: Beside<'_>, now: Timestamp) -> Option<TlsConfig> {
    let section = root.section("tls")?;
    check_scheme(root, beside);
    let remedy = "write the name of a file in PEM";
    let cert_file = section.required("cert_file", remedy, load::path);
    let key_file = section.required("key_file", remedy, load::path);
    let found = cert_file.zip(key_file).and_then(|(cert_file, key_file)| {
        let files = TlsFiles {
            cert_file: section.notes.resolve(&cert_file),
            key_file: section.notes.resolve(&key_file),
            hosts: hosts(beside),
            is_behind_proxy: beside.is_behind_proxy,
        };
        judged(&section, files, now)
    });
    section.finish();
    found
}

/// Security: an address of ours with http:// would lead people past the certificate, and cookies would not
/// be `Secure`.
fn check_scheme(root: &Section<'_>, beside: Beside<'_>) {
    if beside.public_url.is_some_and(|url| !url.is_secure()) {
        let what = "begins with http://, and [tls] is configured";
        let remedy = "write https://, which is what the listener speaks, or remove [tls]";
        root.mistake("public_url", Wrong::new(what, remedy));
    }
}

fn judged(section: &Section<'_>, files: TlsFiles, now: Timestamp) -> Option<TlsConfig> {
    let wrong = |problem: Problem| (problem.key, Wrong::new(problem.what, problem.remedy));
    if files::is_open_to_all(&files.key_file).unwrap_or(false) {
        let remedy = format!("run: chmod 600 {}", files.key_file.display());
        let what = "names a file that everybody may read";
        section.warning("key_file", Wrong::new(what, remedy));
    }
    match certificate::load(&files, now) {
        Ok(Judged {
            certificate,
            warnings,
        }) => {
            for (key, wrong) in warnings.into_iter().map(wrong) {
                section.warning(key, wrong);
            }
            Some(TlsConfig { files, certificate })
        }
        Err(problems) => {
            for (key, wrong) in problems.into_iter().map(wrong) {
                section.mistake(key, wrong);
            }
            None
        }
    }
}

/// The hosts that browsers open here. A site without an upstream is served by another proxy, which shows
/// its own certificate.
fn hosts(beside: Beside<'_>) -> Vec<String> {
    let own = beside.public_url.map(PublicUrl::site_host);
    let served = beside
        .sites
        .iter()
        .filter(|site| !site.upstreams.is_empty());
    let mut hosts: Vec<String> = own
        .into_iter()
        .chain(served.map(|site| site.host.as_str()))
        .map(bare)
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Without port and brackets, as certificates name hosts.
fn bare(host: &str) -> String {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => host.split(':').next(),
    };
    name.unwrap_or(host).to_owned()
}
