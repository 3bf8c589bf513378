//! The certificate of our own listener: read from files, judged, and replaced while the gateway serves.
//!
//! In: two files and the hosts that browsers ask for. Out: a chain with its key, ready for TLS, or every
//! problem with them at once, each with its remedy. A pair that is in use stays until a better one was
//! found. Never: writes a file, fetches a certificate, or prints a key.

mod der;
mod files;
mod judge;
mod keep;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use menshen_store::Digest;
use rustls::sign::CertifiedKey;
use wecom_sdk::Timestamp;

use files::Both;
pub use keep::Certificates;

/// Where the certificate lies, and whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain in PEM: the certificate of this host first, then who signed it.
    pub cert_file: PathBuf,
    /// Its private key in PEM.
    pub key_file: PathBuf,
    /// The hosts that browsers ask us for, without ports.
    pub hosts: Vec<String>,
    /// Whether a proxy in front may show browsers a certificate of its own, so that ours need not
    /// name their hosts.
    pub is_behind_proxy: bool,
}

/// A problem with one of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key of the configuration that names the file.
    pub key: &'static str,
    /// What is wrong; a clause that follows the key.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tls.{} {}: {}", self.key, self.what, self.remedy)
    }
}

/// A certificate with its key, ready to be shown.
#[derive(Clone)]
pub struct Certificate {
    pair: Arc<CertifiedKey>,
    /// By which the files are known again.
    print: Digest,
    ends_at: Timestamp,
    /// From when on its end is worth a word.
    due_at: Timestamp,
    /// Whether a warning said so already.
    is_told: bool,
}

impl Certificate {
    /// When it ends, or the first of those that signed it, as people read it.
    #[must_use]
    pub fn good_until(&self) -> String {
        der::written(self.ends_at)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate(until {})", self.good_until())
    }
}

/// A certificate that may be shown, and what is worth a second look.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The certificate.
    pub certificate: Certificate,
    /// What works, but should not stay so.
    pub warnings: Vec<Problem>,
}

/// Reads both files and judges them. Every problem is named at once.
pub fn load(files: &TlsFiles, now: Timestamp) -> Result<Judged, Vec<Problem>> {
    judge::judge(files, &Both::read(files), now)
}
