//! The upstreams of one site: equals, asked in turn, those that rest left out.
//!
//! In: a request. Out: the answer of one of them. A request goes to a second one only where that cannot do
//! anything twice: when nothing of it was sent, or when its method may be repeated and it has no body.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use http::{Method, Request, Response};
use hyper::body::Incoming;
use tokio::time::Instant;

use super::ProxyError;
use super::dial::Spoken;
use super::repeat::{Repeat, address_for_http2};
use super::upload::{Sent, Stage, Upload};
use super::upstream::{Sender, Under, Upstream, Want};
use crate::config::UpstreamTimeouts;
use crate::deadline::Deadline;

/// How often one request is tried, all upstreams together.
const TRIES: usize = 3;

/// An answer's head has come.
pub(super) struct Arrived {
    pub(super) response: Response<Incoming>,
    /// What it comes on.
    pub(super) under: Under,
    pub(super) upstream: Arc<Upstream>,
}

/// The upstreams of one site.
#[derive(Debug)]
pub(super) struct Group {
    upstreams: Box<[Arc<Upstream>]>,
    turn: AtomicUsize,
    pub(super) timeouts: UpstreamTimeouts,
}

/// What happened to a request that got no answer.
enum Failed {
    /// Nothing of it was sent.
    Unsent(Box<Request<Sent>>),
    /// The connection broke. Some of it may have been sent.
    Sent(String),
    /// No answer in time.
    Slow(Duration),
    /// The browser's body.
    Body(ProxyError),
}

impl Group {
    pub(super) fn new(upstreams: Vec<Upstream>, timeouts: UpstreamTimeouts) -> Self {
        Self {
            upstreams: upstreams.into_iter().map(Arc::new).collect(),
            turn: AtomicUsize::new(0),
            timeouts,
        }
    }

    pub(super) fn upstreams(&self) -> &[Arc<Upstream>] {
        &self.upstreams
    }

    /// The next one that is worth asking, else the one that rests least.
    fn pick(&self, now: Instant) -> Option<&Arc<Upstream>> {
        if let [only] = &*self.upstreams {
            return Some(only);
        }
        let turn = self.turn.fetch_add(1, Relaxed) % self.upstreams.len().max(1);
        let (after, before) = self.upstreams.split_at_checked(turn)?;
        let in_turn = before.iter().chain(after);
        in_turn.min_by_key(|upstream| upstream.health.rest(now))
    }

    /// Sends a request until somebody answers.
    pub(super) async fn send(
        &self,
        mut request: Request<Sent>,
        upload: Option<&Upload>,
        want: Want,
    ) -> Result<Arrived, ProxyError> {
        let is_repeatable = upload.is_none() && is_idempotent(request.method());
        let mut tries = 0;
        loop {
            tries += 1;
            let now = Instant::now();
            let upstream = self.pick(now).ok_or_else(ProxyError::no_upstream)?;
            let address = || upstream.address().to_owned();
            // A last try never trusts a connection that may have gone stale.
            let waiting = upstream
                .waiting(now, want.worker)
                .filter(|_| tries < TRIES && want.spoken == Spoken::Any);
            let is_reused = waiting.is_some();
            let connected = match waiting {
                Some(sender) => Ok(sender),
                // Boxed: it is large and rare.
                None => Box::pin(upstream.connect(self.timeouts.connect, want)).await,
            };
            let sender = match connected {
                Ok(sender) => sender,
                Err(reason) => {
                    // Not the moment before: the connecting may have taken seconds.
                    upstream.health.failed(Instant::now());
                    // Nothing was sent: somebody else may be asked, whatever the method.
                    if tries < TRIES && self.upstreams.len() > 1 {
                        continue;
                    }
                    let address = address();
                    return Err(ProxyError::Unreachable { address, reason });
                }
            };
            if !is_reused {
                upstream.health.succeeded();
            }
            let repeat = is_repeatable.then(|| Repeat::of(&request));
            match self.exchange(upstream, sender, request, upload).await {
                Ok(arrived) => return Ok(arrived),
                Err(Failed::Unsent(unsent)) if tries < TRIES => request = *unsent,
                Err(Failed::Unsent(_)) => {
                    let (address, reason) = (address(), "it closes every connection".to_owned());
                    return Err(ProxyError::Unreachable { address, reason });
                }
                Err(Failed::Sent(reason)) => match repeat {
                    Some(repeat) if tries < TRIES && (is_reused || self.upstreams.len() > 1) => {
                        request = repeat.request();
                    }
                    _ => {
                        let address = address();
                        return Err(ProxyError::Broken { address, reason });
                    }
                },
                Err(Failed::Slow(patience)) => {
                    let address = address();
                    return Err(ProxyError::Slow { address, patience });
                }
                Err(Failed::Body(error)) => return Err(error),
            }
        }
    }

    /// One request on one connection.
    async fn exchange(
        &self,
        upstream: &Arc<Upstream>,
        sender: Sender,
        request: Request<Sent>,
        upload: Option<&Upload>,
    ) -> Result<Arrived, Failed> {
        let (sent, under) = match sender {
            Sender::Http1(mut own) => {
                let sending = own.sender.try_send_request(request);
                let sent = self.wait(sending, upload, &mut own.deadline).await?;
                (sent, Under::Http1(own))
            }
            Sender::Http2(mut sender, seat) => {
                let request = address_for_http2(request, upstream.is_secure());
                let sending = sender.try_send_request(request);
                let mut deadline = Deadline::default();
                let answered = self.wait(sending, upload, &mut deadline).await?;
                (answered, Under::Http2 { _seat: seat })
            }
        };
        match sent {
            Ok(response) => Ok(Arrived {
                response,
                under,
                upstream: Arc::clone(upstream),
            }),
            Err(mut error) => Err(match error.take_message() {
                Some(request) => Failed::Unsent(Box::new(request)),
                None => match upload.map(Upload::stage) {
                    Some(Stage::Slow) => Failed::Body(ProxyError::BodySlow),
                    Some(Stage::Broken) => Failed::Body(ProxyError::BodyBroken),
                    _ => Failed::Sent(error.into_error().to_string()),
                },
            }),
        }
    }

    /// Waits for the head of an answer: as long as the request is still coming, its own bounds hold.
    async fn wait<T>(
        &self,
        sending: impl Future<Output = T>,
        upload: Option<&Upload>,
        deadline: &mut Deadline,
    ) -> Result<T, Failed> {
        let mut sending = std::pin::pin!(sending);
        let mut since = Instant::now();
        loop {
            let (patience, moved) = match upload.map(Upload::stage) {
                Some(Stage::Coming(at)) => (self.timeouts.idle, at),
                Some(Stage::Done(at)) => (self.timeouts.answer, at),
                _ => (self.timeouts.answer, since),
            };
            since = since.max(moved);
            deadline.set(since + patience);
            let waiting = poll_fn(|cx| match sending.as_mut().poll(cx) {
                Poll::Ready(sent) => Poll::Ready(Some(sent)),
                Poll::Pending => deadline.poll(cx).map(|()| None),
            });
            if let Some(sent) = waiting.await {
                deadline.clear();
                return Ok(sent);
            }
            let has_moved = match upload.map(Upload::stage) {
                Some(Stage::Coming(at) | Stage::Done(at)) => at > since,
                _ => false,
            };
            if !has_moved {
                return Err(Failed::Slow(patience));
            }
        }
    }
}

/// Methods that do the same when they are sent twice (RFC 9110, 9.2.2).
fn is_idempotent(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE
    )
}
