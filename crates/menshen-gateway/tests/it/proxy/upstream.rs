//! An application behind the gate, byte by byte: what it saw, on which connection, and what it said.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) connection: usize,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn line(&self) -> &str {
        self.head.split("\r\n").next().unwrap()
    }

    /// The values of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.head.split("\r\n").skip(1);
        let pairs = lines.filter_map(|line| line.split_once(": "));
        pairs
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }
}

/// What it does with a request.
pub(crate) enum Reply {
    /// Says this and takes the next request.
    Say(String),
    /// Says this and closes.
    Last(String),
    /// Says this and sends back every byte that comes.
    Echo(String),
    /// Says this and then nothing more, without closing.
    Hold(String),
}

/// A plain answer.
pub(crate) fn ok(body: &str) -> Reply {
    let length = body.len();
    Reply::Say(format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

/// The application.
#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    is_forgetful: Arc<AtomicBool>,
    is_hasty: Arc<AtomicBool>,
    script: Arc<Script>,
}

impl Upstream {
    pub(crate) async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let this = Self {
            address: socket.local_addr().unwrap(),
            seen: Arc::default(),
            is_forgetful: Arc::default(),
            is_hasty: Arc::default(),
            script: Arc::new(script),
        };
        let serving = this.clone();
        drop(TaskTracker::new().spawn(async move {
            let mut connection = 0;
            while let Ok((stream, _)) = socket.accept().await {
                connection += 1;
                let one = serving.clone();
                drop(TaskTracker::new().spawn(async move { one.serve(stream, connection).await }));
            }
        }));
        this
    }

    /// Keeps nothing of what it sees, for crowds.
    pub(crate) fn forgetful(self) -> Self {
        self.is_forgetful.store(true, Ordering::Relaxed);
        self
    }

    /// Answers requests for `/early` before their body has come, and reads the body afterwards.
    pub(crate) fn hasty(self) -> Self {
        self.is_hasty.store(true, Ordering::Relaxed);
        self
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    async fn serve(self, mut stream: TcpStream, connection: usize) {
        let mut bytes = Vec::new();
        let mut owed = 0;
        while let Some(seen) = self
            .next(&mut stream, &mut bytes, (connection, &mut owed))
            .await
        {
            let reply = (self.script)(&seen);
            if !self.is_forgetful.load(Ordering::Relaxed) {
                self.seen.lock().unwrap().push(seen);
            }
            let (text, is_last) = match reply {
                Reply::Say(text) => (text, false),
                Reply::Last(text) => (text, true),
                Reply::Echo(text) => {
                    stream.write_all(text.as_bytes()).await.unwrap();
                    return echo(stream, bytes).await;
                }
                Reply::Hold(text) => {
                    stream.write_all(text.as_bytes()).await.unwrap();
                    let _ = stream.read(&mut [0; 1]).await;
                    return;
                }
            };
            if stream.write_all(text.as_bytes()).await.is_err() || is_last {
                return;
            }
        }
    }
}

impl Upstream {
    /// The next request. Of a body that is still owed everything is read first, whoever sends it.
    async fn next(
        &self,
        stream: &mut TcpStream,
        bytes: &mut Vec<u8>,
        (connection, owed): (usize, &mut usize),
    ) -> Option<Seen> {
        while *owed > 0 {
            if bytes.is_empty() && stream.read_buf(bytes).await.ok()? == 0 {
                return None;
            }
            let taken = bytes.len().min(*owed);
            bytes.drain(..taken);
            *owed -= taken;
        }
        let mut seen = read_head(stream, bytes, connection).await?;
        let length = seen.all("content-length").first().map(|text| text.parse());
        let length = length.map_or(0, Result::unwrap);
        if self.is_hasty.load(Ordering::Relaxed) && seen.head.contains("/early") {
            *owed = length;
            return Some(seen);
        }
        seen.body = read_body(stream, bytes, &seen, length).await?;
        Some(seen)
    }
}

async fn echo(mut stream: TcpStream, first: Vec<u8>) {
    stream.write_all(&first).await.unwrap();
    let mut bytes = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut bytes).await {
        if stream.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

/// The next head; what came behind it stays in `bytes`.
async fn read_head(stream: &mut TcpStream, bytes: &mut Vec<u8>, connection: usize) -> Option<Seen> {
    let end = loop {
        if let Some(at) = find(bytes, b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head: Vec<u8> = bytes.drain(..end).collect();
    Some(Seen {
        connection,
        head: String::from_utf8_lossy(&head).into_owned(),
        body: Vec::new(),
    })
}

async fn read_body(
    stream: &mut TcpStream,
    bytes: &mut Vec<u8>,
    seen: &Seen,
    length: usize,
) -> Option<Vec<u8>> {
    let is_chunked = !seen.all("transfer-encoding").is_empty();
    loop {
        let end = if is_chunked {
            find(bytes, b"0\r\n\r\n").map(|at| at + 5)
        } else {
            (bytes.len() >= length).then_some(length)
        };
        if let Some(end) = end {
            return Some(bytes.drain(..end).collect());
        }
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
