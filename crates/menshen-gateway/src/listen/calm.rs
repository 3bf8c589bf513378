//! HTTP/2 frames that ask for nothing: bounded in number, because hyper answers each and never tires (S-058).
//!
//! In: the bytes of one connection, on their way to hyper. Out: the same bytes, or an error once there were more
//! PING, SETTINGS, PRIORITY and unknown frames than anybody needs. It reads the nine bytes at the beginning of each
//! frame and nothing else; `WINDOW_UPDATE` comes with every download and is not counted. Never: judges a request.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// How many such frames may come at once, and how many a second once those are used up.
const AT_ONCE: u64 = 4096;
const A_SECOND: u64 = 128;
/// What a connection begins with, before the first frame (RFC 9113, 3.4).
const PREFACE_LENGTH: usize = 24;
/// Length, kind, flags, stream (RFC 9113, 4.1).
const HEAD_LENGTH: usize = 9;
/// `DATA`, `HEADERS`, `RST_STREAM`, `PUSH_PROMISE`, `GOAWAY`, `WINDOW_UPDATE`, `CONTINUATION`: bounded by hyper, or
/// by what they are for.
const NOT_COUNTED: [u8; 7] = [0, 1, 3, 5, 7, 8, 9];

/// The stream.
pub(super) struct Calm<S> {
    stream: S,
    frames: Frames,
    left: u64,
    since: Instant,
}

impl<S> Calm<S> {
    /// A connection of which nothing was read yet.
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            frames: Frames::default(),
            left: AT_ONCE,
            since: Instant::now(),
        }
    }

    /// Takes so many frames off what is left; `false` when there is not so much.
    fn spend(&mut self, frames: u64) -> bool {
        if self.left < frames {
            let seconds = self.since.elapsed().as_secs();
            self.since = Instant::now();
            self.left = AT_ONCE.min(self.left.saturating_add(seconds * A_SECOND));
        }
        match self.left.checked_sub(frames) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}

/// Where one frame ends and the next begins.
#[derive(Debug)]
struct Frames {
    /// Bytes that are of no interest: the preface, the rest of a frame.
    skip: usize,
    head: [u8; HEAD_LENGTH],
    has: usize,
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            skip: PREFACE_LENGTH,
            head: [0; HEAD_LENGTH],
            has: 0,
        }
    }
}

impl Frames {
    /// How many frames that ask for nothing begin in the next bytes.
    fn count(&mut self, mut bytes: &[u8]) -> u64 {
        let mut counted = 0;
        while !bytes.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = bytes.get(skipped..).unwrap_or_default();
            let wanted = (HEAD_LENGTH - self.has).min(bytes.len());
            let (new, rest) = bytes.split_at(wanted);
            if let Some(place) = self.head.get_mut(self.has..self.has + wanted) {
                place.copy_from_slice(new);
            }
            self.has += wanted;
            bytes = rest;
            if self.has == HEAD_LENGTH {
                let [high, middle, low, kind, ..] = self.head;
                self.skip = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
                self.has = 0;
                counted += u64::from(!NOT_COUNTED.contains(&kind));
            }
        }
        counted
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Calm<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let start = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let new = buffer.filled().get(start..).unwrap_or_default();
        let frames = self.frames.count(new);
        if frames > 0 && !self.spend(frames) {
            // Security: whoever floods is owed no word, and writing one would only add to the work.
            buffer.set_filled(start);
            return Poll::Ready(Err(io::Error::other(
                "too many frames that ask for nothing",
            )));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Calm<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
