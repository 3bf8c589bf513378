//! Sites behind our own TLS: what their applications are told, and what is handed through.

use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::task::TaskTracker;

use super::{HOST, Served, ask};
use crate::proxy::streams::{HANDSHAKE, SWITCHED};
use crate::proxy::upstream::{Reply, Upstream, ok};

const WIKI: &str = "wiki.example.com";

/// A gateway with one certificate for itself and for a site that everybody may open.
async fn before(app: &Upstream) -> Served {
    let url = app.url();
    let site = format!("[[site]]\nhost = \"{WIKI}\"\nupstream = \"{url}\"\nallow = \"public\"\n");
    Served::with(&[HOST, WIKI], &site).await
}

#[tokio::test]
async fn an_application_is_told_that_browsers_come_by_https() {
    let app = Upstream::start(|_| ok("hello")).await;
    let served = before(&app).await;
    let mut stream = served.connect(WIKI, &["http/1.1"]).await;
    let head = format!("GET /page HTTP/1.1\r\nhost: {WIKI}\r\nx-forwarded-proto: http\r\n\r\n");
    assert!(ask(&mut stream, &head).await.ends_with("hello"));
    let stream = served.connect(WIKI, &["h2"]).await;
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    drop(TaskTracker::new().spawn(connection));
    let request = Request::get(format!("https://{WIKI}/page"));
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        answer.into_body().collect().await.unwrap().to_bytes(),
        "hello"
    );
    let seen = app.seen();
    assert_eq!(seen.len(), 2);
    for one in seen {
        assert_eq!(one.line(), "GET /page HTTP/1.1");
        assert_eq!(one.all("host"), [WIKI]);
        assert_eq!(one.all("x-forwarded-proto"), ["https"]);
        assert_eq!(one.all("x-forwarded-host"), [WIKI]);
    }
}

#[tokio::test]
async fn the_host_of_the_request_decides_and_not_the_name_of_the_handshake() {
    let app = Upstream::start(|_| ok("hello")).await;
    let served = before(&app).await;
    for (name, host, expected) in [
        (WIKI, HOST, "HTTP/1.1 401"),
        (HOST, WIKI, "HTTP/1.1 200"),
        (HOST, "other.example.com", "HTTP/1.1 421"),
    ] {
        let mut stream = served.connect(name, &["http/1.1"]).await;
        let head = format!("GET /_menshen/me HTTP/1.1\r\nhost: {host}\r\n\r\n");
        let path = head.replace(
            "/_menshen/me",
            if host == WIKI { "/" } else { "/_menshen/me" },
        );
        let answer = ask(&mut stream, &path).await;
        assert!(answer.starts_with(expected), "{name} {host}: {answer}");
    }
}

#[tokio::test]
async fn a_websocket_goes_through_tls() {
    let app = Upstream::start(|_| Reply::Echo(SWITCHED.to_owned())).await;
    let served = before(&app).await;
    let mut stream = served.connect(WIKI, &["http/1.1"]).await;
    let head = format!("GET /chat HTTP/1.1\r\nhost: {WIKI}\r\n{HANDSHAKE}\r\n");
    assert!(ask(&mut stream, &head).await.starts_with("HTTP/1.1 101"));
    for round in 0..100 {
        let sent = format!("message {round}");
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut back = vec![0; sent.len()];
        stream.read_exact(&mut back).await.unwrap();
        assert_eq!(back, sent.as_bytes());
    }
}
