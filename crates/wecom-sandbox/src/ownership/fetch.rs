//! Fetching the ownership file: over http, and over https where http does not have it.
//!
//! In: a domain, a path, the token that must be there. Out: the scheme that had it, or what was in the way, for
//! each scheme that was tried. Certificates are judged by the machine's roots, the sandbox's own authority and what
//! its owner named besides.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::trust::Trust;

const TAKES: Duration = Duration::from_secs(5);
/// A token is 16 characters; whatever is longer is a page that caught the address.
const MOST: usize = 1024;

/// Why a file is not what it has to be.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the name leads nowhere")]
    NoAddress,
    #[error(
        "the name leads out of this machine and its private networks, and the sandbox looks no further"
    )]
    NotHere,
    #[error("nobody answers there")]
    NoAnswer,
    #[error("no answer within {} seconds", TAKES.as_secs())]
    TooSlow,
    #[error("no TLS: {0}")]
    NoTls(std::io::Error),
    #[error("the answer is HTTP {0}, not 200; redirects are not followed")]
    Status(StatusCode),
    #[error("the body is longer than {MOST} bytes: a page, not the file")]
    TooLong,
    #[error("the body is not the token alone: no white space, no line break, nothing else")]
    OtherBody,
}

/// A scheme and the port it has when the domain names none.
type Scheme = (&'static str, u16);
const HTTP: Scheme = ("http", 80);
const HTTPS: Scheme = ("https", 443);

/// Looks at the file; the scheme that had it, or every trouble.
pub(super) async fn look(
    domain: &str,
    path: &str,
    token: &str,
    trust: &Trust,
) -> Result<&'static str, String> {
    let mut troubles = Vec::new();
    for scheme in [HTTP, HTTPS] {
        let fetched = tokio::time::timeout(TAKES, fetch(scheme, domain, path, trust)).await;
        let looked = fetched.unwrap_or(Err(Trouble::TooSlow)).and_then(|body| {
            if body == token.as_bytes() {
                Ok(())
            } else {
                Err(Trouble::OtherBody)
            }
        });
        let Err(trouble) = looked else {
            return Ok(scheme.0);
        };
        // A port of its own that speaks http does not speak https as well.
        let is_final =
            port_of(domain).is_some() && !matches!(trouble, Trouble::NoAnswer | Trouble::TooSlow);
        troubles.push(format!("{}://{domain}{path}: {trouble}", scheme.0));
        if is_final {
            break;
        }
    }
    Err(troubles.join("; "))
}

async fn fetch(scheme: Scheme, domain: &str, path: &str, trust: &Trust) -> Result<Bytes, Trouble> {
    let address = find(domain, scheme.1).await?;
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|_| Trouble::NoAnswer)?;
    if scheme == HTTP {
        return ask(stream, domain, path).await;
    }
    let port = format!(":{}", address.port());
    let host = domain.strip_suffix(&port).unwrap_or(domain);
    let stream = trust.connect(host, stream).await;
    ask(stream.map_err(Trouble::NoTls)?, domain, path).await
}

async fn ask<S>(stream: S, domain: &str, path: &str) -> Result<Bytes, Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|_| Trouble::NoAnswer)?;
    let request = Request::get(path).header(header::HOST, domain);
    let request = request
        .body(Empty::<Bytes>::new())
        .map_err(|_| Trouble::NoAddress)?;
    let exchange = async {
        let response = sender.send_request(request).await;
        let response = response.map_err(|_| Trouble::NoAnswer)?;
        if response.status() != StatusCode::OK {
            return Err(Trouble::Status(response.status()));
        }
        let body = Limited::new(response.into_body(), MOST).collect().await;
        Ok(body.map_err(|_| Trouble::TooLong)?.to_bytes())
    };
    // The connection makes progress only while it is polled beside the exchange.
    let mut exchange = std::pin::pin!(exchange);
    tokio::select! {
        outcome = exchange.as_mut() => outcome,
        _ = connection => exchange.await,
    }
}

/// The port a domain names.
fn port_of(domain: &str) -> Option<u16> {
    let (_, port) = domain.rsplit_once(':')?;
    // The last part of an address in brackets is no port.
    port.parse().ok()
}

/// The near address that a domain leads to.
async fn find(domain: &str, port: u16) -> Result<SocketAddr, Trouble> {
    let place = if port_of(domain).is_some() {
        domain.to_owned()
    } else {
        format!("{domain}:{port}")
    };
    let found = tokio::net::lookup_host(place).await;
    let found: Vec<_> = found.map_err(|_| Trouble::NoAddress)?.collect();
    let near = found.iter().find(|address| is_near(address.ip()));
    near.copied().ok_or(Trouble::NotHere)
}

/// Security: whoever commands the sandbox must not make it ask strangers, nor a cloud's metadata service.
fn is_near(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_near, port_of};

    #[test]
    fn strangers_and_metadata_services_are_not_near() {
        for (ip, expected) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("10.1.2.3", true),
            ("172.17.0.2", true),
            ("192.168.1.1", true),
            ("fd00::1", true),
            ("169.254.169.254", false),
            ("::ffff:169.254.169.254", false),
            ("fe80::1", false),
            ("203.0.113.7", false),
            ("0.0.0.0", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(is_near(ip.parse().unwrap()), expected, "{ip}");
        }
    }

    #[test]
    fn a_port_is_what_stands_behind_the_last_colon() {
        assert_eq!(port_of("h.example:8443"), Some(8443));
        assert_eq!(port_of("[::1]:8443"), Some(8443));
        assert_eq!(port_of("[::1]"), None);
        assert_eq!(port_of("h.example"), None);
    }
}
