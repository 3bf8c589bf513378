//! `cargo run --package menshen-gateway --example bare -- 'name: value' …`: a bare hyper server that answers 200
//! with these headers and an empty body, whatever it is asked: the floor that the gateway is measured against. To a
//! WebSocket's handshake it agrees and then stays silent: the site behind ten thousand of them.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use axum::body::Bytes;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderName, HeaderValue, UPGRADE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut headers = HeaderMap::new();
    for line in std::env::args().skip(1) {
        let (name, value) = line.split_once(": ").ok_or("usage: bare 'name: value' …")?;
        headers.append(
            HeaderName::from_bytes(name.as_bytes())?,
            HeaderValue::from_str(value)?,
        );
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    announce(&listener)?;
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let headers = headers.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let answer = answer(&request, &headers);
                hold(request);
                std::future::ready(Ok::<_, Infallible>(answer))
            });
            let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A client that goes away is no failure of the floor.
            let _ = serving.with_upgrades().await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Says where it listens, as the gateway's log does.
#[expect(clippy::print_stderr, reason = "a program talks to who started it")]
fn announce(listener: &TcpListener) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    eprintln!("{{\"message\":\"ready\",\"address\":\"{address}\"}}");
    Ok(())
}

fn answer(request: &Request<Incoming>, headers: &HeaderMap) -> Response<Empty<Bytes>> {
    let mut answer = Response::new(Empty::new());
    *answer.headers_mut() = headers.clone();
    if request.headers().contains_key(UPGRADE) {
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = answer.headers_mut();
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    }
    answer
}

/// Keeps an upgraded connection open for as long as the process lives.
fn hold(request: Request<Incoming>) {
    if request.headers().contains_key(UPGRADE) {
        #[expect(
            clippy::disallowed_methods,
            reason = "a program of its own, without jobs"
        )]
        tokio::spawn(async {
            let upgraded = hyper::upgrade::on(request).await;
            std::future::pending::<()>().await;
            drop(upgraded);
        });
    }
}
