//! What is answered when somebody has to sign in first. The application gets no byte of the request, and
//! the browser none of the application (S-073).
//!
//! A page load goes to the sign-in and comes back to where it was. Everything else gets 401 and leaves no
//! trace: no cookie, no state, no redirect (S-070). A form that came too late gets a page that says so, and
//! how to send it without losing it; nothing of it is kept (S-071). Scripts of the origins that the site
//! names may read the 401, and their preflights are answered here (S-068).

use axum::response::{IntoResponse as _, Response};
use http::header::{HeaderMap, HeaderValue, LOCATION, UPGRADE};
use http::{Method, StatusCode};

use super::Judge;
use super::cors::{preflight, shared_with};
use super::site::Site;
use crate::door::context::is_navigation;
use crate::door::cors::Shared;
use crate::door::{Failure, codes};

#[cfg(test)]
mod tests;

/// What is read of the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unsigned<'r> {
    /// The method.
    pub(crate) method: &'r Method,
    /// Path and query, as they came.
    pub(crate) target: &'r str,
    /// The headers.
    pub(crate) headers: &'r HeaderMap,
}

impl Judge {
    /// The answer to a request at `site` for which somebody has to sign in first. The door finishes it.
    pub(crate) fn signed_out(&self, site: &Site, request: Unsigned<'_>) -> Response {
        let origin = shared_with(site, request.headers);
        if let Some(preflight) =
            origin.and_then(|origin| preflight(origin, request.method, request.headers))
        {
            return preflight;
        }
        let is_page = is_navigation(request.headers) && !request.headers.contains_key(UPGRADE);
        let mut response = match *request.method {
            Method::GET | Method::HEAD if is_page => {
                let address = self.sign_in_address(site, request.target);
                match HeaderValue::from_str(&address) {
                    Ok(address) => (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response(),
                    Err(_) => Failure::new(codes::BAD_REQUEST).into_response(),
                }
            }
            Method::POST if is_page => Failure::new(codes::FORM_NOT_SENT)
                .with_way_on(self.sign_in_address(site, "/"))
                .into_response(),
            _ => Failure::new(codes::UNAUTHENTICATED)
                .for_programs()
                .into_response(),
        };
        if let Some(origin) = origin {
            let shared = Shared::with(origin.clone());
            response.extensions_mut().insert(shared);
        }
        response
    }
}
