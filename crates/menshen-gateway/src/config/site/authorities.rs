//! `upstream_ca_file`: the authorities whose certificates the upstreams of a site may show.
//!
//! In: the name of a file in PEM. Out: the certificates in it, or a note. Nobody else is trusted then: an
//! upstream inside a network of one's own is not vouched for by the authorities of the web.

use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::Url;

use super::super::findings::Wrong;
use super::super::load;
use super::super::section::Section;

const KEY: &str = "upstream_ca_file";

/// Reads them.
pub(super) fn read(
    section: &Section<'_>,
    upstreams: &[Url],
) -> Option<Arc<[CertificateDer<'static>]>> {
    let path = section.optional(KEY, load::path)?;
    if !upstreams.iter().any(|url| url.scheme() == "https") {
        let what = "is given, and no upstream begins with https://, so nothing is checked by it";
        section.mistake(
            KEY,
            Wrong::new(what, "write https:// in upstream, or remove the key"),
        );
    }
    let path = section.notes.resolve(&path);
    match certificates(&path) {
        Ok(certificates) => Some(certificates.into()),
        Err(what) => {
            let what = format!("names {}, which {what}", path.display());
            let remedy =
                "put the certificate of the authority that signed the upstream's there, in PEM";
            section.mistake(KEY, Wrong::new(what, remedy));
            None
        }
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|_| "is not PEM".to_owned())?;
    if found.is_empty() {
        return Err("holds no certificate in PEM".to_owned());
    }
    let mut roots = RootCertStore::empty();
    for certificate in &found {
        let added = roots.add(certificate.clone());
        added.map_err(|_| "holds a certificate that cannot be read".to_owned())?;
    }
    Ok(found)
}
