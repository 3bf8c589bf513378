//! An answer that breaks off: its first bytes, then the end of the connection.
//!
//! In: a whole body. Out: a body that announces its full length and ends in an error, so that the
//! client sees what it sees when a server dies in the middle.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};

/// Breaks a body off after so many bytes.
pub(crate) fn broken(body: Body, bytes: usize) -> Body {
    Body::new(Broken { body, left: bytes })
}

struct Broken {
    body: Body,
    left: usize,
}

#[derive(Debug)]
struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the script says that this answer breaks off")
    }
}

impl std::error::Error for BrokenOff {}

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.left == 0 {
            return Poll::Ready(Some(Err(axum::Error::new(BrokenOff))));
        }
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let mut data = frame.into_data().unwrap_or_default();
                data.truncate(self.left);
                self.left = self.left.saturating_sub(data.len());
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            other => other,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
