//! What a listener serves: everything that reaches a gateway comes through here first.
//!
//! In: a request as the parser read it, or the news that nobody could read one. Out: an answer. Requests for
//! proxied sites and for `/_menshen/check` are judged here, everything else goes to the router. It wires
//! and decides nothing by itself; beside `lib` it is the only one that may name outer rooms.

mod authority;
mod body;
mod gate;

use std::pin::pin;

use axum::Router;
use axum::body::{Body, Bytes};
use http::{Request, Response};
use tower::ServiceExt as _;

use crate::door::peer::Peer;
use crate::door::unread::Refusals;
use crate::listen::{Received, Refusal, Serve, Source};
use crate::panics::caught;
pub(crate) use body::FrontBody;
pub(crate) use gate::Gate;
use gate::Way;

#[cfg(fuzzing)]
pub(crate) use authority::settle;

/// What is needed in front of a router.
#[derive(Clone, Debug)]
pub struct Front {
    refusals: Refusals,
    gate: Option<Gate>,
}

impl Front {
    /// In front of rooms alone.
    pub(crate) fn new(refusals: Refusals) -> Self {
        Self {
            refusals,
            gate: None,
        }
    }

    /// In front of rooms and sites.
    pub(crate) fn with_gate(self, gate: Gate) -> Self {
        Self {
            gate: Some(gate),
            ..self
        }
    }

    /// Puts itself in front of the rooms.
    pub(crate) fn before(self, router: Router) -> Fronted {
        if let Some(gate) = &self.gate {
            gate.start();
        }
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

impl Fronted {
    async fn answer_one(&self, request: Request<Received>, source: Source) -> Response<FrontBody> {
        let peer = source.peer.ip();
        let Some(gate) = &self.front.gate else {
            return Box::pin(self.ask_rooms(request, source)).await;
        };
        let (mut head, body) = request.into_parts();
        if let Err(why) = authority::settle(&mut head) {
            return gate.refuse(&head, peer, why);
        }
        match gate.way(&head, peer) {
            Way::Check => gate.check(head, peer).await,
            // Boxed: the question of a proxy is small, and would be moved about with room for all of this.
            Way::Site(site) => {
                let request = Request::from_parts(head, body);
                Box::pin(gate.pass(request, source, &site)).await
            }
            Way::Rooms => {
                let request = Request::from_parts(head, body);
                Box::pin(self.ask_rooms(request, source)).await
            }
        }
    }

    async fn ask_rooms(
        &self,
        mut request: Request<Received>,
        source: Source,
    ) -> Response<FrontBody> {
        request.extensions_mut().insert(Peer(source.peer));
        let router = self.router.clone();
        let Ok(answer) = router.oneshot(request.map(Body::new)).await;
        answer.map(FrontBody::Room)
    }
}

impl Serve for Fronted {
    type Body = FrontBody;

    async fn answer(self, request: Request<Received>, source: Source) -> Response<FrontBody> {
        let answering = pin!(self.answer_one(request, source));
        match caught(answering).await {
            Ok(answer) => answer,
            Err(panicked) => {
                let answer = self
                    .front
                    .refusals
                    .word_panic(source.peer.ip(), &panicked.0);
                answer.map(|body| FrontBody::Room(Body::from(body)))
            }
        }
    }

    fn refuse(&self, refusal: Refusal) -> Response<Bytes> {
        self.front.refusals.word(refusal)
    }
}
