//! The certificate authorities of this machine, for whoever speaks TLS without a list of its own.
//!
//! In: the system's store (`SSL_CERT_FILE` may name another). Out: the authorities in it, or Mozilla's list where
//! there are none, as in an image made from scratch. Never: switches a check off.

use rustls::RootCertStore;

/// Reads them, which takes a while.
pub(crate) fn of_system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let mozillas = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned();
        roots.add_parsable_certificates(mozillas);
    }
    roots
}
