//! The stream under hyper's HTTP/1.1 parser: makes it stricter, and lets refusals speak our language.
//!
//! In: the socket's bytes. Out: the same bytes to hyper, head by head and body by body, with a byte that
//! no head may hold where a head must not be read on; and hyper's own bare refusal replaced by ours. It
//! finds the end of a head and nothing else: where a body ends it is told by the service, from what
//! hyper read. It never reads ahead for hyper: what follows a request waits here until that is answered.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::bare;
use super::head::{HeadScan, Verdict};
use super::progress::{Next, Progress};
use crate::deadline::Deadline;

/// How much may wait here while a request is in hand.
const AHEAD: usize = 16 * 1024;
/// After a refusal the rest is read and thrown away, so far and for so long: a socket that is closed
/// with unread bytes in it takes the answer back.
const LINGER_LENGTH: usize = 512 * 1024;
const LINGER: Duration = Duration::from_secs(2);

/// Makes our answer to a head that could not be read: the whole of it, as bytes.
pub(super) trait Refuse: Unpin {
    fn refuse(&mut self, status: StatusCode, date: &str, why: Option<&'static str>) -> Vec<u8>;
}

/// The stream.
pub(super) struct Guarded<S, R> {
    stream: S,
    progress: Arc<Progress>,
    refuse: R,
    scan: HeadScan,
    /// Read from the socket and not yet given to hyper.
    ahead: Vec<u8>,
    why: Option<&'static str>,
    /// How long a head may take, waiting for its first byte included, and until when this one may.
    patience: Duration,
    deadline: Deadline,
    /// Whether something was written that may not be out yet: until then nobody waits for a head.
    is_unflushed: bool,
    /// Our answer in place of hyper's, and how much of it is out.
    answer: Option<(Vec<u8>, usize)>,
    linger: Option<(Pin<Box<Sleep>>, usize)>,
}

impl<S, R> Guarded<S, R> {
    /// `ahead` is what was read already.
    pub(super) fn new(stream: S, ahead: Vec<u8>, progress: Arc<Progress>, refuse: R) -> Self {
        Self {
            stream,
            progress,
            refuse,
            scan: HeadScan::default(),
            ahead,
            why: None,
            patience: Duration::MAX,
            deadline: Deadline::default(),
            is_unflushed: false,
            answer: None,
            linger: None,
        }
    }

    /// The same with an end to patience with heads.
    pub(super) fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, R: Refuse> Guarded<S, R> {
    /// Fills `buffer` from what waits here, else from the socket.
    fn fill(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.ahead.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let length = self.ahead.len().min(buffer.remaining());
        buffer.put_slice(self.ahead.get(..length).unwrap_or_default());
        self.ahead.drain(..length);
        Poll::Ready(Ok(()))
    }

    fn read_head(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.why.is_some() {
            return Poll::Pending;
        }
        let start = buffer.filled().len();
        match self.fill(cx, buffer) {
            Poll::Ready(read) => read?,
            Poll::Pending => return self.wait_for_head(cx),
        }
        let new = buffer.filled().get(start..).unwrap_or_default();
        if new.is_empty() {
            return Poll::Ready(Ok(()));
        }
        self.progress.read_head();
        match self.scan.take(new) {
            Verdict::More => {}
            Verdict::End(at) if at == new.len() => self.deadline.clear(),
            Verdict::End(at) => {
                self.deadline.clear();
                let rest = new.get(at..).unwrap_or_default();
                self.ahead.splice(..0, rest.iter().copied());
                buffer.set_filled(start + at);
            }
            Verdict::Refused(at, why) => {
                self.why = Some(why);
                buffer.set_filled(start + at);
                // Security: no part of a head may hold NUL, so hyper refuses it here.
                buffer.put_slice(&[0]);
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Fails once a head takes too long. How long the answer before it may take to get out is not its affair.
    fn wait_for_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_unflushed {
            return Poll::Pending;
        }
        if !self.deadline.is_set() {
            match Instant::now().checked_add(self.patience) {
                Some(until) => self.deadline.set(until),
                None => return Poll::Pending,
            }
        }
        ready!(self.deadline.poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn read_body(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        left: u64,
    ) -> Poll<io::Result<()>> {
        let start = buffer.filled().len();
        ready!(self.fill(cx, buffer))?;
        let new = buffer.filled().get(start..).unwrap_or_default();
        let length = usize::try_from(left).map_or(new.len(), |left| left.min(new.len()));
        if let Some(next @ [_, ..]) = new.get(length..) {
            self.ahead.splice(..0, next.iter().copied());
            buffer.set_filled(start + length);
        }
        self.progress.pass(length as u64);
        Poll::Ready(Ok(()))
    }

    /// A request is in hand: notices that the other side went away, and keeps what it sends.
    fn watch(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.ahead.len() < AHEAD {
            let mut bytes = [0; 1024];
            let mut buffer = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            self.ahead.extend_from_slice(buffer.filled());
        }
        Poll::Pending
    }

    /// Writes our own answer, if there is one.
    fn write_answer(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((answer, done)) = &mut self.answer {
            let rest = answer.get(*done..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            *done += match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                length => length,
            };
        }
        Poll::Ready(Ok(()))
    }

    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let (deadline, left) = self.linger.get_or_insert_with(|| {
            (
                Box::pin(sleep_until(Instant::now() + LINGER)),
                LINGER_LENGTH,
            )
        });
        let mut bytes = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    let Some(less) = left.checked_sub(buffer.filled().len()) else {
                        return Poll::Ready(Ok(()));
                    };
                    *left = less;
                }
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    ready!(deadline.as_mut().poll(cx));
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, R: Refuse> AsyncRead for Guarded<S, R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.progress.next() {
            Next::Head => self.read_head(cx, buffer),
            Next::Body(left) => self.read_body(cx, buffer, left),
            Next::Nothing => self.watch(cx),
            Next::Anything => self.fill(cx, buffer),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, R: Refuse> AsyncWrite for Guarded<S, R> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.is_unflushed = true;
        ready!(self.write_answer(cx))?;
        if self.progress.is_reading_head()
            && let Some(found) = bare::find(bytes)
        {
            if let Some(before @ [_, ..]) = bytes.get(..found.at) {
                return Pin::new(&mut self.stream).poll_write(cx, before);
            }
            let why = self.why;
            let answer = self.refuse.refuse(found.status, found.date, why);
            self.answer = Some((answer, 0));
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.is_unflushed = true;
        if self.progress.is_reading_head() {
            let first = slices.iter().find(|slice| !slice.is_empty());
            return self.poll_write(cx, first.map_or(&[], |slice| slice));
        }
        ready!(self.write_answer(cx))?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_answer(cx))?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.is_unflushed = false;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_answer(cx))?;
        if self.linger.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        let is_unread = matches!(self.progress.next(), Next::Body(_));
        if self.answer.is_some() || is_unread || self.linger.is_some() {
            ready!(self.linger(cx))?;
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests;
