//! Work of the harness that ends with the value that holds it.

use std::future::Future;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A task that is cut when dropped, with everything it had begun.
#[derive(Debug)]
pub(super) struct Task(JoinHandle<()>);

impl Task {
    /// Serves every connection of a listener with what `serve` makes of it.
    pub(super) fn accepting<F>(
        listener: TcpListener,
        serve: impl Fn(TcpStream) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let accepting = async move {
            let mut connections = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let (stream, _) = accepted.unwrap();
                        stream.set_nodelay(true).unwrap();
                        connections.spawn(serve(stream));
                    }
                    Some(_) = connections.join_next() => {}
                }
            }
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the harness itself, in the place of a machine"
        )]
        Self(tokio::spawn(accepting))
    }

    /// Cuts it, and waits until it is gone.
    pub(super) async fn cut(mut self) {
        self.0.abort();
        let _ = (&mut self.0).await;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
