//! TLS on our own listener: 1.2 and 1.3, HTTP/2 preferred.
//!
//! In: who gives the certificate of the moment. Out: an acceptor. It reads no file and asks for no certificate
//! of the browser.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::ResolvesServerCert;
use tokio_rustls::TlsAcceptor;

/// Speaks TLS with what the resolver gives. The versions are those the library holds safe, so that this
/// never fails; if it did, no connection would be served in the clear instead.
pub(super) fn acceptor(
    certificates: Arc<dyn ResolvesServerCert>,
) -> Result<TlsAcceptor, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Nothing is taken before the handshake is whole: early data could be sent twice.
    config.max_early_data_size = 0;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
