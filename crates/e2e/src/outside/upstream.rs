//! The site behind the proxies: it remembers every request as it came, and answers each with 200. Whatever
//! reaches it is a hit; a test that wants nobody in looks at the count.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::http::{Kind, Message, read};
use super::task::Task;

/// What the site answers; no page of a gateway or a proxy holds it.
pub const CANARY: &str = "the-page-behind-the-gate";

/// A site that is running.
#[derive(Debug)]
pub struct Upstream {
    /// Where it listens.
    pub address: SocketAddr,
    hits: Hits,
    _serving: Task,
}

type Hits = Arc<Mutex<Vec<Message>>>;

impl Upstream {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hits = Hits::default();
        let serving = Task::accepting(listener, {
            let hits = Arc::clone(&hits);
            move |stream| serve(stream, Arc::clone(&hits))
        });
        Self {
            address,
            hits,
            _serving: serving,
        }
    }

    /// Everything that came since the last call.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.hits.lock().unwrap())
    }

    /// The one request that came since the last call.
    pub fn take_one(&self) -> Message {
        let mut hits = self.take();
        assert_eq!(hits.len(), 1, "not one request: {hits:#?}");
        hits.remove(0)
    }

    /// Checks that nothing came since the last call.
    pub fn assert_untouched(&self, what: &str) {
        let hits = self.take();
        assert!(hits.is_empty(), "{what}: the site was reached: {hits:#?}");
    }
}

async fn serve(stream: TcpStream, hits: Hits) {
    let mut stream = BufReader::new(stream);
    while let Ok(Some(request)) = read(&mut stream, Kind::Request).await {
        let method = request.method().to_owned();
        let wants_socket = request.all("upgrade").contains(&"websocket");
        let is_kept = request.is_kept();
        hits.lock().unwrap().push(request);
        if wants_socket {
            return echo(stream).await;
        }
        let length = CANARY.len();
        let mut answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        if method != "HEAD" {
            answer.push_str(CANARY);
        }
        if stream.write_all(answer.as_bytes()).await.is_err() || !is_kept {
            return;
        }
    }
}

/// After the handshake every byte goes back as it came.
async fn echo(mut stream: BufReader<TcpStream>) {
    // What belongs to a key of 22 times `A`, which tests send: HAProxy compares.
    let switched = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                    Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";
    let _ = stream.write_all(switched.as_bytes()).await;
    let mut buffer = [0; 1024];
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
