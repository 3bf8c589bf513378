//! Whom the sandbox believes when it asks others over TLS: for an ownership file, or to push an event.
//!
//! In: certificates of authorities. Out: connections to whoever proves its name with one of them, or with one
//! of the machine's. Nothing is asked with less than a valid certificate.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The authorities that are believed. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trust(Arc<Believed>);

#[derive(Debug, Default)]
struct Believed {
    named: Vec<CertificateDer<'static>>,
    /// Made when it is needed first: the machine's roots take a while to read.
    client: OnceLock<Arc<ClientConfig>>,
}

impl Trust {
    /// Believes these authorities, in PEM, besides the machine's. What is no certificate is passed over.
    pub(crate) fn new(pems: &[&str]) -> Self {
        let pems = pems.iter();
        let found = pems.flat_map(|pem| CertificateDer::pem_slice_iter(pem.as_bytes()));
        Self(Arc::new(Believed {
            named: found.filter_map(Result::ok).collect(),
            client: OnceLock::new(),
        }))
    }

    /// Begins TLS with a host, given without its port, on a connection that is there.
    pub(crate) async fn connect(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> io::Result<TlsStream<TcpStream>> {
        let name = match url::Host::parse(host).map_err(io::Error::other)? {
            url::Host::Domain(name) => ServerName::try_from(name).map_err(io::Error::other)?,
            url::Host::Ipv4(ip) => ServerName::from(IpAddr::V4(ip)),
            url::Host::Ipv6(ip) => ServerName::from(IpAddr::V6(ip)),
        };
        let client = self.client().map_err(io::Error::other)?;
        TlsConnector::from(client).connect(name, stream).await
    }

    fn client(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(client) = self.0.client.get() {
            return Ok(client.clone());
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.0.named.iter().cloned());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let client = ClientConfig::builder_with_provider(provider);
        let client = client.with_safe_default_protocol_versions()?;
        let client = client.with_root_certificates(roots).with_no_client_auth();
        Ok(self.0.client.get_or_init(|| Arc::new(client)).clone())
    }
}
