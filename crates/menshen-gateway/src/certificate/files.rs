//! The two files, read and taken apart.
//!
//! In: their names. Out: a chain and a key, or the problem with each, and a print by which the same bytes
//! are known again. Nothing here says whether the two fit.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use menshen_store::Digest;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;
use zeroize::Zeroizing;

use super::{Problem, TlsFiles};
use crate::vault::sha256;

pub(super) const CERT: &str = "cert_file";
pub(super) const KEY: &str = "key_file";
/// The longest file that is read: far more than any chain.
const LENGTH: u64 = 1024 * 1024;

/// The bytes of both files, or why there are none.
pub(super) struct Both {
    cert: io::Result<Vec<u8>>,
    key: io::Result<Zeroizing<Vec<u8>>>,
}

impl Both {
    pub(super) fn read(files: &TlsFiles) -> Self {
        Self {
            cert: read(&files.cert_file),
            key: read(&files.key_file).map(Zeroizing::new),
        }
    }

    /// The same for the same bytes.
    pub(super) fn print(&self) -> Digest {
        let part = |bytes: Result<&[u8], &io::Error>| match bytes {
            Ok(bytes) => *sha256(bytes).as_bytes(),
            Err(error) => *sha256(error.to_string().as_bytes()).as_bytes(),
        };
        let cert = part(self.cert.as_deref());
        let key = part(self.key.as_ref().map(|key| key.as_slice()));
        sha256(&[cert, key].concat())
    }

    /// The chain.
    pub(super) fn chain(&self, files: &TlsFiles) -> Result<Vec<CertificateDer<'static>>, Problem> {
        let path = files.cert_file.display();
        let remedy =
            "write the chain in PEM into it: blocks that begin with -----BEGIN CERTIFICATE-----";
        let bytes = self
            .cert
            .as_ref()
            .map_err(|error| unread(CERT, &files.cert_file, error))?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
        match chain {
            Ok(chain) if !chain.is_empty() => Ok(chain),
            _ => Err(problem(
                CERT,
                format!("names {path}, which holds no certificate in PEM"),
                remedy,
            )),
        }
    }

    /// The key.
    pub(super) fn key(&self, files: &TlsFiles) -> Result<Arc<dyn SigningKey>, Problem> {
        let path = files.key_file.display();
        let bytes = self
            .key
            .as_ref()
            .map_err(|error| unread(KEY, &files.key_file, error))?;
        let Ok(key) = PrivateKeyDer::from_pem_slice(bytes) else {
            let is_encrypted = memchr::memmem::find(bytes, b"ENCRYPTED").is_some();
            let (what, remedy) = if is_encrypted {
                (
                    format!("names {path}, which holds a key under a pass phrase"),
                    "write the key without one: openssl pkey -in OLD -out NEW; keep the file for menshen alone",
                )
            } else {
                (
                    format!("names {path}, which holds no private key in PEM"),
                    "write the key in PEM into it: a block that begins with -----BEGIN PRIVATE KEY-----",
                )
            };
            return Err(problem(KEY, what, remedy));
        };
        any_supported_type(&key).map_err(|_| {
            let what = format!("names {path}, which holds a key of no kind that is known here");
            problem(
                KEY,
                what,
                "use an ECDSA (P-256), RSA (2048 bits or more) or Ed25519 key",
            )
        })
    }
}

pub(super) fn problem(key: &'static str, what: String, remedy: impl Into<String>) -> Problem {
    let remedy = remedy.into();
    Problem { key, what, remedy }
}

fn unread(key: &'static str, path: &Path, error: &io::Error) -> Problem {
    let what = format!("names {}, which cannot be read: {error}", path.display());
    problem(
        key,
        what,
        "put the file there, readable for the user that menshen runs as",
    )
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > LENGTH {
        return Err(io::Error::other("it is far too long"));
    }
    fs::read(path)
}
