//! Whom we believe to be WeCom.
//!
//! The configuration is built here and handed to the HTTP client, with its crypto provider in it: so
//! nothing process-wide has to be installed first, and no environment variable can switch the check
//! off. (`SSL_CERT_FILE` may name other authorities; that is the operator's word, and still a check.)

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore, crypto};

/// A TLS configuration that checks certificates against `roots`, or else the system's.
pub(super) fn config(roots: Option<&[Vec<u8>]>) -> Result<ClientConfig, &'static str> {
    let mut config =
        ClientConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| "TLS cannot be set up")?
            .with_root_certificates(match roots {
                Some(roots) => only(roots)?,
                None => or_mozillas(rustls_native_certs::load_native_certs().certs),
            })
            .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn only(roots: &[Vec<u8>]) -> Result<RootCertStore, &'static str> {
    let mut store = RootCertStore::empty();
    for root in roots {
        store
            .add(CertificateDer::from(root.clone()))
            .map_err(|_| "a certificate authority cannot be read")?;
    }
    Ok(store)
}

/// The system's authorities; Mozilla's list where there are none, as in an image made from scratch.
fn or_mozillas(systems: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(systems);
    if store.is_empty() {
        store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    }
    store
}

#[cfg(test)]
mod tests;
