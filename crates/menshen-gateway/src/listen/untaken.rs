//! Answers of which the other side of an HTTP/2 connection takes nothing.
//!
//! In: when the body of an answer was asked for more, and when it gave some. Out: the news that one of them has not
//! been asked for too long. Flow control is the other side's: it can hold an answer, and with it a connection to
//! an application, without ever blocking a socket (S-059). A body that has nothing to give is not waited for here;
//! what one has to give is handed on in small pieces, so that whoever takes it slowly is seen to take it.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, timeout_at};

/// The most that is handed on at a time: as much as goes into one frame.
const PIECE: usize = 16 * 1024;

/// The answers of one connection that could go on, and since when. All clones are one.
#[derive(Clone, Default)]
pub(super) struct Untaken(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    given: u64,
    since: HashMap<u64, Instant>,
}

impl Untaken {
    /// Watches the body of one answer.
    pub(super) fn watch<B: Body<Data = Bytes> + Unpin>(&self, body: B) -> Watched<B> {
        let key = {
            let mut waiting = self.lock();
            waiting.given += 1;
            waiting.given
        };
        let watched = Watched {
            body,
            rest: Bytes::new(),
            untaken: self.clone(),
            key,
        };
        watched.wait();
        watched
    }

    /// Comes to an end once an answer could have gone on for so long, and nobody took it.
    pub(super) async fn lasts(&self, patience: Duration) {
        loop {
            let oldest = self.oldest();
            let until = oldest.unwrap_or_else(Instant::now) + patience;
            // Nothing comes: the wait is for the time alone.
            let _ = timeout_at(until, std::future::pending::<()>()).await;
            let is_over = |since: Instant| since + patience <= Instant::now();
            if self.oldest().is_some_and(is_over) {
                return;
            }
        }
    }

    fn oldest(&self) -> Option<Instant> {
        self.lock().since.values().min().copied()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body of an answer.
pub(super) struct Watched<B> {
    body: B,
    /// Given by the body, and not yet handed on.
    rest: Bytes,
    untaken: Untaken,
    key: u64,
}

impl<B: Body<Data = Bytes> + Unpin> Watched<B> {
    /// It could go on from now.
    fn wait(&self) {
        if self.is_end_stream() {
            self.is_taken();
        } else {
            self.untaken.lock().since.insert(self.key, Instant::now());
        }
    }
}

impl<B> Watched<B> {
    fn is_taken(&self) {
        self.untaken.lock().since.remove(&self.key);
    }
}

impl<B> Drop for Watched<B> {
    fn drop(&mut self) {
        self.is_taken();
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Watched<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            let polled = Pin::new(&mut this.body).poll_frame(cx);
            let Poll::Ready(Some(Ok(frame))) = polled else {
                this.is_taken();
                return polled;
            };
            match frame.into_data() {
                Ok(data) => this.rest = data,
                Err(trailers) => {
                    this.wait();
                    return Poll::Ready(Some(Ok(trailers)));
                }
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        this.wait();
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (body, held) = (self.body.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower() + held);
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + held);
        }
        hint
    }
}
