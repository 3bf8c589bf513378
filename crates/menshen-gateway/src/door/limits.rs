//! How much a request may be. What is too much is refused before any room sees it.
//!
//! The parser underneath has limits of its own, a little wider, so that most of what is too much
//! still gets a readable answer from here.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use http::{HeaderMap, Method, Uri, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as _;

use super::codes;
use super::failure::Failure;

/// The longest path and query.
const URL_LENGTH: usize = 8 * 1024;
/// Names and values of all headers together.
const HEADERS_LENGTH: usize = 16 * 1024;
/// The most headers.
const HEADERS: usize = 100;
/// The largest body. Nothing that we take is larger than a form.
const BODY_LENGTH: usize = 64 * 1024;
/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// Checks the head of a request for a room of ours.
pub(super) fn check_head(request: &Request) -> Result<(), Failure> {
    let headers = request.headers();
    check_size(request.method(), request.uri(), headers)?;
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Failure::new(codes::UNSUPPORTED_BODY).with_detail("the body is compressed"));
    }
    if announced_length(headers).is_some_and(|length| length > BODY_LENGTH as u64) {
        return Err(Failure::new(codes::BODY_TOO_LARGE));
    }
    Ok(())
}

/// Checks what holds for every request, wherever it goes.
pub(super) fn check_size(method: &Method, url: &Uri, headers: &HeaderMap) -> Result<(), Failure> {
    if matches!(*method, Method::CONNECT | Method::TRACE) {
        return Err(Failure::new(codes::METHOD_NOT_ALLOWED));
    }
    if url
        .path_and_query()
        .is_some_and(|url| url.as_str().len() > URL_LENGTH)
    {
        return Err(Failure::new(codes::URL_TOO_LONG));
    }
    let length: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if headers.len() > HEADERS || length > HEADERS_LENGTH {
        return Err(Failure::new(codes::HEADERS_TOO_LARGE));
    }
    Ok(())
}

/// Reads the whole body, so that rooms only ever see complete ones. Without a body nothing happens.
pub(super) async fn read_body(request: Request) -> Result<Request, Failure> {
    // Security: the stream itself says whether there is one. Over HTTP/2 a body needs no header that
    // announces it.
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_LENGTH).collect();
    match tokio::time::timeout(BODY_PATIENCE, body).await {
        Ok(Ok(body)) => Ok(Request::from_parts(parts, Body::from(body.to_bytes()))),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            Err(Failure::new(codes::BODY_TOO_LARGE))
        }
        Ok(Err(_)) => Err(Failure::new(codes::BAD_REQUEST).with_detail("the body broke off")),
        Err(_) => Err(Failure::new(codes::BODY_TOO_SLOW)),
    }
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
