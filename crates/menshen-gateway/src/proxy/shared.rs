//! The HTTP/2 connections of one upstream, each for many requests at a time.
//!
//! In: a wish for a place on one of them. Out: a seat, which is given back when its answer is over. An upstream says
//! how many requests it takes on a connection; what is beyond waits inside hyper, so that a few streams without end
//! would hold up everybody. A further connection is opened before that. One request opens it for all that wait.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::client::conn::http2::SendRequest;
use tokio::sync::{Mutex as Turns, MutexGuard as Turn};
use tokio::time::Instant;

use super::upload::Sent;

/// The most requests on one connection, whatever its upstream allows.
pub(super) const MOST_SEATS: u32 = 100;
/// The most connections to one upstream. When all are full, requests wait for a seat.
const MOST_LINES: usize = 128;
/// How long a connection beyond the first may have nobody on it.
const EMPTY: Duration = Duration::from_secs(10);

/// The connections.
#[derive(Debug, Default)]
pub(super) struct Shared {
    lines: Mutex<Vec<Line>>,
    opening: Turns<()>,
    opened: AtomicUsize,
    is_refused: AtomicBool,
}

#[derive(Debug)]
struct Line {
    sender: SendRequest<Sent>,
    taken: Arc<AtomicUsize>,
    seats: usize,
    empty_since: Option<Instant>,
}

/// A place on a connection, taken for as long as its answer lasts.
#[derive(Debug)]
pub(super) struct Seat(Arc<AtomicUsize>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Line {
    fn is_free(&self) -> bool {
        self.taken.load(Relaxed) < self.seats
    }

    fn seat(&self) -> (SendRequest<Sent>, Seat) {
        self.taken.fetch_add(1, Relaxed);
        (self.sender.clone(), Seat(Arc::clone(&self.taken)))
    }
}

impl Shared {
    /// A seat on a connection that is open. There is none when a further one should be opened.
    pub(super) fn seat(&self) -> Option<(SendRequest<Sent>, Seat)> {
        let mut lines = self.lines();
        lines.retain(|line| !line.sender.is_closed());
        // The first with room: those behind it run empty and are closed.
        if let Some(line) = lines.iter().find(|line| line.is_free()) {
            return Some(line.seat());
        }
        if lines.len() < MOST_LINES {
            return None;
        }
        emptiest(&lines)
    }

    /// A seat on a connection that is open, full or not: better than none.
    pub(super) fn any_seat(&self) -> Option<(SendRequest<Sent>, Seat)> {
        let mut lines = self.lines();
        lines.retain(|line| !line.sender.is_closed());
        emptiest(&lines)
    }

    /// The right to open a connection, or a seat on one that somebody else opened meanwhile.
    pub(super) async fn turn(&self) -> Result<Turn<'_, ()>, (SendRequest<Sent>, Seat)> {
        let before = self.opened.load(Relaxed);
        let turn = self.opening.lock().await;
        if self.opened.load(Relaxed) == before {
            return Ok(turn);
        }
        match self.seat() {
            Some(seat) => Err(seat),
            None => Ok(turn),
        }
    }

    /// A new connection on which the upstream takes so many requests at a time, and a seat on it.
    pub(super) fn add(
        &self,
        sender: SendRequest<Sent>,
        allowed: usize,
    ) -> (SendRequest<Sent>, Seat) {
        let line = Line {
            sender,
            taken: Arc::default(),
            seats: allowed.clamp(1, MOST_SEATS as usize),
            empty_since: None,
        };
        let seat = line.seat();
        self.lines().push(line);
        self.opened.fetch_add(1, Relaxed);
        seat
    }

    /// What the upstream chose the last time: without HTTP/2 nobody has to take turns.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused.load(Relaxed)
    }

    /// The upstream chose.
    pub(super) fn chosen(&self, is_http2: bool) {
        self.is_refused.store(!is_http2, Relaxed);
    }

    /// Closes connections that were needed once. The first stays.
    pub(super) fn sweep(&self, now: Instant) {
        let mut index = 0;
        self.lines().retain_mut(|line| {
            if line.taken.load(Relaxed) > 0 {
                line.empty_since = None;
            } else {
                line.empty_since.get_or_insert(now);
            }
            let is_first = index == 0;
            index += 1;
            let rests = |since| now.duration_since(since) >= EMPTY;
            !line.sender.is_closed() && (is_first || !line.empty_since.is_some_and(rests))
        });
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn emptiest(lines: &[Line]) -> Option<(SendRequest<Sent>, Seat)> {
    let emptiest = lines.iter().min_by_key(|line| line.taken.load(Relaxed));
    emptiest.map(Line::seat)
}
