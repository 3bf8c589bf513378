//! What a listener serves: a service for requests, and a voice for those that nobody could read.
//!
//! In: requests with the peer they came from. Out: answers. It knows no path and judges nobody.

use std::error::Error;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, Bytes};
use http::{Request, Response, StatusCode};
use hyper::body::Body as HttpBody;
use tower::ServiceExt as _;

use super::received::Received;
use crate::door::peer::Peer;

/// A head that the parser refused, so that no service ever saw a request.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// The status the parser chose: 400, 414 or 431.
    pub status: StatusCode,
    /// What was wrong, where it was not the parser that found it.
    pub why: Option<&'static str>,
    /// Who sent it.
    pub peer: SocketAddr,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The other end of the connection.
    pub peer: SocketAddr,
    /// The number of the worker that serves it.
    pub worker: usize,
}

/// What a listener serves. Cheap to clone: each connection has its own.
pub trait Serve: Clone + Send + Sync + Unpin + 'static {
    /// The body of its answers.
    type Body: HttpBody<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>
        + Send
        + Unpin
        + 'static;

    /// Answers one request.
    fn answer(
        self,
        request: Request<Received>,
        source: Source,
    ) -> impl Future<Output = Response<Self::Body>> + Send;

    /// Words the refusal of a head that could not be read.
    fn refuse(&self, refusal: Refusal) -> Response<Bytes>;
}

/// A router alone, which has no words for a refusal but the status.
impl Serve for Router {
    type Body = Body;

    async fn answer(self, mut request: Request<Received>, source: Source) -> Response<Body> {
        name_peer(&mut request, source.peer);
        let Ok(answer) = self.oneshot(request.map(Body::new)).await;
        answer
    }

    fn refuse(&self, refusal: Refusal) -> Response<Bytes> {
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = refusal.status;
        answer
    }
}

/// Tells a request who its peer is.
pub(crate) fn name_peer<B>(request: &mut Request<B>, peer: SocketAddr) {
    request.extensions_mut().insert(Peer(peer));
}
