//! Where asynchronous commands run.
//!
//! One runtime for each process, begun by the command and gone with it.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use super::ending::Ending;

/// Runs a command to its end.
pub(super) fn run<T>(work: impl Future<Output = Result<T, Ending>>) -> Result<T, Ending> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Ending::failed(format!("no threads can be started: {error}")))?;
    let ended = runtime.block_on(work);
    // What still reads a file that does not answer must not hold up the end.
    runtime.shutdown_background();
    ended
}

/// How many threads can run at a time here; one where nobody knows.
pub(super) fn cores() -> NonZeroUsize {
    available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
