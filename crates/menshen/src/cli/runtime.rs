//! Where asynchronous commands run.
//!
//! One runtime for each process, begun by the command and gone with it.

use super::ending::Ending;

/// Runs a command to its end.
pub(super) fn run<T>(work: impl Future<Output = Result<T, Ending>>) -> Result<T, Ending> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Ending::failed(format!("no threads can be started: {error}")))?
        .block_on(work)
}
