//! What is agreed in a handshake, and what becomes of those who never finish one.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use menshen_gateway::certificate::{self, Certificates, TlsFiles};
use menshen_gateway::listen::{Limits, Listener};
use menshen_gateway::metrics::Metrics;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Authority, Files, HOST, Served, ask};
use crate::visitor::IN_WECOM;

#[tokio::test]
async fn http_1_is_spoken_where_the_client_asks_for_it_or_for_nothing() {
    let served = Served::start().await;
    for alpn in [&["http/1.1"][..], &[]] {
        let mut stream = served.connect(HOST, alpn).await;
        let head = format!("GET /_menshen/me HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
        let answer = ask(&mut stream, &head).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{alpn:?}: {answer}");
        assert!(answer.contains("request.not_signed_in"), "{answer}");
    }
}

#[tokio::test]
async fn http_2_is_preferred_and_cookies_are_bound_to_the_secure_host() {
    let served = Served::start().await;
    let stream = served.connect(HOST, &["http/1.1", "h2"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    drop(TaskTracker::new().spawn(connection));
    let request = Request::get(format!("https://{HOST}/_menshen/login?door=in_app"))
        .header("accept", "text/html")
        .header("user-agent", IN_WECOM)
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document")
        .body(Empty::<Bytes>::new())
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::FOUND);
    let cookies: Vec<&str> = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|line| line.to_str().unwrap())
        .collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(
            cookie.starts_with("__Host-") && cookie.contains("; Secure"),
            "{cookie}"
        );
    }
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(
        location.contains("redirect_uri=https%3A%2F%2Flogin.example.com%2F"),
        "{location}"
    );
}

#[tokio::test]
async fn s_021_the_authority_and_host_of_http_2_over_tls_must_be_one() {
    let served = Served::start().await;
    for (host, expected) in [
        (HOST, StatusCode::UNAUTHORIZED),
        ("LOGIN.example.com", StatusCode::UNAUTHORIZED),
        ("wiki.example.com", StatusCode::BAD_REQUEST),
        ("login.example.com:443", StatusCode::BAD_REQUEST),
        (
            "login.example.com, login.example.com",
            StatusCode::BAD_REQUEST,
        ),
        ("", StatusCode::BAD_REQUEST),
    ] {
        let stream = served.connect(HOST, &["h2"]).await;
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .unwrap();
        drop(TaskTracker::new().spawn(connection));
        let request = Request::get(format!("https://{HOST}/_menshen/me"))
            .header("host", host)
            .body(Empty::<Bytes>::new())
            .unwrap();
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(answer.status(), expected, "{host:?}");
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let is_malformed = String::from_utf8_lossy(&body).contains("request.malformed");
        assert_eq!(
            is_malformed,
            expected == StatusCode::BAD_REQUEST,
            "{host:?}"
        );
    }
}

#[tokio::test]
async fn plain_http_is_told_that_this_is_tls_and_gets_nothing_else() {
    let served = Served::start().await;
    for request in [
        "GET /_menshen/login?door=in_app HTTP/1.1\r\nhost: login.example.com\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        assert!(answer.contains("request.malformed"), "{answer}");
        assert!(
            !answer.contains("set-cookie") && !answer.contains("location"),
            "{answer}"
        );
    }
    // What is neither is closed without a word that could be taken for an answer.
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(&[0, 1, 2, 3, 4, 5, 6, 7]).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[tokio::test]
async fn s_059_a_handshake_that_stalls_ends_the_connection() {
    let files = Files::new(&Authority::new("Test authority").issue(&[HOST]));
    let at = |name| files.0.path().join(name);
    let wanted = TlsFiles {
        cert_file: at("chain.pem"),
        key_file: at("key.pem"),
        hosts: vec![HOST.to_owned()],
        is_behind_proxy: false,
    };
    let now = wecom_sdk::Timestamp::from_seconds(1_800_000_000);
    let judged = certificate::load(&wanted, now).unwrap();
    let certificates = Certificates::new(wanted, judged.certificate);
    let limits = Limits {
        handshake: Duration::from_millis(200),
        ..Limits::default()
    };
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), limits)
        .await
        .unwrap()
        .with_tls(Arc::new(certificates))
        .unwrap();
    let (address, metrics) = (listener.address(), Metrics::new());
    let stop = CancellationToken::new();
    let serving = listener.serve(Router::new(), metrics.clone(), stop.clone());
    let served = TaskTracker::new().spawn(serving);
    // Nothing at all; the type of a record; the beginning of a ClientHello.
    for start in [&[][..], &[22], &[22, 3, 1, 2, 0, 1, 0, 1]] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(start).await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(!rest.starts_with(b"HTTP"), "{start:?}: {rest:?}");
    }
    while !metrics.to_text().contains("menshen_connections 0") {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    assert_eq!(served.await.unwrap(), 0, "nothing was left to cut");
}
