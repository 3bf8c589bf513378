//! Several threads serve connections: whose connection to the application a request takes, and the end.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::stage::{OPEN, Stage, read_until};
use super::upstream::{Reply, Upstream, ok};

const GET: &str = "GET / HTTP/1.1\r\nhost: app.example.com\r\n\r\n";

/// A browser's connection that stays.
async fn browser(stage: &Stage) -> TcpStream {
    stage.connect().await
}

async fn ask(stream: &mut TcpStream) {
    stream.write_all(GET.as_bytes()).await.unwrap();
    let answer = read_until(stream, "fine").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn visitors_one_after_the_other_share_one_connection_whatever_thread_serves_them() {
    let app = Upstream::start(|_| ok("fine")).await;
    let stage = Stage::on_threads(&[&app]).await;
    let mut browsers = Vec::new();
    for _ in 0..6 {
        let mut stream = browser(&stage).await;
        ask(&mut stream).await;
        browsers.push(stream);
    }
    let connections: Vec<usize> = app.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections, [1; 6]);
}

#[tokio::test]
async fn a_thread_that_has_connections_of_its_own_takes_no_other() {
    // The first two requests are in hand at a time, so that each thread opens a connection.
    let app = Upstream::start(|seen| match seen.line() {
        "GET /slow HTTP/1.1" => Reply::Hold("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".into()),
        _ => ok("fine"),
    })
    .await;
    let stage = Stage::on_threads(&[&app]).await;
    let (mut one, mut two) = (browser(&stage).await, browser(&stage).await);
    // Connections go to the thread that has the fewest: these two are on two threads.
    let slow = GET.replace("GET /", "GET /slow");
    one.write_all(slow.as_bytes()).await.unwrap();
    read_until(&mut one, "\r\n\r\n").await;
    ask(&mut two).await;
    ask(&mut two).await;
    let connections: Vec<usize> = app.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections, [1, 2, 2]);
    // A third browser is with the one that waits: its thread has a connection of its own, at work.
    let mut three = browser(&stage).await;
    ask(&mut three).await;
    let last = app.seen().last().unwrap().connection;
    assert!(last == 2 || last == 3, "{last}");
}

#[tokio::test]
async fn s_214_what_a_thread_has_in_hand_is_finished_before_it_ends() {
    let app = Upstream::start(|_| ok("fine")).await;
    let stage = Stage::on_threads(&[&app]).await;
    let mut stream = browser(&stage).await;
    let head = "POST / HTTP/1.1\r\nhost: app.example.com\r\ncontent-length: 4\r\n\r\n12";
    stream.write_all(head.as_bytes()).await.unwrap();
    // The second browser's answer says that the first one's request was read: one thread, in turn, or another.
    ask(&mut browser(&stage).await).await;
    stage.stop();
    while TcpStream::connect(stage.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(b"34").await.unwrap();
    let answer = read_until(&mut stream, "fine").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let seen = app.seen();
    assert!(seen.iter().any(|seen| seen.body == b"1234"), "{seen:?}");
    assert_eq!(
        seen.iter()
            .filter(|seen| seen.all("host") == [OPEN])
            .count(),
        seen.len()
    );
}
