//! Both listeners, from binding to the last answer.

use std::net::SocketAddr;
use std::time::Duration;

use menshen_gateway::Server;
use menshen_gateway::server::Stopped;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::harness::House;

async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: login.example.com\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn s_214_readiness_drops_first_and_both_sides_stop_in_order() {
    let house = House::new().await;
    let bound = Server::bind(&house.parts.config).await.unwrap();
    let (public, management) = (bound.public_address(), bound.management_address());
    let stop = CancellationToken::new();
    let (parts, until) = (house.parts.clone(), stop.clone());
    let served =
        TaskTracker::new().spawn(bound.serve(parts, async move { until.cancelled().await }));

    assert!(get(management, "/readyz").await.starts_with("HTTP/1.1 200"));
    assert!(get(public, "/nothing").await.starts_with("HTTP/1.1 404"));
    assert!(get(public, "/readyz").await.starts_with("HTTP/1.1 404"));

    // While a piece of work is in hand, the management side still answers, and says that it stops.
    let work = CancellationToken::new();
    let finish = work.clone();
    drop(
        house
            .parts
            .jobs
            .spawn(async move { work.cancelled().await }),
    );
    stop.cancel();
    while TcpStream::connect(public).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(get(management, "/readyz").await.starts_with("HTTP/1.1 503"));
    assert!(
        get(management, "/healthz")
            .await
            .starts_with("HTTP/1.1 200")
    );
    finish.cancel();
    assert_eq!(served.await.unwrap().unwrap(), Stopped::default());
    assert!(TcpStream::connect(management).await.is_err());
}

#[tokio::test]
async fn s_060_what_the_parser_itself_refuses_is_refused_by_its_status() {
    let house = House::new().await;
    let bound = Server::bind(&house.parts.config).await.unwrap();
    let public = bound.public_address();
    let stop = CancellationToken::new();
    let until = stop.clone();
    let parts = house.parts.clone();
    let served =
        TaskTracker::new().spawn(bound.serve(parts, async move { until.cancelled().await }));
    let long = "a".repeat(16 * 1024);
    assert!(
        get(public, &format!("/{long}"))
            .await
            .starts_with("HTTP/1.1 414")
    );
    let many = (0..300).fold("/ HTTP/1.1\r\nx: ".to_owned(), |head, i| {
        format!("{head}\r\nx-{i}: 1")
    });
    let answer = get(public, &format!("{many}\r\ny:")).await;
    assert!(
        answer.starts_with("HTTP/1.1 431") && answer.contains("request.headers_too_large"),
        "{answer}"
    );
    stop.cancel();
    let stopped = tokio::time::timeout(Duration::from_secs(20), served)
        .await
        .unwrap();
    assert_eq!(stopped.unwrap().unwrap(), Stopped::default());
}

#[tokio::test]
async fn an_address_in_use_is_named_with_its_key() {
    let house = House::new().await;
    let first = Server::bind(&house.parts.config).await.unwrap();
    let mut config = (*house.parts.config).clone();
    config.listen = first.public_address();
    let error = Server::bind(&config).await.unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("listen = \"{}\" cannot be bound", config.listen)),
        "{error}"
    );
}
