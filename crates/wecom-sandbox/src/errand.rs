//! One request of the sandbox to somebody's server, http or https: no pool, no redirects, bounded in time and size.
//!
//! In: an address, a method, a body, how far it may lead. Out: status and body, or why there is none. Security:
//! only this machine, or its private networks, are asked unless the operator allowed other places, so that a seed
//! from elsewhere cannot make the sandbox call into a network. Certificates are judged by the machine's roots, the
//! sandbox's own authority and what its owner named besides.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use url::Url;

use crate::trust::Trust;

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("not an http or https address")]
    NotHttp,
    #[error("the name leads nowhere")]
    NoAddress,
    #[error("it does not lead to this machine, and the operator has allowed no other")]
    NotHere,
    #[error("nobody answers there")]
    NoAnswer,
    #[error("no TLS: {0}")]
    NoTls(std::io::Error),
    #[error("no answer in time")]
    TooSlow,
    #[error("the answer is too long, or broke off")]
    NotWhole(StatusCode),
}

/// How far an errand may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// This machine.
    Here,
    /// This machine and private networks: never a stranger, nor a cloud's metadata service.
    Near,
    /// Anywhere, because the operator said so.
    Far,
}

impl Reach {
    /// Security: see the variants.
    fn permits(self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        let is_private = match ip {
            IpAddr::V4(ip) => ip.is_private(),
            IpAddr::V6(ip) => ip.is_unique_local(),
        };
        match self {
            Self::Here => ip.is_loopback(),
            Self::Near => ip.is_loopback() || is_private,
            Self::Far => true,
        }
    }
}

impl Trouble {
    /// The same in Chinese, for who saves an address on the console.
    pub(crate) fn zh(&self) -> &'static str {
        match self {
            Self::NotHttp => "不是可用的地址",
            Self::NoAddress => "域名无法解析",
            Self::NotHere => "地址不在本机，且运维没有允许其他地址",
            Self::NoAnswer => "没有服务应答",
            Self::NoTls(_) => "TLS 连接失败：证书不受信任，或对方不使用 TLS",
            Self::TooSlow => "没有按时应答",
            Self::NotWhole(_) => "应答过长或中断",
        }
    }
}

/// What is sent.
pub(crate) struct Errand<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: String,
    pub(crate) reach: Reach,
    /// The most bytes of an answer's body.
    pub(crate) most: usize,
    /// Whom to believe that it is the one who is asked.
    pub(crate) trust: &'a Trust,
}

/// Sends it and waits so long for the whole answer.
pub(crate) async fn send(
    errand: Errand<'_>,
    limit: Duration,
) -> Result<(StatusCode, Bytes), Trouble> {
    let answer = tokio::time::timeout(limit, exchange(errand)).await;
    answer.unwrap_or(Err(Trouble::TooSlow))
}

async fn exchange(errand: Errand<'_>) -> Result<(StatusCode, Bytes), Trouble> {
    let is_encrypted = match errand.url.scheme() {
        "http" => false,
        "https" => true,
        _ => return Err(Trouble::NotHttp),
    };
    let address = find(&errand.url, errand.reach).await?;
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|_| Trouble::NoAnswer)?;
    if !is_encrypted {
        return ask(errand, stream).await;
    }
    let host = errand.url.host_str().ok_or(Trouble::NoAddress)?;
    let stream = errand.trust.connect(host, stream).await;
    ask(errand, stream.map_err(Trouble::NoTls)?).await
}

async fn ask<S>(errand: Errand<'_>, stream: S) -> Result<(StatusCode, Bytes), Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|_| Trouble::NoAnswer)?;
    let path = &errand.url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &errand.url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut request = Request::builder()
        .method(errand.method)
        .uri(path)
        .header(header::HOST, host);
    if !errand.body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "text/xml");
    }
    let request = request
        .body(Full::<Bytes>::from(errand.body))
        .map_err(|_| Trouble::NoAddress)?;
    let exchange = async {
        let response = sender.send_request(request).await;
        let (parts, body) = response.map_err(|_| Trouble::NoAnswer)?.into_parts();
        let body = Limited::new(body, errand.most).collect().await;
        let body = body.map_err(|_| Trouble::NotWhole(parts.status))?;
        Ok((parts.status, body.to_bytes()))
    };
    // The connection makes progress only while it is polled beside the exchange.
    let mut exchange = std::pin::pin!(exchange);
    tokio::select! {
        outcome = exchange.as_mut() => outcome,
        _ = connection => exchange.await,
    }
}

async fn find(url: &Url, reach: Reach) -> Result<SocketAddr, Trouble> {
    let host = url.host_str().ok_or(Trouble::NoAddress)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(80);
    let found = tokio::net::lookup_host((host, port)).await;
    let found: Vec<_> = found.map_err(|_| Trouble::NoAddress)?.collect();
    let first = found.iter().find(|address| reach.permits(address.ip()));
    let first = first.copied();
    match (first, found.is_empty()) {
        (Some(address), _) => Ok(address),
        (None, true) => Err(Trouble::NoAddress),
        (None, false) => Err(Trouble::NotHere),
    }
}

#[cfg(test)]
mod tests {
    use super::Reach;

    #[test]
    fn strangers_and_metadata_services_are_not_near() {
        for (ip, is_here, is_near) in [
            ("127.0.0.1", true, true),
            ("::1", true, true),
            ("::ffff:127.0.0.1", true, true),
            ("10.1.2.3", false, true),
            ("172.17.0.2", false, true),
            ("192.168.1.1", false, true),
            ("fd00::1", false, true),
            ("169.254.169.254", false, false),
            ("::ffff:169.254.169.254", false, false),
            ("fe80::1", false, false),
            ("203.0.113.7", false, false),
            ("0.0.0.0", false, false),
            ("2001:db8::1", false, false),
        ] {
            let ip = ip.parse().unwrap();
            let reached = (Reach::Here.permits(ip), Reach::Near.permits(ip));
            assert_eq!(reached, (is_here, is_near), "{ip}");
            assert!(Reach::Far.permits(ip));
        }
    }
}
