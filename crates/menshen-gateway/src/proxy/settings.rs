//! What an HTTP/2 upstream says first: how many requests it takes at a time.
//!
//! In: the bytes of a connection as hyper reads them. Out: the same, untouched, and the number as soon as it is there.
//! RFC 9113, 3.4 obliges the server to begin with SETTINGS; hyper tells nobody what they say, and takes a hundred for
//! granted before.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;

/// The head of a frame.
const HEAD: usize = 9;
/// One setting: two bytes for its name, four for its value.
const SETTING: usize = 6;
const SETTINGS: u8 = 4;
const MAX_CONCURRENT_STREAMS: [u8; 2] = [0, 3];
/// More settings than anybody sends.
const LONGEST: usize = HEAD + 64 * SETTING;

/// A connection, listened to until the number is known.
pub(super) struct Listened<S> {
    stream: S,
    first: Vec<u8>,
    tell: Option<oneshot::Sender<usize>>,
}

impl<S> Listened<S> {
    /// The receiver hears nothing where the other side speaks something else.
    pub(super) fn new(stream: S) -> (Self, oneshot::Receiver<usize>) {
        let (tell, heard) = oneshot::channel();
        let this = Self {
            stream,
            first: Vec::new(),
            tell: Some(tell),
        };
        (this, heard)
    }

    fn listen(&mut self, bytes: &[u8]) {
        let room = LONGEST - self.first.len();
        let bytes = bytes.get(..room).unwrap_or(bytes);
        self.first.extend_from_slice(bytes);
        match allowed(&self.first) {
            Heard::Number(number) => {
                if let Some(tell) = self.tell.take() {
                    let _ = tell.send(number);
                }
                self.first = Vec::new();
            }
            Heard::Nonsense => self.tell = None,
            Heard::Part if self.first.len() == LONGEST => self.tell = None,
            Heard::Part => {}
        }
    }
}

/// What the first bytes say.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// Not enough yet.
    Part,
    /// No SETTINGS.
    Nonsense,
    /// So many at a time.
    Number(usize),
}

fn allowed(bytes: &[u8]) -> Heard {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() else {
        return Heard::Part;
    };
    let [a, b, c, SETTINGS, ..] = *head else {
        return Heard::Nonsense;
    };
    let length = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
    let Some(settings) = rest.get(..length) else {
        return Heard::Part;
    };
    let (settings, _) = settings.as_chunks::<SETTING>();
    // The last one counts; without any there is no bound.
    let most = settings.iter().rev().find_map(|setting| {
        let [n1, n2, value @ ..] = *setting;
        ([n1, n2] == MAX_CONCURRENT_STREAMS).then(|| u32::from_be_bytes(value))
    });
    Heard::Number(most.map_or(usize::MAX, |most| most as usize))
}

impl<S: AsyncRead + Unpin> AsyncRead for Listened<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if self.tell.is_some() {
            self.listen(&buffer.filled()[before..]);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Listened<S> {
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
