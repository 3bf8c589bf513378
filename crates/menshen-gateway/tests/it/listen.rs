//! The socket: limits of time and number, and the end.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use menshen_gateway::listen::{Limits, Listener};
use menshen_gateway::metrics::Metrics;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A listener in service.
struct Raised {
    address: SocketAddr,
    stop: CancellationToken,
    served: JoinHandle<usize>,
    metrics: Metrics,
}

/// Limits short enough to wait for in a test; nothing here sleeps, it waits for the other side.
fn short() -> Limits {
    Limits {
        connections: 8,
        connections_of_one: 8,
        head: Duration::from_millis(300),
        stall: Duration::from_millis(300),
        drain: Duration::from_millis(300),
        handshake: Duration::from_millis(300),
        idle: Duration::from_millis(300),
        rest: Duration::from_millis(300),
    }
}

async fn raise(router: Router, limits: Limits) -> Raised {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), limits)
        .await
        .unwrap();
    let (address, stop, metrics) = (listener.address(), CancellationToken::new(), Metrics::new());
    let served = listener.serve(router, metrics.clone(), stop.clone());
    let served = TaskTracker::new().spawn(served);
    Raised {
        address,
        stop,
        served,
        metrics,
    }
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

async fn connect(raised: &Raised) -> TcpStream {
    TcpStream::connect(raised.address).await.unwrap()
}

/// Reads until the other side closes.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end too.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn ask(raised: &Raised, request: &str) -> String {
    let mut stream = connect(raised).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    read_all(&mut stream).await
}

const LAST: &str = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn it_answers_on_the_port_it_names() {
    let raised = raise(hello(), Limits::default()).await;
    assert_ne!(raised.address.port(), 0);
    let answer = ask(&raised, LAST).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("hello"),
        "{answer}"
    );
}

#[tokio::test]
async fn s_059_a_head_that_comes_too_slowly_ends_the_connection() {
    let raised = raise(hello(), short()).await;
    for start in [
        "",
        "G",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nx: ",
    ] {
        let mut stream = connect(&raised).await;
        stream.write_all(start.as_bytes()).await.unwrap();
        let answer = read_all(&mut stream).await;
        assert!(!answer.contains("200"), "{start:?}: {answer}");
    }
}

#[tokio::test]
async fn s_059_an_idle_connection_ends() {
    let raised = raise(hello(), short()).await;
    let mut stream = connect(&raised).await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let answer = read_all(&mut stream).await;
    assert!(
        answer.ends_with("hello"),
        "one answer, then the end: {answer}"
    );
}

#[tokio::test]
async fn s_059_a_peer_that_takes_nothing_ends_the_connection() {
    let router = Router::new().route("/", get(|| async { vec![0_u8; 64 * 1024 * 1024] }));
    let raised = raise(router, short()).await;
    let mut stream = connect(&raised).await;
    stream.write_all(LAST.as_bytes()).await.unwrap();
    // Nothing is read here. The listener gives up by itself: its drain has nothing left to cut.
    let mut polls = 0;
    while !raised.metrics.to_text().contains("menshen_connections 0") || polls == 0 {
        polls += 1;
        stream.writable().await.unwrap();
        tokio::task::yield_now().await;
    }
    raised.stop.cancel();
    assert_eq!(raised.served.await.unwrap(), 0);
}

#[tokio::test]
async fn s_059_too_many_connections_are_turned_away_and_the_others_served() {
    let raised = raise(
        hello(),
        Limits {
            connections: 2,
            ..Limits::default()
        },
    )
    .await;
    let (first, second) = (connect(&raised).await, connect(&raised).await);
    let mut third = connect(&raised).await;
    assert_eq!(read_all(&mut third).await, "");
    drop((first, second));
    let mut answer = String::new();
    while answer.is_empty() {
        let mut stream = connect(&raised).await;
        let _ = stream.write_all(LAST.as_bytes()).await;
        answer = read_all(&mut stream).await;
    }
    assert!(answer.ends_with("hello"), "{answer}");
    assert!(
        raised
            .metrics
            .to_text()
            .contains("menshen_connections_refused_total")
    );
}

