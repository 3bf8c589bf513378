//! As much of HTTP/1.1 as a load driver needs, over one connection that is kept: it costs nearly nothing, so
//! that the two cores belong to what is measured. It never follows a redirect and never keeps a cookie.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};

const PATIENCE: Duration = Duration::from_mins(1);

/// One answer, its body read and, unless asked for, dropped.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    /// `name=value` of each cookie that is set, not cleared.
    pub(crate) cookies: Vec<String>,
    pub(crate) body: Vec<u8>,
}

/// A connection that is opened when it is first needed, and again after it was closed.
pub(crate) struct Connection {
    address: SocketAddr,
    open: Option<BufReader<TcpStream>>,
}

impl Connection {
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self {
            address,
            open: None,
        }
    }

    /// Asks for a page. `headers` are whole lines, each with its end.
    pub(crate) fn get(&mut self, path: &str, headers: &str) -> anyhow::Result<Answer> {
        self.send(&format!("GET {path}"), headers, "")
    }

    /// Sends JSON.
    pub(crate) fn post_json(&mut self, path: &str, body: &str) -> anyhow::Result<Answer> {
        let length = body.len();
        let headers = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
        self.send(&format!("POST {path}"), &headers, body)
    }

    fn send(&mut self, what: &str, headers: &str, body: &str) -> anyhow::Result<Answer> {
        let mut stream = match self.open.take() {
            Some(stream) => stream,
            None => self.connect()?,
        };
        let address = self.address;
        let request = format!("{what} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n{body}");
        stream.get_mut().write_all(request.as_bytes())?;
        let (answer, is_kept) = read(&mut stream)?;
        if is_kept {
            self.open = Some(stream);
        }
        Ok(answer)
    }

    fn connect(&self) -> anyhow::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(self.address).context("no connection")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(BufReader::new(stream))
    }
}

fn read(stream: &mut BufReader<TcpStream>) -> anyhow::Result<(Answer, bool)> {
    let first = line(stream)?;
    let status = first
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("not an answer: {first}"))?;
    let mut answer = Answer {
        status,
        location: None,
        cookies: Vec::new(),
        body: Vec::new(),
    };
    let (mut length, mut is_chunked, mut is_kept) = (0, false, true);
    loop {
        let line = line(stream)?;
        let Some((name, value)) = line.split_once(": ") else {
            ensure!(line.is_empty(), "not a header: {line}");
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse()?,
            "transfer-encoding" => is_chunked = value == "chunked",
            "connection" => is_kept = value != "close",
            "location" => answer.location = Some(value.to_owned()),
            "set-cookie" if !value.contains("Max-Age=0") => {
                answer
                    .cookies
                    .extend(value.split(';').next().map(str::to_owned));
            }
            _ => {}
        }
    }
    if is_chunked {
        read_chunks(stream, &mut answer.body)?;
    } else {
        answer.body.resize(length, 0);
        stream.read_exact(&mut answer.body)?;
    }
    Ok((answer, is_kept))
}

fn read_chunks(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> anyhow::Result<()> {
    loop {
        let length = usize::from_str_radix(line(stream)?.trim(), 16)?;
        let start = body.len();
        body.resize(start + length, 0);
        stream.read_exact(&mut body[start..])?;
        line(stream)?;
        if length == 0 {
            return Ok(());
        }
    }
}

fn line(stream: &mut BufReader<TcpStream>) -> anyhow::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        bail!("the connection was closed");
    }
    Ok(line.trim_end().to_owned())
}
