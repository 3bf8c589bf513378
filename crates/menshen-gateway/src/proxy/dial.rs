//! Opens connections to one upstream: TCP, and TLS where its address says https.
//!
//! In: the address from the configuration. Out: a stream, and whether it speaks HTTP/2: agreed by ALPN, or
//! known beforehand where the address says h2c. Certificates are checked, always: against the authorities
//! of the site where it has some, else against the system's.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

use super::upstream::open;
use crate::authorities;
use crate::config::server_name;

/// What is wanted to be spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// Whatever the upstream likes best.
    Any,
    /// HTTP/1.1.
    Http1,
}

/// TLS towards upstreams, made once.
#[derive(Clone)]
pub(super) struct Tls {
    any: TlsConnector,
    http1: TlsConnector,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// The system's authorities.
    pub(super) fn of_system() -> Result<Self, rustls::Error> {
        Self::trusting(authorities::of_system())
    }

    /// These authorities and no others.
    pub(super) fn of(authorities: &[CertificateDer<'static>]) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        for authority in authorities {
            roots.add(authority.clone())?;
        }
        Self::trusting(roots)
    }

    fn trusting(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let http1 = TlsConnector::from(Arc::new(config.clone()));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let any = TlsConnector::from(Arc::new(config));
        Ok(Self { any, http1 })
    }
}

/// How an upstream is spoken to.
#[derive(Debug)]
enum Speech {
    /// HTTP/1.1 without TLS.
    Plain,
    /// HTTP/2 without TLS, with prior knowledge; for WebSocket, HTTP/1.1.
    H2c,
    /// TLS with somebody of this name.
    Tls(Tls, ServerName<'static>),
    /// Not at all. Security: an address that says https is never spoken to in the clear.
    Never,
}

/// Opens connections to one upstream.
#[derive(Debug)]
pub(super) struct Dialer {
    address: String,
    speech: Speech,
}

impl Dialer {
    /// For an address of the configuration, which was checked there.
    pub(super) fn new(url: &Url, tls: Option<&Tls>) -> Self {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or(80);
        let speech = match url.scheme() {
            "http" => Speech::Plain,
            "h2c" => Speech::H2c,
            _ => match tls.cloned().zip(server_name(url)) {
                Some((tls, name)) => Speech::Tls(tls, name),
                None => Speech::Never,
            },
        };
        Self {
            address: format!("{host}:{port}"),
            speech,
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn is_secure(&self) -> bool {
        matches!(self.speech, Speech::Tls(..))
    }

    /// Whether one connection may serve many requests at a time.
    pub(super) fn may_speak_http2(&self) -> bool {
        matches!(self.speech, Speech::Tls(..) | Speech::H2c)
    }

    /// Opens one; says whether it speaks HTTP/2.
    pub(super) async fn dial(&self, spoken: Spoken) -> Result<(Stream, bool), String> {
        let (tls, name) = match &self.speech {
            Speech::Never => return Err("it cannot be spoken to by TLS".to_owned()),
            Speech::Plain | Speech::H2c => {
                let is_http2 = matches!(self.speech, Speech::H2c) && spoken == Spoken::Any;
                return Ok((Stream::Plain(self.open().await?), is_http2));
            }
            Speech::Tls(tls, name) => (tls, name),
        };
        let connector = match spoken {
            Spoken::Any => &tls.any,
            Spoken::Http1 => &tls.http1,
        };
        let stream = connector
            .connect(name.clone(), self.open().await?)
            .await
            .map_err(|error| error.to_string())?;
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok((Stream::Tls(Box::new(stream)), is_http2))
    }

    async fn open(&self) -> Result<TcpStream, String> {
        open(&self.address).await.map_err(|error| error.to_string())
    }
}

/// A connection to an upstream.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

macro_rules! each {
    ($self:ident, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Stream::Plain(stream) => {
                let $stream = Pin::new(stream);
                $call
            }
            Stream::Tls(stream) => {
                let $stream = Pin::new(&mut **stream);
                $call
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        each!(self, stream => stream.poll_read(cx, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        each!(self, stream => stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(self, stream => stream.poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, stream => stream.poll_shutdown(cx))
    }
}
