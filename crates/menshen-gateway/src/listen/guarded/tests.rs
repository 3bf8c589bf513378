//! How long a head may take, on a clock that stands still until it is moved.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::StatusCode;
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _, DuplexStream, ReadBuf,
};
use tokio::time::advance;

use super::{Guarded, Progress, Refuse};

const PATIENCE: Duration = Duration::from_secs(15);
const ALMOST: Duration = Duration::from_secs(14);

struct Mute;

impl Refuse for Mute {
    fn refuse(&mut self, _: StatusCode, _: &str, _: Option<&'static str>) -> Vec<u8> {
        Vec::new()
    }
}

/// Our side, and the other one, which takes sixteen bytes before it has to read.
fn connected() -> (Guarded<DuplexStream, Mute>, DuplexStream) {
    let (ours, theirs) = tokio::io::duplex(16);
    let guarded = Guarded::new(ours, Vec::new(), Arc::new(Progress::default()), Mute);
    (guarded.patient(PATIENCE), theirs)
}

/// One look for a head: nothing yet, or how it ended.
async fn look(guarded: &mut Guarded<DuplexStream, Mute>) -> Option<io::Result<()>> {
    let mut bytes = [0; 64];
    poll_fn(|cx| {
        let mut buffer = ReadBuf::new(&mut bytes);
        match Pin::new(&mut *guarded).poll_read(cx, &mut buffer) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            Poll::Pending => Poll::Ready(None),
        }
    })
    .await
}

fn is_too_late(ended: Option<io::Result<()>>) -> bool {
    ended.is_some_and(|ended| ended.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut))
}

#[tokio::test(start_paused = true)]
async fn s_059_a_head_has_so_long_from_the_first_look_for_it() {
    let (mut guarded, mut theirs) = connected();
    assert!(look(&mut guarded).await.is_none());
    advance(ALMOST).await;
    theirs.write_all(b"GET / HT").await.unwrap();
    assert!(look(&mut guarded).await.is_some());
    assert!(look(&mut guarded).await.is_none());
    advance(Duration::from_secs(2)).await;
    assert!(is_too_late(look(&mut guarded).await));
}

#[tokio::test(start_paused = true)]
async fn s_059_a_reader_that_takes_its_time_loses_nothing_of_its_answer() {
    let (mut guarded, mut theirs) = connected();
    guarded.write_all(&[b'x'; 16]).await.unwrap();
    let full = poll_fn(|cx| {
        let polled = Pin::new(&mut guarded).poll_write(cx, b"more");
        Poll::Ready(polled.is_pending())
    });
    assert!(full.await);
    // The answer is not out: hyper looks all the same whether the other side is still there.
    assert!(look(&mut guarded).await.is_none());
    advance(10 * PATIENCE).await;
    assert!(look(&mut guarded).await.is_none());
    theirs.read_exact(&mut [0; 16]).await.unwrap();
    guarded.write_all(b"more").await.unwrap();
    guarded.flush().await.unwrap();
    // The time for the next head begins here.
    assert!(look(&mut guarded).await.is_none());
    advance(ALMOST).await;
    assert!(look(&mut guarded).await.is_none());
    advance(Duration::from_secs(2)).await;
    assert!(is_too_late(look(&mut guarded).await));
}
