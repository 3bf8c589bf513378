//! The body of an answer, whoever made it.
//!
//! In: what a room wrote, or what an upstream sends. Out: one type for the listener. It passes frames on as they
//! come and never collects them.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body as RoomBody, Bytes};
use hyper::body::{Body, Frame, SizeHint};

use crate::proxy::Passing;

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum FrontBody {
    /// A room's.
    Room(RoomBody),
    /// An upstream's. Boxed: an answer is moved about several times before it is written.
    Upstream(Box<Passing>),
    /// None.
    Nothing,
}

type BoxError = Box<dyn Error + Send + Sync>;

impl Body for FrontBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Room(body) => {
                let polled = Pin::new(body).poll_frame(cx);
                polled.map(|frame| frame.map(|frame| frame.map_err(Into::into)))
            }
            Self::Upstream(body) => {
                let polled = Pin::new(body).poll_frame(cx);
                polled.map(|frame| frame.map(|frame| frame.map_err(Into::into)))
            }
            Self::Nothing => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Room(body) => body.is_end_stream(),
            Self::Upstream(body) => body.is_end_stream(),
            Self::Nothing => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Room(body) => body.size_hint(),
            Self::Upstream(body) => body.size_hint(),
            Self::Nothing => SizeHint::with_exact(0),
        }
    }
}
