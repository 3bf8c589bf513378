//! Forms that change something: proof that they came from a page of ours, shown to this session.
//!
//! In: the headers and what the form said. Out: yes, or a refusal. Nothing is stored: the token is computed
//! from the session, or from all of them where a browser names several. Headers alone never suffice
//! where there is a session: the token is needed too.

use http::{HeaderMap, header};
use menshen_store::Digest;
use subtle::ConstantTimeEq as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::codes;
use super::failure::Failure;
use crate::config::PublicUrl;
use crate::vault::{Purpose, Vault};

/// The token for the forms of one session. Computed, so that nothing is stored.
pub(crate) fn token(vault: &Vault, session: &Digest) -> String {
    token_of_all(vault, std::slice::from_ref(session))
}

/// The token for a form that concerns exactly these sessions, in this order.
pub(crate) fn token_of_all(vault: &Vault, sessions: &[Digest]) -> String {
    let parts: Vec<&[u8]> = sessions.iter().map(|s| s.as_bytes().as_slice()).collect();
    URL_SAFE_NO_PAD.encode(vault.mac(Purpose::Csrf, &parts))
}

/// Checks a form: `Origin` and `Sec-Fetch-Site`, where the browser sends them, must be ours, and the
/// token must be that of the sessions, of all of them together.
pub(crate) fn check(
    vault: &Vault,
    public_url: &PublicUrl,
    headers: &HeaderMap,
    sessions: &[Digest],
    presented: &str,
) -> Result<(), Failure> {
    check_origin(public_url, headers)?;
    let expected = token_of_all(vault, sessions);
    // Security: in constant time, or the token could be guessed byte by byte.
    if expected.as_bytes().ct_eq(presented.as_bytes()).into() {
        Ok(())
    } else {
        Err(Failure::new(codes::FORGED).with_detail("the token is not that of the session"))
    }
}

/// The half of [`check`] that needs no session: enough where nobody is signed in.
pub(crate) fn check_origin(public_url: &PublicUrl, headers: &HeaderMap) -> Result<(), Failure> {
    let is_ours = |name, ours: &str| {
        let mut values = headers.get_all(name).iter();
        values.all(|value| value.as_bytes() == ours.as_bytes())
    };
    if !is_ours(header::ORIGIN, public_url.origin()) {
        return Err(Failure::new(codes::FORGED).with_detail("Origin is not ours"));
    }
    if !is_ours(
        header::HeaderName::from_static("sec-fetch-site"),
        "same-origin",
    ) {
        return Err(Failure::new(codes::FORGED).with_detail("Sec-Fetch-Site is not same-origin"));
    }
    Ok(())
}
