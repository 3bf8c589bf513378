//! One connection, from its first byte to its last: TLS where there is any, then HTTP/1.1 or HTTP/2.
//!
//! In: an accepted socket and the service. Out: answers, until the other side or a limit ends it. It
//! never judges what a request means: that is the door's affair.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::timed::Timed;
use super::{Limits, Serve, Source, http1, http2, plain, version};
use crate::metrics::Metrics;

/// What all connections of a listener share.
#[derive(Clone)]
pub(super) struct Serving<S> {
    pub(super) service: S,
    pub(super) metrics: Metrics,
    pub(super) limits: Limits,
    pub(super) tls: Option<TlsAcceptor>,
    /// Finish the request in hand, then close.
    pub(super) stop: CancellationToken,
    /// Close now.
    pub(super) cut: CancellationToken,
}

/// What a connection to a listener that speaks TLS turned out to be.
enum Opened {
    Plain(TcpStream),
    Tls(std::io::Result<Box<TlsStream<TcpStream>>>),
}

/// Counts a connection for as long as it lives, however it ends.
struct Counted(Metrics);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connection_closed();
    }
}

impl<S: Serve> Serving<S> {
    /// Serves one connection to its end.
    pub(super) async fn run(self, stream: TcpStream, source: Source) {
        self.metrics.connection_opened();
        let _counted = Counted(self.metrics.clone());
        let Some(tls) = self.tls.clone() else {
            return self.speak_first(stream, source).await;
        };
        let opening = async move {
            if plain::is_spoken(&stream).await {
                Opened::Plain(stream)
            } else {
                Opened::Tls(tls.accept(stream).await.map(Box::new))
            }
        };
        let opening = timeout(self.limits.handshake, opening);
        match self.before_requests(opening).await {
            Some(Ok(Opened::Plain(stream))) => {
                plain::refuse(self.service, stream, source.peer).await;
            }
            Some(Ok(Opened::Tls(Ok(stream)))) => match stream.get_ref().1.alpn_protocol() {
                Some(b"h2") => http2::run(self, *stream, Vec::new(), source).await,
                Some(_) => http1::run(self, *stream, Vec::new(), source).await,
                None => self.speak_first(*stream, source).await,
            },
            Some(Ok(Opened::Tls(Err(error)))) => {
                tracing::debug!(%error, "a TLS handshake failed");
            }
            // Too slow, or the end of the gateway.
            Some(Err(_)) | None => {}
        }
    }

    /// The first bytes say which version is spoken.
    async fn speak_first<T>(self, mut stream: T, source: Source)
    where
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let detected = timeout(self.limits.head, version::detect(&mut stream));
        match self.before_requests(detected).await {
            Some(Ok(Ok((true, ahead)))) => http2::run(self, stream, ahead, source).await,
            Some(Ok(Ok((false, ahead)))) if !ahead.is_empty() => {
                http1::run(self, stream, ahead, source).await;
            }
            _ => {}
        }
    }

    /// What happens before the first request needs no patience at the end: browsers open connections
    /// ahead of need.
    async fn before_requests<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = work => Some(done),
            () = self.stop.cancelled() => None,
            () = self.cut.cancelled() => None,
        }
    }

    /// A stream that fails when it stalls.
    pub(super) fn timed<T>(&self, stream: T) -> Timed<T> {
        Timed::new(stream, self.limits.stall)
    }
}
