//! A request without a body, kept so that it can be sent once more; and the address that HTTP/2 wants.
//!
//! In: the head of a request that is about to leave. Out: the same one again, for another connection, without a
//! body. Whether a request may be sent again is not judged here.

use http::header::{self, HeaderMap};
use http::uri::{Authority, Scheme};
use http::{Method, Request, Uri, Version};

use super::upload::Sent;

/// The head of a request.
pub(super) struct Repeat {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Repeat {
    pub(super) fn of(request: &Request<Sent>) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
        }
    }

    /// The same request again.
    pub(super) fn request(self) -> Request<Sent> {
        let mut request = Request::new(Sent::nothing());
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        *request.headers_mut() = self.headers;
        request
    }
}

/// HTTP/2 has no `Host`: the host is part of the address. The path stays as it is, byte for byte.
pub(super) fn address_for_http2(mut request: Request<Sent>, is_secure: bool) -> Request<Sent> {
    let host = request.headers_mut().remove(header::HOST);
    let authority = host.and_then(|host| Authority::try_from(host.as_bytes()).ok());
    let mut parts = request.uri().clone().into_parts();
    if let Some(authority) = authority {
        parts.authority = Some(authority);
    }
    let scheme = if is_secure {
        Scheme::HTTPS
    } else {
        Scheme::HTTP
    };
    parts.scheme = Some(scheme);
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    *request.version_mut() = Version::HTTP_2;
    request
}
