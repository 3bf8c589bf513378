//! The body of a request on its way to an upstream: streamed, bounded in time, without trailers.
//!
//! In: the body as hyper reads it from the browser. Out: its data, as fast as the upstream takes them.
//! Trailers are dropped: they would be a second way to send headers (S-044).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Instant;

use super::patience::Patience;
use crate::listen::Received;

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Bytes are still to come; the last came at this moment.
    Coming(Instant),
    /// All of it was handed over, at this moment.
    Done(Instant),
    /// The browser stopped sending.
    Slow,
    /// The browser went away, or sent nonsense.
    Broken,
}

/// What is known of an upload while it runs.
#[derive(Debug)]
pub(super) struct Upload(Mutex<Stage>);

impl Upload {
    pub(super) fn stage(&self) -> Stage {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn set(&self, stage: Stage) {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = stage;
    }
}

/// The body that is sent.
#[derive(Debug)]
pub(super) struct Sent(Option<Stream>);

#[derive(Debug)]
struct Stream {
    body: Received,
    upload: Arc<Upload>,
    patience: Patience,
}

impl Sent {
    /// No body.
    pub(super) fn nothing() -> Self {
        Self(None)
    }

    /// A body of the browser's, and where to see how far it is; nothing when it is empty.
    pub(super) fn stream(body: Received, patience: Duration) -> (Self, Option<Arc<Upload>>) {
        if body.is_end_stream() {
            return (Self::nothing(), None);
        }
        let upload = Arc::new(Upload(Mutex::new(Stage::Coming(Instant::now()))));
        let stream = Stream {
            body,
            upload: Arc::clone(&upload),
            patience: Patience::new(patience),
        };
        (Self(Some(stream)), Some(upload))
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(stream) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(&mut stream.body).poll_frame(cx);
        let now = Instant::now();
        match polled {
            Poll::Ready(Some(Ok(frame))) if frame.is_data() => {
                stream.patience.rest();
                let is_end = stream.body.is_end_stream();
                let stage = if is_end {
                    Stage::Done(now)
                } else {
                    Stage::Coming(now)
                };
                stream.upload.set(stage);
                Poll::Ready(Some(Ok(frame)))
            }
            // Security: trailers end here.
            Poll::Ready(None | Some(Ok(_))) => {
                stream.upload.set(Stage::Done(now));
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => {
                stream.upload.set(Stage::Broken);
                Poll::Ready(Some(Err(io::Error::other(error))))
            }
            Poll::Pending => {
                ready!(stream.patience.poll(cx));
                stream.upload.set(Stage::Slow);
                Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0
            .as_ref()
            .is_none_or(|stream| stream.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.0
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), |stream| stream.body.size_hint())
    }
}
