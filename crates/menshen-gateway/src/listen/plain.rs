//! Plain HTTP sent to a listener that speaks TLS: recognised by its first byte, and told so.
//!
//! In: a connection. Out: whether it begins like a request, and then the refusal of it. Nothing of the
//! request is read: it came in the clear, and whatever it holds is nobody's secret any more.

use std::net::SocketAddr;
use std::time::Duration;

use http::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Serve;
use super::guarded::Refuse as _;
use super::http1::Refuser;

/// After the refusal the rest is read and thrown away, so far and for so long: a socket that is closed
/// with unread bytes in it takes the answer back.
const LINGER_LENGTH: u64 = 64 * 1024;
const LINGER: Duration = Duration::from_secs(2);

/// Whether the first byte begins a method. A handshake begins with 22, the preface of HTTP/2 with `P`.
pub(super) async fn is_spoken(stream: &TcpStream) -> bool {
    let mut first = [0];
    matches!(stream.peek(&mut first).await, Ok(1)) && first.iter().all(u8::is_ascii_alphabetic)
}

/// Says what is wrong, and closes.
pub(super) async fn refuse<S: Serve>(service: S, mut stream: TcpStream, peer: SocketAddr) {
    let mut refuser = Refuser { service, peer };
    let why = Some("plain HTTP was sent to the TLS listener");
    let answer = refuser.refuse(StatusCode::BAD_REQUEST, "", why);
    let telling = async {
        stream.write_all(&answer).await?;
        stream.shutdown().await?;
        let mut rest = stream.take(LINGER_LENGTH);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    };
    // Whoever does not listen has missed it.
    let _ = timeout(LINGER, telling).await;
}
