//! The wire: names that lead to loopback sockets, and one HTTP/1.1 exchange over one of them.
//!
//! An address with `https` is reached in plain text, as behind a proxy that ends TLS: whoever
//! listens there is the gateway or the sandbox of this very test.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::{Origin, Url};

/// One known place.
#[derive(Clone, Debug)]
struct Place {
    alias: &'static str,
    socket: SocketAddr,
}

/// Where names lead. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Net(Arc<Mutex<HashMap<Origin, Place>>>);

impl Net {
    /// Leads an origin to a socket, under a short name for trails.
    pub fn lead(&self, origin: &Url, alias: &'static str, socket: SocketAddr) {
        let place = Place { alias, socket };
        self.0.lock().unwrap().insert(origin.origin(), place);
    }

    /// The same names, to be led elsewhere.
    #[must_use]
    pub fn fork(&self) -> Self {
        let places = self.0.lock().unwrap().clone();
        Self(Arc::new(Mutex::new(places)))
    }

    /// The short name of an address's place.
    pub fn alias(&self, url: &Url) -> Option<&'static str> {
        Some(self.0.lock().unwrap().get(&url.origin())?.alias)
    }

    /// The socket of an address.
    ///
    /// # Panics
    /// When nobody was placed there: a test must not leave loopback.
    pub fn socket(&self, url: &Url) -> SocketAddr {
        let places = self.0.lock().unwrap();
        let place = places.get(&url.origin());
        place
            .unwrap_or_else(|| panic!("nothing in this test answers for {url}"))
            .socket
    }

    /// Sends one request and reads the whole answer. Dropping the future drops the connection.
    pub async fn send(&self, url: &Url, request: Request<Full<Bytes>>) -> Reply {
        self.try_send(url, request)
            .await
            .unwrap_or_else(|error| panic!("{url} gave no answer: {error}"))
    }

    /// Like [`Net::send`], for places that may be down.
    pub async fn try_send(
        &self,
        url: &Url,
        request: Request<Full<Bytes>>,
    ) -> Result<Reply, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect(self.socket(url)).await?;
        let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
            .preserve_header_case(true)
            .handshake(TokioIo::new(stream))
            .await?;
        let exchange = async {
            let response = sender.send_request(request).await?;
            let (head, body) = response.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok::<_, hyper::Error>(Reply {
                status: head.status,
                headers: head.headers,
                body,
            })
        };
        let mut exchange = std::pin::pin!(exchange);
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            biased;
            reply = &mut exchange => Ok(reply?),
            end = &mut connection => { end?; Ok(exchange.await?) }
        }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}
