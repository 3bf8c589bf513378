//! TLS for WeCom's four hosts, from a certificate authority that only this machine trusts.
//!
//! In: a folder for the authority, or none. Out: a configuration for the listener, and the
//! authority's certificate for the programs under test. The host is chosen by the name the client
//! asks for (SNI); TLS 1.2 and 1.3, HTTP/1.1 and HTTP/2. It never asks for a client's certificate.

mod authority;
mod file;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use wecom_sdk::Timestamp;

use self::authority::Authority;
use crate::hosts::Host;

/// Names of this machine, for programs that reach the TLS listener without a hosts entry.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// TLS that could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of the authority cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or its folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The authority's key can be read by other users of the machine.
    #[error("{} can be read by others: remove it, and a new authority is made", .0.display())]
    Exposed(PathBuf),
    /// The authority's key is no key.
    #[error("{} is no private key: remove it, and a new authority is made", .0.display())]
    NotAKey(PathBuf),
    /// A certificate could not be made.
    #[error("no certificate could be made: {0}")]
    Certificate(String),
}

impl From<rcgen::Error> for TlsError {
    fn from(error: rcgen::Error) -> Self {
        Self::Certificate(error.to_string())
    }
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        Self::Certificate(error.to_string())
    }
}

/// What the TLS listener needs, and what its clients need.
#[derive(Clone)]
pub(crate) struct Tls {
    pub(crate) server: Arc<ServerConfig>,
    pub(crate) ca_pem: String,
    /// Where the certificate lies, when it lies in a file.
    pub(crate) ca_file: Option<PathBuf>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("ca_file", &self.ca_file)
            .finish_non_exhaustive()
    }
}

impl Tls {
    /// Takes the authority of the folder, or makes one there; without a folder it lives as long as
    /// the process. The hosts' own certificates are made anew at each start.
    pub(crate) fn prepare(folder: Option<&Path>, now: Timestamp) -> Result<Self, TlsError> {
        let authority = Authority::open(folder)?;
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let provider = Arc::new(provider);
        let mut by_name = HashMap::new();
        for host in Host::ALL {
            let certified = certify(&authority, &provider, &[host.name()], now)?;
            by_name.insert(host.name(), certified);
        }
        let here = certify(&authority, &provider, &HERE, now)?;
        let server = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?;
        let mut server = server
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Certificates { by_name, here }));
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            server: Arc::new(server),
            ca_pem: authority.certificate_pem().to_owned(),
            ca_file: authority.certificate_file().map(Path::to_owned),
        })
    }
}

fn certify(
    authority: &Authority,
    provider: &CryptoProvider,
    names: &[&str],
    now: Timestamp,
) -> Result<Arc<CertifiedKey>, TlsError> {
    let (certificate, key) = authority.issue(names, now)?;
    let key = provider
        .key_provider
        .load_private_key(PrivateKeyDer::Pkcs8(key.into()))?;
    Ok(Arc::new(CertifiedKey::new(vec![certificate], key)))
}

/// A certificate for each host; whoever asks for another name gets the machine's own.
#[derive(Debug)]
struct Certificates {
    by_name: HashMap<&'static str, Arc<CertifiedKey>>,
    here: Arc<CertifiedKey>,
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().map(str::to_ascii_lowercase);
        let known = name.and_then(|name| self.by_name.get(name.as_str()));
        Some(known.unwrap_or(&self.here).clone())
    }
}
