//! What a listener serves: everything that reaches a gateway comes through here first.
//!
//! In: a request as the parser read it, or the news that nobody could read one. Out: the router's answer.
//! It wires and decides nothing by itself.

use axum::Router;
use axum::body::{Body, Bytes};
use http::{Request, Response};
use hyper::body::Incoming;
use tower::ServiceExt as _;

use crate::door::unread::Refusals;
use crate::listen::{Refusal, Serve};

/// What is needed in front of a router.
#[derive(Clone, Debug)]
pub struct Front {
    refusals: Refusals,
}

impl Front {
    pub(crate) fn new(refusals: Refusals) -> Self {
        Self { refusals }
    }

    /// Puts itself in front of the rooms.
    pub(crate) fn before(self, router: Router) -> Fronted {
        Fronted {
            front: self,
            router,
        }
    }
}

/// A front with its router.
#[derive(Clone, Debug)]
pub(crate) struct Fronted {
    front: Front,
    router: Router,
}

impl Serve for Fronted {
    type Body = Body;

    async fn answer(self, request: Request<Incoming>) -> Response<Body> {
        let Ok(answer) = self.router.oneshot(request.map(Body::new)).await;
        answer
    }

    fn refuse(&self, refusal: Refusal) -> Response<Bytes> {
        self.front.refusals.word(refusal)
    }
}
