//! The body of a request, and what becomes of it when nobody wants the rest.
//!
//! In: a body as hyper reads it. Out: the same; over HTTP/2, what is left of it when it is dropped is kept until the
//! answer is out, and a moment longer. A refusal often comes before its request is whole. RFC 9113, 8.1 lets us
//! say then that we want no more, but a sender that is still sending takes that for the end of the stream and
//! loses the answer, so it gets the time to read it. Bounded in bytes and time; a request without a body pays
//! nothing.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http::Request;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::rt::Executor as _;
use hyper_util::rt::TokioExecutor;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// How much of a rest is read and thrown away. It costs us less than its sender; the time is the tighter bound.
const MOST: usize = 16 * 1024 * 1024;

/// The body of a request.
pub struct Received {
    /// Absent only while it is dropped.
    body: Option<Incoming>,
    rest: Option<Arc<Rest>>,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Received")
    }
}

/// One body that both its reader and its answer know. Whoever is done last sees it off.
struct Rest {
    state: Mutex<State>,
    patience: Duration,
}

enum State {
    /// The reader has it.
    Held,
    /// The reader wants no more; the answer is not out.
    Left(Incoming),
    /// The answer is out.
    Answered,
}

impl Rest {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Kept with an answer until it is out.
pub(super) struct Kept(Arc<Rest>);

impl Drop for Kept {
    fn drop(&mut self) {
        let before = mem::replace(&mut *self.0.state(), State::Answered);
        if let State::Left(body) = before {
            see_off(body, self.0.patience);
        }
    }
}

impl Received {
    /// A body of which nothing has to be kept: on HTTP/1.1 the connection is closed instead.
    pub(super) fn plain(body: Incoming) -> Self {
        let body = Some(body);
        Self { body, rest: None }
    }

    /// A request, and what its answer has to hold until it is out; nothing where there is no body.
    pub(super) fn keep(
        request: Request<Incoming>,
        patience: Duration,
    ) -> (Request<Self>, Option<Kept>) {
        if request.body().is_end_stream() {
            return (request.map(Self::plain), None);
        }
        let rest = Arc::new(Rest {
            state: Mutex::new(State::Held),
            patience,
        });
        let kept = Kept(Arc::clone(&rest));
        let request = request.map(|body| Self {
            body: Some(body),
            rest: Some(rest),
        });
        (request, Some(kept))
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        let (Some(rest), Some(body)) = (self.rest.take(), self.body.take()) else {
            return;
        };
        if body.is_end_stream() {
            return;
        }
        let mut state = rest.state();
        if matches!(*state, State::Answered) {
            drop(state);
            see_off(body, rest.patience);
        } else {
            *state = State::Left(body);
        }
    }
}

/// Reads what still comes, for a moment. A sender that has come to its end meanwhile sees no reset at all.
fn see_off(body: Incoming, patience: Duration) {
    if Handle::try_current().is_ok() {
        // With its connection, and ended with it.
        TokioExecutor::new().execute(async move {
            let _ = timeout(patience, discard(body)).await;
        });
    }
}

async fn discard(mut body: Incoming) {
    let mut left = MOST;
    while let Some(Ok(frame)) = body.frame().await {
        left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        if left == 0 {
            // Not read any further, and not reset before the time is over.
            std::future::pending::<()>().await;
        }
    }
}

impl Body for Received {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        Pin::new(body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let body = self.body.as_ref();
        body.map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
