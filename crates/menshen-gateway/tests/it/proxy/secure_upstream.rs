//! An application that is reached by TLS, or by HTTP/2 without: hyper on a real socket, with what it saw.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, Request, Response, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use crate::authority::Issued;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrived {
    pub(super) connection: usize,
    pub(super) version: Version,
    /// The host: of the address over HTTP/2, of the header over HTTP/1.1.
    pub(super) host: String,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) length: usize,
}

/// The application. It answers each body with its length and with a body that is as long.
#[derive(Clone, Debug)]
pub(super) struct SecureUpstream {
    pub(super) address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl SecureUpstream {
    /// By TLS, with this certificate, offering these protocols.
    pub(super) async fn tls(issued: &Issued, alpn: &[&str]) -> Self {
        let chain = CertificateDer::pem_slice_iter(issued.cert.as_bytes());
        let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain.map(Result::unwrap).collect(), key)
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        Self::start(Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    /// HTTP/2 without TLS.
    pub(super) async fn h2c() -> Self {
        Self::start(None).await
    }

    async fn start(tls: Option<TlsAcceptor>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let this = Self {
            address: socket.local_addr().unwrap(),
            arrived: Arc::default(),
        };
        let serving = this.clone();
        drop(TaskTracker::new().spawn(async move {
            let mut connection = 0;
            while let Ok((stream, _)) = socket.accept().await {
                connection += 1;
                let (one, tls) = (serving.clone(), tls.clone());
                drop(TaskTracker::new().spawn(async move {
                    let Some(tls) = tls else {
                        return one.serve(stream, connection, true).await;
                    };
                    // A client that trusts nobody here goes away in the handshake.
                    if let Ok(stream) = tls.accept(stream).await {
                        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                        one.serve(stream, connection, is_http2).await;
                    }
                }));
            }
        }));
        this
    }

    pub(super) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    async fn serve<S>(self, stream: S, connection: usize, is_http2: bool)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(move |request| {
            let this = self.clone();
            async move { Ok::<_, Infallible>(this.answer(request, connection).await) }
        });
        let stream = TokioIo::new(stream);
        // How a connection ends is the other side's affair.
        if is_http2 {
            let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            let _ = builder.serve_connection(stream, service).await;
        } else {
            let builder = hyper::server::conn::http1::Builder::new();
            let _ = builder.serve_connection(stream, service).await;
        }
    }

    async fn answer(&self, request: Request<Incoming>, connection: usize) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let Ok(body) = body.collect().await else {
            return Response::new(Full::default());
        };
        let body = body.to_bytes();
        let header = head.headers.get("host").map(|host| host.to_str().unwrap());
        let host = head.uri.authority().map(http::uri::Authority::as_str);
        self.arrived.lock().unwrap().push(Arrived {
            connection,
            version: head.version,
            host: host.or(header).unwrap_or_default().to_owned(),
            path: head.uri.path_and_query().unwrap().to_string(),
            headers: head.headers,
            length: body.len(),
        });
        let mut text = format!("{} bytes", body.len()).into_bytes();
        text.extend_from_slice(&body);
        Response::new(Full::from(text))
    }
}
