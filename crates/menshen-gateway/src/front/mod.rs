//! What a listener serves: everything that reaches a gateway comes through here first.
//!
//! In: a request as the parser read it, or the news that nobody could read one. Out: an answer. Requests for
//! proxied sites and for `/_menshen/check` are judged here, everything else goes to the router. It wires
//! and decides nothing by itself; beside `lib` it is the only one that may name outer rooms.

mod authority;
mod body;
mod gate;

use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use http::{Request, Response};
use tower::ServiceExt as _;

use crate::door::peer::Peer;
use crate::door::unread::Refusals;
use crate::listen::{Received, Refusal, Serve, Source};
use crate::panics::{Panicked, caught, caught_now};
pub(crate) use body::FrontBody;
pub(crate) use gate::Gate;
use gate::{First, Way};

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
    /// Everything that takes its time.
    async fn go_on(&self, way: Way, request: Request<Received>, source: Source) -> Answer {
        match (way, &self.front.gate) {
            (Way::Check, Some(gate)) => {
                let (head, _) = request.into_parts();
                gate.check(head, source.peer.ip()).await
            }
            (Way::Site(site), Some(gate)) => gate.pass(request, source, &site).await,
            // Boxed: it is large, and the site's way is the one that is gone often.
            _ => Box::pin(self.ask_rooms(request, source)).await,
        }
    }

    async fn ask_rooms(&self, mut request: Request<Received>, source: Source) -> Answer {
        request.extensions_mut().insert(Peer(source.peer));
        let router = self.router.clone();
        let Ok(answer) = router.oneshot(request.map(Body::new)).await;
        answer.map(FrontBody::Room)
    }

    fn after_panic(&self, source: Source, panicked: &Panicked) -> Answer {
        let refusals = &self.front.refusals;
        let answer = refusals.word_panic(source.peer.ip(), &panicked.0);
        answer.map(|body| FrontBody::Room(Body::from(body)))
    }
}

type Answer = Response<FrontBody>;

/// An answer on its way: the usual one to a proxy is there at once, and nothing has to be kept for it.
pub(crate) enum Answering {
    Ready(Option<Answer>),
    Later(Pin<Box<dyn Future<Output = Answer> + Send>>),
}

impl Future for Answering {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        match self.get_mut() {
            // Nobody asks again after the answer.
            Self::Ready(answer) => answer.take().map_or(Poll::Pending, Poll::Ready),
            Self::Later(work) => work.as_mut().poll(cx),
        }
    }
}

impl Serve for Fronted {
    type Body = FrontBody;

    fn answer(
        self,
        request: Request<Received>,
        source: Source,
    ) -> impl Future<Output = Answer> + Send {
        let (mut head, body) = request.into_parts();
        let first = match &self.front.gate {
            Some(gate) => caught_now(|| gate.at_once(&mut head, source.peer.ip())),
            None => Ok(First::Way(Way::Rooms)),
        };
        match first {
            Ok(First::Answer(answer)) => Answering::Ready(Some(answer)),
            Ok(First::Way(way)) => {
                let request = Request::from_parts(head, body);
                Answering::Later(Box::pin(async move {
                    let work = pin!(self.go_on(way, request, source));
                    match caught(work).await {
                        Ok(answer) => answer,
                        Err(panicked) => self.after_panic(source, &panicked),
                    }
                }))
            }
            Err(panicked) => Answering::Ready(Some(self.after_panic(source, &panicked))),
        }
    }

    fn refuse(&self, refusal: Refusal) -> Response<Bytes> {
        self.front.refusals.word(refusal)
    }
}
