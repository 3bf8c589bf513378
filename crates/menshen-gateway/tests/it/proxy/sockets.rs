//! WebSockets that a page of another origin opens with a person's cookie.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::stage::{CLOSED, OPEN, Stage};
use super::streams::{HANDSHAKE, SWITCHED};
use super::upstream::{Reply, Upstream};

/// How the answer to a handshake with these headers begins.
async fn opened(stage: &Stage, host: &str, headers: &str) -> String {
    let mut stream = stage.connect().await;
    let request = format!("GET /chat HTTP/1.1\r\nhost: {host}\r\n{HANDSHAKE}{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut line = [0; "HTTP/1.1 101 ".len()];
    stream.read_exact(&mut line).await.unwrap();
    String::from_utf8(line.to_vec()).unwrap()
}

#[tokio::test]
async fn s_068_a_foreign_page_opens_no_websocket_with_somebodys_cookie() {
    let app = Upstream::start(|_| Reply::Echo(SWITCHED.to_owned())).await;
    let stage = Stage::before(&[&app]).await;
    let cookie = format!("cookie: {}\r\n", stage.cookie().await);
    // The second round finds the person in memory.
    for round in 0..2 {
        for origins in [
            "origin: https://evil.example\r\n",
            "origin: https://other.login.example.com\r\n",
            "origin: http://login.example.com\r\n",
            "origin: null\r\n",
            "origin: https://login.example.com\r\norigin: https://evil.example\r\n",
        ] {
            let before = app.seen().len();
            let line = opened(&stage, CLOSED, &format!("{cookie}{origins}")).await;
            assert!(line.contains(" 403 "), "{round} {origins}: {line}");
            assert_eq!(app.seen().len(), before, "{origins}");
        }
        for origin in ["origin: https://login.example.com\r\n", ""] {
            let line = opened(&stage, CLOSED, &format!("{cookie}{origin}")).await;
            assert!(line.contains(" 101 "), "{round} {origin}: {line}");
        }
    }
}

#[tokio::test]
async fn a_socket_that_is_nobodys_may_be_opened_from_everywhere() {
    let app = Upstream::start(|_| Reply::Echo(SWITCHED.to_owned())).await;
    let stage = Stage::before(&[&app]).await;
    let line = opened(&stage, OPEN, "origin: https://evil.example\r\n").await;
    assert!(line.contains(" 101 "), "{line}");
}
