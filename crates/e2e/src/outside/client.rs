//! A client that writes exactly the bytes it is told to, over one connection as long as it is kept.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::http::{Kind, Message, read};

/// Nothing here may take longer. A hanging gateway must have been given up before; Traefik takes 30 seconds for
/// that, and has no setting for it.
const PATIENCE: Duration = Duration::from_secs(45);

/// One connection, opened when it is needed.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    from: IpAddr,
    open: Option<BufReader<TcpStream>>,
}

impl Client {
    /// Will call this address from 127.0.0.1.
    pub fn to(address: SocketAddr) -> Self {
        Self::from("127.0.0.1", address)
    }

    /// Will call this address from another one of this machine.
    pub fn from(own: &str, address: SocketAddr) -> Self {
        Self {
            address,
            from: own.parse().unwrap(),
            open: None,
        }
    }

    /// Sends a head without a body and reads the answer. `headers` are whole lines, each with its end.
    pub async fn ask(&mut self, line: &str, headers: &str) -> Message {
        self.send(&format!("{line} HTTP/1.1\r\n{headers}\r\n"))
            .await
    }

    /// The same, and only the status; nothing, where the other side is gone without a word.
    pub async fn try_ask(&mut self, line: &str, headers: &str) -> Option<u16> {
        let stream = self.try_connect().await.ok()?;
        let head = format!("{line} HTTP/1.1\r\n{headers}\r\n");
        let exchange = self.exchange(stream, head.as_bytes(), Kind::Answer);
        let answer = timeout(PATIENCE, exchange).await;
        Some(answer.expect("no answer in time")?.status())
    }

    /// Sends these characters as the bytes of the same number and reads the answer. A peer that closes
    /// without a word has answered with status 0.
    pub async fn send(&mut self, text: &str) -> Message {
        let bytes: Vec<u8> = text
            .chars()
            .map(|letter| u8::try_from(letter).unwrap())
            .collect();
        let kind = if text.starts_with("HEAD ") {
            Kind::Bodyless
        } else {
            Kind::Answer
        };
        let exchange = async {
            if let Some(open) = self.open.take()
                && let Some(answer) = self.exchange(open, &bytes, kind).await
            {
                return answer;
            }
            let fresh = self.connect().await;
            self.exchange(fresh, &bytes, kind).await.unwrap_or_default()
        };
        timeout(PATIENCE, exchange)
            .await
            .expect("no answer in time")
    }

    /// The connection after the last answer, for whoever wants to go on without HTTP.
    pub fn into_stream(self) -> BufReader<TcpStream> {
        self.open.expect("the connection was closed")
    }

    async fn exchange(
        &mut self,
        mut stream: BufReader<TcpStream>,
        bytes: &[u8],
        kind: Kind,
    ) -> Option<Message> {
        stream.write_all(bytes).await.ok()?;
        let answer = read(&mut stream, kind).await.ok().flatten()?;
        if answer.is_kept() {
            self.open = Some(stream);
        }
        Some(answer)
    }

    async fn connect(&self) -> BufReader<TcpStream> {
        self.try_connect().await.unwrap()
    }

    async fn try_connect(&self) -> io::Result<BufReader<TcpStream>> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(self.from, 0))?;
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }
}
