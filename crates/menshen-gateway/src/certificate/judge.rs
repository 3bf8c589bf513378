//! Whether a chain and a key can be shown to browsers.
//!
//! In: what the files hold, the hosts, the time. Out: a certificate, or every problem: the key of another
//! certificate, a chain in the wrong order, a time that has passed or has not come, a host that is not
//! named. Whether browsers trust who signed it is not known here: `menshen check` tries it.

use std::sync::Arc;
use std::time::Duration;

use rustls::CertificateError;
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SigningKey};
use wecom_sdk::Timestamp;

use super::der::{Facts, written};
use super::files::{Both, CERT, KEY, problem};
use super::{Certificate, Judged, Problem, TlsFiles};

/// How long before its end a certificate is worth a word, at most; a third of its life if that is less,
/// because short-lived ones are renewed late on purpose.
const SOON: Duration = Duration::from_hours(14 * 24);

/// Judges.
pub(super) fn judge(files: &TlsFiles, both: &Both, now: Timestamp) -> Result<Judged, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut warnings = Vec::new();
    let chain = both.chain(files).map_err(|found| problems.push(found)).ok();
    let key = both.key(files).map_err(|found| problems.push(found)).ok();
    let (mut ends_at, mut due_at) = (now, now);
    if let Some(chain) = &chain {
        match facts(chain) {
            Some(facts) => {
                problems.extend(misplaced(files, &facts));
                problems.extend(out_of_time(files, &facts, now));
                (ends_at, due_at) = end(&facts).unwrap_or((now, now));
            }
            None => problems.push(unreadable(files)),
        }
        let unnamed = unnamed(files, chain);
        let to = if files.is_behind_proxy {
            &mut warnings
        } else {
            &mut problems
        };
        to.extend(unnamed);
    }
    let (Some(chain), Some(key)) = (chain, key) else {
        return Err(problems);
    };
    problems.extend(misfit(files, &chain, &key));
    if !problems.is_empty() {
        return Err(problems);
    }
    let is_told = due_at < now;
    if is_told {
        warnings.push(ends_soon(files, ends_at));
    }
    let certificate = Certificate {
        pair: Arc::new(CertifiedKey::new(chain, key)),
        print: both.print(),
        ends_at,
        due_at,
        is_told,
    };
    Ok(Judged {
        certificate,
        warnings,
    })
}

fn facts<'c>(chain: &'c [CertificateDer<'static>]) -> Option<Vec<Facts<'c>>> {
    let facts = chain.iter().map(|certificate| {
        // What the TLS library cannot read, no handshake could use.
        ParsedCertificate::try_from(certificate).ok()?;
        Facts::read(certificate)
    });
    facts.collect()
}

/// When the first of them ends, and from when on that is worth a word.
fn end(facts: &[Facts<'_>]) -> Option<(Timestamp, Timestamp)> {
    let first = facts.iter().min_by_key(|facts| facts.not_after)?;
    let life = first.not_after.since(first.not_before);
    Some((first.not_after, first.not_after.minus(SOON.min(life / 3))))
}

fn unreadable(files: &TlsFiles) -> Problem {
    let path = files.cert_file.display();
    let what = format!("names {path}, which holds a certificate that cannot be read");
    problem(
        CERT,
        what,
        "ask who issued it for an X.509 certificate of version 3, in PEM",
    )
}

/// Whether each certificate is signed by the one that follows it (RFC 8446, 4.4.2).
fn misplaced(files: &TlsFiles, facts: &[Facts<'_>]) -> Option<Problem> {
    let is_wrong = |pair: &&[Facts<'_>]| match pair {
        [lower, upper] => lower.issuer != upper.subject || lower.is_self_signed(),
        _ => false,
    };
    let wrong = facts.windows(2).find(is_wrong)?;
    let what = format!(
        "names {}, whose certificates are in the wrong order: {} is not followed by the one that signed it",
        files.cert_file.display(),
        wrong.first().map(Facts::name).unwrap_or_default(),
    );
    let remedy = "write the certificate of the host first, then the one that signed it, and so on; leave out what does not belong to them";
    Some(problem(CERT, what, remedy))
}

fn out_of_time(files: &TlsFiles, facts: &[Facts<'_>], now: Timestamp) -> Vec<Problem> {
    let path = files.cert_file.display();
    let judged = facts.iter().filter_map(|facts| {
        let name = facts.name();
        if facts.not_after < now {
            let what = format!(
                "names {path}, in which {name} ended at {}",
                written(facts.not_after)
            );
            return Some(problem(
                CERT,
                what,
                "renew it; the files are read again by themselves",
            ));
        }
        if now < facts.not_before {
            let begins = written(facts.not_before);
            let what = format!("names {path}, in which {name} is not good before {begins}");
            let remedy = format!(
                "wait until then, or correct the clock of this machine: it says {}",
                written(now)
            );
            return Some(problem(CERT, what, remedy));
        }
        None
    });
    judged.collect()
}

fn ends_soon(files: &TlsFiles, ends_at: Timestamp) -> Problem {
    let path = files.cert_file.display();
    let what = format!("names {path}, which ends at {}", written(ends_at));
    problem(
        CERT,
        what,
        "renew it; the files are read again by themselves",
    )
}

/// The hosts that the certificate does not name.
fn unnamed(files: &TlsFiles, chain: &[CertificateDer<'static>]) -> Option<Problem> {
    let certificate = chain
        .first()
        .and_then(|first| ParsedCertificate::try_from(first).ok())?;
    let mut missing = Vec::new();
    let mut named = Vec::new();
    for host in &files.hosts {
        let Ok(name) = ServerName::try_from(host.as_str()) else {
            missing.push(host.as_str());
            continue;
        };
        match verify_server_name(&certificate, &name) {
            Ok(()) => {}
            Err(rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
                presented,
                ..
            })) => {
                missing.push(host);
                named = presented;
            }
            Err(_) => missing.push(host),
        }
    }
    if missing.is_empty() {
        return None;
    }
    let what = format!(
        "names {}, whose certificate is not for {}; it is for {}",
        files.cert_file.display(),
        missing.join(", "),
        told(&named),
    );
    let remedy = "get a certificate that names all hosts browsers open here: that of public_url and those of the sites with an upstream";
    Some(problem(CERT, what, remedy))
}

/// The names of a certificate, without the word for their kind.
fn told(named: &[String]) -> String {
    let bare = |name: &String| {
        name.split('"')
            .nth(1)
            .unwrap_or(name)
            .escape_debug()
            .to_string()
    };
    match named {
        [] => "nobody".to_owned(),
        named => named.iter().map(bare).collect::<Vec<_>>().join(", "),
    }
}

/// Whether the key is that of the first certificate.
fn misfit(
    files: &TlsFiles,
    chain: &[CertificateDer<'static>],
    key: &Arc<dyn SigningKey>,
) -> Option<Problem> {
    let fits = |certificate: &CertificateDer<'static>| {
        CertifiedKey::new(vec![certificate.clone()], Arc::clone(key))
            .keys_match()
            .is_ok()
    };
    let at = chain.iter().position(fits);
    let (key_file, cert_file) = (files.key_file.display(), files.cert_file.display());
    match at {
        Some(0) => None,
        Some(at) => {
            let what = format!(
                "names {cert_file}, in which the certificate of the key is number {}",
                at + 1
            );
            Some(problem(CERT, what, "put that certificate first"))
        }
        None => {
            let what = format!(
                "names {key_file}, whose key is not that of the certificate in {cert_file}"
            );
            Some(problem(
                KEY,
                what,
                "name the key that the certificate was requested with",
            ))
        }
    }
}
