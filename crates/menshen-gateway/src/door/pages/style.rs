//! The one stylesheet, and the policy that lets it and nothing else through.
//!
//! In: `templates/style.css`, compiled in. Out: its text and the content security policy that names it by
//! its hash. Never: a style attribute, a second sheet, or a source that is not on this page.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// As the base template includes it: byte for byte, or the browser refuses it (a test compares).
pub(super) const STYLE: &str = include_str!("../../../templates/style.css");

/// Security: no script, no frame, no outside resource; forms only to ourselves.
pub(super) fn content_security_policy() -> String {
    let shown = STYLE.strip_suffix('\n').unwrap_or(STYLE);
    let hash = STANDARD.encode(digest::digest(&digest::SHA256, shown.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'"
    )
}
