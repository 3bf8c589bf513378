//! `cargo run --package menshen-gateway --example passing -- 127.0.0.1:9000`: the least that a proxy made of hyper can
//! do: each connection has one of its own to the upstream, and requests and answers are handed on as they are. It
//! asks nobody, keeps no limit and takes no header away: the floor that proxying is measured against.

use std::net::Ipv4Addr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::client::conn::http1::{self as client, SendRequest};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let upstream = std::env::args().nth(1).ok_or("usage: passing ADDRESS")?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    announce(&listener)?;
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        connections.spawn(pass(stream, upstream.clone()));
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

/// One connection, until one of its sides goes away.
async fn pass(stream: TcpStream, upstream: String) -> Result<(), Failure> {
    let beyond = TcpStream::connect(upstream).await?;
    beyond.set_nodelay(true)?;
    let (sender, connection) = client::handshake::<_, Incoming>(TokioIo::new(beyond)).await?;
    let sender = Arc::new(Mutex::new(sender));
    let service = service_fn(move |request| hand_on(sender.clone(), request));
    let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // Both in one task: nobody has to be woken.
    tokio::select! {
        served = serving => served?,
        ended = connection => ended?,
    }
    Ok(())
}

async fn hand_on(
    sender: Arc<Mutex<SendRequest<Incoming>>>,
    request: Request<Incoming>,
) -> Result<Response<Incoming>, hyper::Error> {
    sender.lock().await.send_request(request).await
}
