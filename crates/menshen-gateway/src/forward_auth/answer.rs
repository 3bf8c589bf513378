//! How the judgement is said to a proxy.
//!
//! Pass: 200 with **every** identity header, empty when unknown, so that nothing the caller sent under
//! such a name survives, and with the caller's cookies but ours. Sign in first: 401 with the address of
//! the sign-in in `X-Menshen-Sign-In`, or 302 where the site says so and a page is being loaded. Known,
//! but not allowed: 403, never 401, or the browser would go round for ever. No answer sets a cookie or
//! may be kept by a cache.

use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use wecom_sdk::Timestamp;

use super::original::Original;
use crate::access::rules::Verdict;
use crate::config::SignedOut;
use crate::door::context::is_navigation;
use crate::door::{Failure, codes};
use crate::judgement::{Judge, Judgement};
use crate::session::cookie;

const SIGN_IN: HeaderName = HeaderName::from_static("x-menshen-sign-in");

/// The answer to the proxy.
pub(super) fn of(
    judge: &Judge,
    judgement: &Judgement,
    original: &Original<'_>,
    headers: &HeaderMap,
    now: Timestamp,
) -> Response {
    match judgement.verdict {
        Verdict::Public | Verdict::Allow => {
            let mut response = StatusCode::OK.into_response();
            let assertion = judge.assertion(judgement, now);
            *response.headers_mut() = yes(judgement, assertion, headers);
            response
        }
        // A page for a page load: most proxies hand it to the browser.
        Verdict::Refuse => judgement.refused().into_response(),
        Verdict::SignIn => {
            let to = |target| judge.sign_in_address(&judgement.site, target);
            if is_navigation(headers) && original.method == "POST" {
                // The page that says so goes to the browser with most proxies (S-071).
                let failure = Failure::new(codes::FORM_NOT_SENT);
                return failure.with_way_on(to("/")).into_response();
            }
            sign_in(judgement, original, headers, &to(original.target))
        }
    }
}

/// The head of a yes. `from` is what came with the question.
pub(super) fn yes(
    judgement: &Judgement,
    assertion: Option<HeaderValue>,
    from: &HeaderMap,
) -> HeaderMap {
    let values = judgement.who.as_ref().map(|who| &who.values);
    // For the request to the site, in the place of the caller's (S-046): a proxy cannot take single cookies
    // out.
    let cookies = cookie::for_sites(from);
    judgement.site.blank_yes.fill(values, assertion, cookies)
}

fn sign_in(
    judgement: &Judgement,
    original: &Original<'_>,
    headers: &HeaderMap,
    address: &str,
) -> Response {
    let is_page = is_navigation(headers) && matches!(original.method, "GET" | "HEAD");
    let address = HeaderValue::from_str(address);
    let is_redirected = judgement.site.config.signed_out == SignedOut::Redirect && is_page;
    let (mut response, name) = if is_redirected {
        (StatusCode::FOUND.into_response(), LOCATION)
    } else {
        let failure = Failure::new(codes::UNAUTHENTICATED).for_programs();
        (failure.into_response(), SIGN_IN)
    };
    if let Ok(address) = address {
        response.headers_mut().insert(name, address);
    }
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