#[tokio::test]
async fn s_059_one_address_cannot_take_all_the_connections() {
    let limits = Limits {
        connections_of_one: 2,
        ..Limits::default()
    };
    let raised = raise(hello(), limits).await;
    let (first, second) = (connect(&raised).await, connect(&raised).await);
    let mut third = connect(&raised).await;
    assert_eq!(read_all(&mut third).await, "");
    let refused = "menshen_connections_refused_total 1";
    assert!(raised.metrics.to_text().contains(refused));
    // Another address of this machine.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = socket.connect(raised.address).await.unwrap();
    other.write_all(LAST.as_bytes()).await.unwrap();
    let answer = read_all(&mut other).await;
    assert!(answer.ends_with("hello"), "{answer}");
    drop((first, second));
    let mut answer = String::new();
    while answer.is_empty() {
        let mut stream = connect(&raised).await;
        let _ = stream.write_all(LAST.as_bytes()).await;
        answer = read_all(&mut stream).await;
    }
    assert!(answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn s_050_s_051_ambiguous_framing_is_refused_and_the_connection_closed() {
    let raised = raise(hello(), Limits::default()).await;
    for headers in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: +5\r\n",
        "content-length: 5,5\r\n",
        "content-length: 0x5\r\n",
        "content-length: 99999999999999999999\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        "host : a\r\n",
        "x: a\r\n b\r\n",
        "x\u{0}: a\r\n",
    ] {
        let answer = ask(
            &raised,
            &format!(
                "POST / HTTP/1.1\r\nhost: a\r\n{headers}\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n"
            ),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{headers:?}: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.1").count(),
            1,
            "{headers:?}: {answer}"
        );
    }
}

#[tokio::test]
async fn the_end_waits_for_requests_in_hand_and_takes_no_new_ones() {
    let (begun, go) = (CancellationToken::new(), CancellationToken::new());
    let (tell, wait) = (begun.clone(), go.clone());
    let slow = get(move || {
        let (tell, wait) = (tell.clone(), wait.clone());
        async move {
            tell.cancel();
            wait.cancelled().await;
            "done"
        }
    });
    let raised = raise(Router::new().route("/", slow), Limits::default()).await;
    let mut stream = connect(&raised).await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    begun.cancelled().await;
    raised.stop.cancel();
    while TcpStream::connect(raised.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go.cancel();
    let answer = read_all(&mut stream).await;
    assert!(
        answer.ends_with("done") && answer.contains("connection: close"),
        "{answer}"
    );
    assert_eq!(raised.served.await.unwrap(), 0);
}

#[tokio::test]
async fn the_end_does_not_wait_for_ever() {
    let never = get(|| async { std::future::pending::<&str>().await });
    let raised = raise(Router::new().route("/", never), short()).await;
    let mut stream = connect(&raised).await;
    stream.write_all(LAST.as_bytes()).await.unwrap();
    while !raised.metrics.to_text().contains("menshen_connections 1") {
        tokio::task::yield_now().await;
    }
    raised.stop.cancel();
    assert_eq!(raised.served.await.unwrap(), 1, "one connection was cut");
    assert_eq!(read_all(&mut stream).await, "");
}

#[tokio::test]
async fn the_end_does_not_wait_for_connections_that_ask_nothing() {
    let raised = raise(hello(), Limits::default()).await;
    let mut silent = connect(&raised).await;
    let mut idle = connect(&raised).await;
    idle.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    while !answer.ends_with("hello") {
        let mut bytes = [0; 1024];
        let length = idle.read(&mut bytes).await.unwrap();
        answer.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
    }
    raised.stop.cancel();
    let stopped = tokio::time::timeout(Duration::from_secs(5), raised.served).await;
    assert_eq!(stopped.expect("it should not wait for them").unwrap(), 0);
    assert_eq!(read_all(&mut silent).await, "");
    assert_eq!(read_all(&mut idle).await, "");
}
