//! HTTP/1.1 messages as they stand on the wire, read without any opinion: whoever compares what one program
//! sent with what another received must not look through a third one's parser. Bytes become the characters
//! of the same number, so that nothing is lost and everything can be printed.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

/// One request or answer.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The request line or the status line.
    pub start: String,
    /// The headers, in order, with their names as they were written.
    pub headers: Vec<(String, String)>,
    /// The body, unchunked.
    pub body: Vec<u8>,
    /// Everything as it was read.
    pub raw: Vec<u8>,
}

/// Whose message it is: that decides where its body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request: no length means no body.
    Request,
    /// An answer: no length means until the end.
    Answer,
    /// An answer to `HEAD`, which has no body whatever it says.
    Bodyless,
}

impl Message {
    /// The method of a request.
    pub fn method(&self) -> &str {
        self.start.split(' ').next().unwrap_or_default()
    }

    /// The target of a request, as it was written.
    pub fn target(&self) -> &str {
        self.start.split(' ').nth(1).unwrap_or_default()
    }

    /// The status of an answer.
    pub fn status(&self) -> u16 {
        self.target().parse().unwrap_or_default()
    }

    /// The values of a header, in order; the name without regard to case.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let same = |found: &&(String, String)| found.0.eq_ignore_ascii_case(name);
        let values = self.headers.iter().filter(same);
        values.map(|(_, value)| value.as_str()).collect()
    }

    /// The one value of a header. Several fail the test.
    pub fn one(&self, name: &str) -> Option<&str> {
        let values = self.all(name);
        assert!(values.len() < 2, "several {name}: {self:#?}");
        values.first().copied()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        latin(&self.body)
    }

    fn is_closed_after(&self) -> bool {
        let is = |word: &&str| word.eq_ignore_ascii_case("close");
        self.all("connection").iter().any(is) || self.start.contains("HTTP/1.0")
    }

    /// Whether the connection may carry another message.
    pub fn is_kept(&self) -> bool {
        !self.is_closed_after()
    }
}

/// Each byte as the character of the same number.
pub fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Reads one message; nothing when the other side has closed before its first byte.
pub async fn read<S>(stream: &mut BufReader<S>, kind: Kind) -> io::Result<Option<Message>>
where
    S: AsyncRead + Unpin,
{
    let mut message = Message::default();
    let mut line = read_line(stream, &mut message.raw).await?;
    if line.is_empty() {
        return Ok(None);
    }
    message.start = trimmed(&line).to_owned();
    loop {
        line = read_line(stream, &mut message.raw).await?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if trimmed(&line).is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = trimmed(value).trim_matches([' ', '\t']);
        message.headers.push((name.to_owned(), value.to_owned()));
    }
    read_body(stream, kind, &mut message).await?;
    Ok(Some(message))
}

async fn read_body<S>(
    stream: &mut BufReader<S>,
    kind: Kind,
    message: &mut Message,
) -> io::Result<()>
where
    S: AsyncRead + Unpin,
{
    let status = (kind != Kind::Request).then(|| message.status());
    let has_none = matches!(status, Some(100..200 | 204 | 304)) || kind == Kind::Bodyless;
    let length = message
        .all("content-length")
        .first()
        .map(|text| (*text).to_owned());
    if has_none {
        return Ok(());
    }
    if message
        .all("transfer-encoding")
        .iter()
        .any(|how| how.eq_ignore_ascii_case("chunked"))
    {
        return read_chunks(stream, message).await;
    }
    if let Some(length) = length {
        let length = length.parse().map_err(io::Error::other)?;
        message.body.resize(length, 0);
        stream.read_exact(&mut message.body).await?;
    } else if kind == Kind::Answer {
        stream.read_to_end(&mut message.body).await?;
    }
    message.raw.extend_from_slice(&message.body);
    Ok(())
}

async fn read_chunks<S>(stream: &mut BufReader<S>, message: &mut Message) -> io::Result<()>
where
    S: AsyncRead + Unpin,
{
    loop {
        let line = read_line(stream, &mut message.raw).await?;
        let digits = trimmed(&line).split(';').next().unwrap_or_default();
        let length = usize::from_str_radix(digits.trim(), 16).map_err(io::Error::other)?;
        let mut chunk = vec![0; length + 2];
        stream.read_exact(&mut chunk).await?;
        message.raw.extend_from_slice(&chunk);
        message.body.extend_from_slice(&chunk[..length]);
        if length == 0 {
            return Ok(());
        }
    }
}

async fn read_line<S>(stream: &mut BufReader<S>, raw: &mut Vec<u8>) -> io::Result<String>
where
    S: AsyncRead + Unpin,
{
    let start = raw.len();
    stream.read_until(b'\n', raw).await?;
    Ok(latin(&raw[start..]))
}

fn trimmed(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
}
