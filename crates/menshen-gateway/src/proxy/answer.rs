//! The body of an answer on its way to the browser: streamed, bounded in time, watched.
//!
//! In: the body as the upstream sends it. Out: the same, as fast as the browser takes it. When it was read
//! to its end, its connection goes back to wait for work; when anything else ends it, the connection is
//! closed (S-063): nobody ever reads what is left of somebody else's answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::patience::Patience;
use super::upload::{Stage, Upload};
use super::upstream::{Under, Upstream};
use super::vigil::Vigil;

/// After how many pieces a body counts as a stream, which is watched.
const STREAM: u32 = 64;
/// And after how many bytes.
const LONG: u64 = 1024 * 1024;

/// The connection under an answer.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) under: Under,
    pub(super) upstream: Arc<Upstream>,
    pub(super) upload: Option<Arc<Upload>>,
}

impl Lease {
    /// The answer was read to its end. If the request was not, the connection is out of step.
    fn end(self) {
        let Under::Http1(own) = self.under else {
            // The seat is free.
            return;
        };
        let stage = self.upload.as_deref().map(Upload::stage);
        if matches!(stage, None | Some(Stage::Done(_))) {
            self.upstream.put_back(own);
        }
    }
}

/// An answer on its way.
#[derive(Debug)]
pub(crate) struct Passing {
    body: Incoming,
    lease: Option<Lease>,
    patience: Patience,
    vigil: Option<Vigil>,
    pieces: u32,
    length: u64,
}

impl Passing {
    pub(super) fn new(
        body: Incoming,
        lease: Lease,
        patience: Duration,
        vigil: Option<Vigil>,
    ) -> Self {
        let mut this = Self {
            body,
            lease: Some(lease),
            patience: Patience::new(patience),
            vigil,
            pieces: 0,
            length: 0,
        };
        if this.body.is_end_stream() {
            this.end();
        }
        this
    }

    fn end(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.end();
        }
        self.vigil = None;
    }

    /// Whether it would not pass any more.
    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        let vigil = self.vigil.as_mut();
        vigil.is_some_and(|vigil| vigil.poll(cx).is_ready())
    }

    fn give_up(&mut self, kind: io::ErrorKind) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        // Dropping the connection is what tells both sides.
        self.lease = None;
        Poll::Ready(Some(Err(kind.into())))
    }
}

impl Body for Passing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.patience.rest();
                this.pieces = this.pieces.saturating_add(1);
                let length = frame.data_ref().map_or(0, Bytes::len);
                this.length = this.length.saturating_add(length as u64);
                let is_stream = this.pieces > STREAM || this.length > LONG;
                if this.body.is_end_stream() {
                    this.end();
                } else if is_stream && this.is_over(cx) {
                    return this.give_up(io::ErrorKind::ConnectionAborted);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(None) => {
                this.end();
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => {
                this.lease = None;
                Poll::Ready(Some(Err(io::Error::other(error))))
            }
            Poll::Pending if this.is_over(cx) => this.give_up(io::ErrorKind::ConnectionAborted),
            Poll::Pending => match this.patience.poll(cx) {
                Poll::Ready(()) => this.give_up(io::ErrorKind::TimedOut),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
