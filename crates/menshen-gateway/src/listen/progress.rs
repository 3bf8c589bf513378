//! How far one HTTP/1.1 connection has come: what its stream and its service tell each other.
//!
//! In: the service says when a request is in hand, how long its body is, and when its answer is out. Out:
//! the stream knows what the next byte is. The facts are hyper's; nothing here reads a request.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};

use hyper::body::{Body, Frame, SizeHint};

/// A body whose length nobody announced.
const UNKNOWN: u64 = u64::MAX;

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The head of a request.
    Head,
    /// A body, of which at most this much is left.
    Body(u64),
    /// Nothing yet: a request is in hand and was read to its end.
    Nothing,
    /// No message at all: the connection was handed over to another protocol.
    Anything,
}

/// Shared by the two sides of one connection. Both live in one task: order does not matter.
#[derive(Debug, Default)]
pub(super) struct Progress {
    body_left: AtomicU64,
    is_in_hand: AtomicBool,
    is_open: AtomicBool,
    is_reading_head: AtomicBool,
    has_begun: AtomicBool,
}

impl Progress {
    /// A request has come, with a body of this length.
    pub(super) fn begin(&self, length: Option<u64>) {
        self.body_left.store(length.unwrap_or(UNKNOWN), Relaxed);
        self.is_in_hand.store(true, Relaxed);
        self.is_reading_head.store(false, Relaxed);
        self.has_begun.store(true, Relaxed);
    }

    /// The connection leaves HTTP.
    pub(super) fn open(&self) {
        self.is_open.store(true, Relaxed);
    }

    /// Whether any request has come yet.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Relaxed)
    }

    /// Bytes of a body were handed over.
    pub(super) fn pass(&self, length: u64) {
        let left = self.body_left.load(Relaxed);
        if left != UNKNOWN {
            self.body_left.store(left.saturating_sub(length), Relaxed);
        }
    }

    /// Bytes of a head were handed over.
    pub(super) fn read_head(&self) {
        self.is_reading_head.store(true, Relaxed);
    }

    /// Whether the parser has seen a part of a head and called nobody for it yet.
    pub(super) fn is_reading_head(&self) -> bool {
        self.is_reading_head.load(Relaxed)
    }

    pub(super) fn next(&self) -> Next {
        let body_left = self.body_left.load(Relaxed);
        if self.is_open.load(Relaxed) {
            Next::Anything
        } else if body_left > 0 {
            Next::Body(body_left)
        } else if self.is_in_hand.load(Relaxed) {
            Next::Nothing
        } else {
            Next::Head
        }
    }
}

/// The body of an answer, which tells when it is out.
#[derive(Debug)]
pub(super) struct Answered<B> {
    body: B,
    progress: Arc<Progress>,
}

impl<B> Answered<B> {
    pub(super) fn new(body: B, progress: Arc<Progress>) -> Self {
        Self { body, progress }
    }
}

impl<B> Drop for Answered<B> {
    fn drop(&mut self) {
        self.progress.is_in_hand.store(false, Relaxed);
    }
}

impl<B: Body + Unpin> Body for Answered<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
