//! Threads that serve connections, each with a loop of its own.
//!
//! In: how many. Out: for each new connection, the thread that serves the fewest. A connection stays where it
//! began, and so does every connection to an upstream that was opened for it: a request is read, judged, sent
//! on and answered on one thread, and no other has to be woken for it. Without workers a listener serves on the
//! runtime that runs it, as tests do, which set the clock of theirs.

use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{Builder, JoinHandle};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

/// The threads. Cheap to clone; all clones are one. The threads end, with all that still runs on them, when the
/// last clone is dropped.
#[derive(Clone)]
pub struct Workers(Arc<Inner>);

struct Inner {
    all: Box<[Worker]>,
    stop: CancellationToken,
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Workers({})", self.0.all.len())
    }
}

struct Worker {
    handle: Handle,
    connections: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

/// A place on one worker. It is free again when this is dropped.
pub(super) struct Place {
    /// The worker's number, from 0.
    pub(super) worker: usize,
    /// Where to spawn.
    pub(super) handle: Handle,
    connections: Arc<AtomicUsize>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.fetch_sub(1, Relaxed);
    }
}

impl Workers {
    /// Starts so many threads.
    pub fn start(count: NonZeroUsize) -> io::Result<Self> {
        let stop = CancellationToken::new();
        let all: io::Result<Box<[Worker]>> = (0..count.get())
            .map(|number| Worker::start(number, stop.clone()))
            .collect();
        Ok(Self(Arc::new(Inner { all: all?, stop })))
    }

    /// A place where the fewest connections are.
    pub(super) fn place(&self) -> Option<Place> {
        let in_hand = |worker: &Worker| worker.connections.load(Relaxed);
        let numbered = self.0.all.iter().enumerate();
        let (number, worker) = numbered.min_by_key(|(_, worker)| in_hand(worker))?;
        worker.connections.fetch_add(1, Relaxed);
        Some(Place {
            worker: number,
            handle: worker.handle.clone(),
            connections: Arc::clone(&worker.connections),
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.cancel();
        for worker in &mut self.all {
            // A thread that panicked has ended too.
            let _ = worker.thread.take().map(JoinHandle::join);
        }
    }
}

impl Worker {
    fn start(number: usize, stop: CancellationToken) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        let thread = Builder::new()
            .name(format!("worker-{number}"))
            .spawn(move || {
                runtime.block_on(stop.cancelled());
                // A file that does not answer must not hold up the end.
                runtime.shutdown_background();
            })?;
        Ok(Self {
            handle,
            connections: Arc::default(),
            thread: Some(thread),
        })
    }
}
