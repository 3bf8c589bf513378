//! Plays somebody who forges identity headers: asks the gate for a public page, under names that a careless
//! site would believe, and tells what arrived behind it.
//!
//! In: where the gate listens. Out: each forged header, and what became of it. It is signed out, sends nothing of
//! the visitor's, and asks nobody but this very gateway.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Where the site says what arrived.
pub(super) const ECHO: &str = "/echo";
/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most of an answer that is read.
const MOST: u64 = 64 * 1024;
/// What is sent. The spellings with other signs are one variable to CGI, WSGI and PHP.
pub(super) const FORGED: [(&str, &str); 6] = [
    ("X-Menshen-User", "root"),
    ("X_Menshen_User", "root"),
    ("x-menshen.groups", "tag:2"),
    ("Remote-User", "root"),
    ("Remote_User", "root"),
    (
        "X-Menshen-Assertion",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.",
    ),
];

/// Asks, and answers what of it arrived, in the order of [`FORGED`]; `None`: it did not.
pub(super) async fn forge(gate: SocketAddr, host: &str) -> io::Result<Vec<Option<String>>> {
    let lines = FORGED.map(|(name, value)| format!("{name}: {value}\r\n"));
    let request = format!(
        "GET {ECHO} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\nconnection: close\r\n{}\r\n",
        lines.concat()
    );
    let asking = async {
        let mut stream = TcpStream::connect(gate).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(MOST).read_to_end(&mut answer).await?;
        Ok(answer)
    };
    let answer: io::Result<Vec<u8>> = tokio::time::timeout(PATIENCE, asking).await?;
    let answer = answer?;
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = head.and_then(|head| answer.get(head + 4..));
    Ok(serde_json::from_slice(body.unwrap_or_default())?)
}
