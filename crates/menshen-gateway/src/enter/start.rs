//! `GET /_menshen/enter?return_to=`, on the host of a site.
//!
//! A browser that is not signed in at the site is on its way to the sign-in. It gets a cookie that binds it
//! (Lax, `HttpOnly`, ten minutes), and goes to the gateway's own host with the cookie's digest in the address:
//! the ticket that comes back is good for this browser alone. Several tabs share one binding. Nothing is
//! written down.

use axum::response::{AppendHeaders, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, StatusCode};

use super::EnterRoom;
use crate::door::Failure;
use crate::door::query::Parameter;
use crate::judgement::site::Site;
use crate::session::cookie::{self, SITE_BROWSER_SECONDS};
use crate::session::id::is_token;
use crate::vault::sha256;

/// The second half of the handler.
pub(super) fn start(
    room: &EnterRoom,
    site: &Site,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<Response, Failure> {
    let target = match Parameter::of(query, "return_to") {
        // The sign-in checks it again, as a whole address; here it only must not become another host.
        Parameter::One(path) if path.starts_with('/') => path,
        _ => "/".to_owned(),
    };
    let cookies = room.sessions.cookies;
    let name = cookies.site_browser_name();
    let presented = cookie::find(headers, &name).only().filter(|v| is_token(v));
    let binding = match presented {
        Some(binding) => binding.to_owned(),
        None => room.entropy.url_safe(43)?,
    };
    let digest = URL_SAFE_NO_PAD.encode(sha256(binding.as_bytes()).as_bytes());
    let address = room.judge.login_address(site, &target, Some(&digest));
    let set = cookies.set(&name, &binding, Some(SITE_BROWSER_SECONDS));
    let headers = AppendHeaders([(LOCATION, address), (SET_COOKIE, set)]);
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}
