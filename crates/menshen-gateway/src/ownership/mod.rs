//! Proves to WeCom that the host is ours (可信域名归属校验).
//!
//! Serves `GET` and `HEAD /WW_verify_….txt` for the files of the configuration, as they were at the
//! start, byte for byte. WeCom's server fetches them without a cookie, so they come before the host
//! check and everything else. Never: reads a file by the name in a request.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;

use crate::config::{Config, VerificationFile};

/// One address for each configured file; every other of that shape is unknown.
pub(crate) fn routes(config: &Config) -> Router {
    let files = config
        .connectors
        .iter()
        .flat_map(|connector| &connector.verification_files);
    // Security: a table of fixed names. A name from a request never meets the file system.
    files.fold(Router::new(), |router, file| {
        let VerificationFile { name, content } = file.clone();
        router.route(
            &format!("/{name}"),
            get(move || async move { answer(content.clone()) }),
        )
    })
}

fn answer(content: Vec<u8>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        content,
    )
}
