//! A server on loopback that answers as a test tells it and writes down what it was asked.
//!
//! It speaks just enough HTTP/1.1 to be wrong in every way a real server can be.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path after `/cgi-bin/`.
    pub(crate) call: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// What to answer.
pub(crate) enum Reply {
    /// 200 with this JSON.
    Json(String),
    /// These bytes, then the end of the connection.
    Raw(Vec<u8>),
    /// 200 with a body that never ends.
    Endless,
    /// 200 and one byte of the body; the rest never comes.
    Drips,
    /// Nothing, for ever.
    Hangs,
    /// The end of the connection.
    Drops,
    /// As the inner one, once the gate is open.
    Gated(watch::Receiver<bool>, Box<Reply>),
}

impl Reply {
    pub(crate) fn json(text: impl Into<String>) -> Self {
        Self::Json(text.into())
    }

    pub(crate) fn errcode(number: i64) -> Self {
        Self::Json(format!(r#"{{"errcode":{number},"errmsg":"words"}}"#))
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        let length = body.len();
        Self::Raw(
            format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
            .into_bytes(),
        )
    }
}

type Script = dyn Fn(&Asked) -> Reply + Send + Sync;

/// Stops when dropped.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Script> = Arc::new(script);
        let journal = Arc::clone(&asked);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&journal)));
            }
        });
        Self {
            addr,
            asked,
            accepting,
        }
    }

    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("http://{}", self.addr)).unwrap()
    }

    /// What was asked of one call, in order.
    pub(crate) fn asked(&self, call: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|asked| asked.call == call)
            .cloned()
            .collect()
    }

    pub(crate) fn count(&self, call: &str) -> usize {
        self.asked(call).len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// One request per connection: the answer says that it closes.
async fn serve(mut stream: TcpStream, script: Arc<Script>, journal: Arc<Mutex<Vec<Asked>>>) {
    let Some(asked) = read(&mut stream).await else {
        return;
    };
    let reply = {
        journal.lock().unwrap().push(asked.clone());
        script(&asked)
    };
    answer(&mut stream, reply).await;
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.parse().unwrap());
    while bytes.len() < end + 4 + length {
        stream.read_buf(&mut bytes).await.ok()?;
    }
    let mut words = head.split(' ');
    let method = words.next()?.to_owned();
    let url = Url::parse("http://server")
        .unwrap()
        .join(words.next()?)
        .unwrap();
    Some(Asked {
        method,
        call: url.path().trim_start_matches("/cgi-bin/").to_owned(),
        query: url.query_pairs().into_owned().collect(),
        body: String::from_utf8(bytes[end + 4..].to_vec()).unwrap(),
    })
}

async fn answer(stream: &mut TcpStream, reply: Reply) {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\nconnection: close\r\n";
    match reply {
        Reply::Json(body) => {
            let text = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
            let _gone = stream.write_all(text.as_bytes()).await;
        }
        Reply::Raw(bytes) => {
            let _gone = stream.write_all(&bytes).await;
        }
        Reply::Endless => {
            let _gone = stream
                .write_all(format!("{head}\r\n{{\"errcode\":0,\"x\":\"").as_bytes())
                .await;
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        }
        Reply::Drips => {
            let _gone = stream
                .write_all(format!("{head}content-length: 9\r\n\r\n{{").as_bytes())
                .await;
            std::future::pending::<()>().await;
        }
        Reply::Hangs => std::future::pending().await,
        Reply::Drops => {}
        Reply::Gated(mut gate, reply) => {
            gate.wait_for(|is_open| *is_open).await.unwrap();
            Box::pin(answer(stream, *reply)).await;
        }
    }
}
