//! A reader of HTTP/1.1 requests that takes what RFC 9112 defines and nothing besides. It shares no code with
//! any parser of ours: in doubt it refuses.

/// One request.
#[derive(Debug)]
pub struct Strict<'b> {
    pub head: &'b [u8],
    pub method: String,
    pub target: String,
    pub is_old: bool,
    pub headers: Vec<(String, Vec<u8>)>,
    /// If all of it is there.
    pub body: Option<Vec<u8>>,
}

/// How the body is framed.
enum Framing {
    Length(usize),
    Chunks,
}

/// The requests on a connection, up to the first that is not one, or is the last.
pub fn read(mut bytes: &[u8]) -> Vec<Strict<'_>> {
    let mut requests = Vec::new();
    while let Some((request, framing)) = head(bytes) {
        let rest = &bytes[request.head.len()..];
        let mut request = request;
        let after = match framing {
            Framing::Length(length) => {
                request.body = rest.get(..length).map(<[u8]>::to_vec);
                rest.get(length..)
            }
            Framing::Chunks => {
                request.body = chunks(rest);
                None
            }
        };
        requests.push(request);
        match after {
            Some(after) => bytes = after,
            None => break,
        }
    }
    requests
}

impl Strict<'_> {
    /// Whether nothing about it is unusual, so that there is no reason to refuse it.
    pub fn is_plain(&self) -> bool {
        let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        self.target.starts_with('/')
            && !self.is_old
            && self.target.bytes().all(is_usual)
            && ["GET", "POST", "PUT"].contains(&&*self.method)
            && self.headers.len() < 20
            && self.head.len() < 8 * 1024
            && self.headers.iter().all(|(name, _)| {
                ![
                    "content-length",
                    "transfer-encoding",
                    "connection",
                    "upgrade",
                    "expect",
                ]
                .contains(&&**name)
            })
    }
}

fn head(bytes: &[u8]) -> Option<(Strict<'_>, Framing)> {
    let length = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = &bytes[..length];
    let mut lines = split_lines(&head[..length - 2])?.into_iter();
    let (method, target, is_old) = request_line(lines.next()?)?;
    let headers = lines.map(field).collect::<Option<Vec<_>>>()?;
    let framing = framing(&headers, is_old)?;
    let request = Strict {
        head,
        method,
        target,
        is_old,
        headers,
        body: None,
    };
    Some((request, framing))
}

/// Lines that end with CR LF, where neither stands alone.
fn split_lines(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut lines = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.windows(2).position(|two| two == b"\r\n")?;
        let line = &bytes[..end];
        if line.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return None;
        }
        lines.push(line);
        bytes = &bytes[end + 2..];
    }
    Some(lines)
}

fn request_line(line: &[u8]) -> Option<(String, String, bool)> {
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let [method, target, version] = words.as_slice() else {
        return None;
    };
    let is_old = match *version {
        b"HTTP/1.1" => false,
        b"HTTP/1.0" => true,
        _ => return None,
    };
    let is_visible = |byte: &u8| byte.is_ascii_graphic() && *byte != b'#';
    if !is_token(method) || target.is_empty() || !target.iter().all(is_visible) {
        return None;
    }
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    Some((text(method)?, text(target)?, is_old))
}

fn field(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    let is_text = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~' | 0x80..);
    if !is_token(name) || !value.iter().all(is_text) {
        return None;
    }
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value
        .iter()
        .position(|byte| !is_space(byte))
        .unwrap_or(value.len());
    let end = value
        .iter()
        .rposition(|byte| !is_space(byte))
        .map_or(start, |end| end + 1);
    let name = String::from_utf8(name.to_ascii_lowercase()).ok()?;
    Some((name, value[start..end].to_vec()))
}

fn is_token(bytes: &[u8]) -> bool {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_allowed)
}

fn framing(headers: &[(String, Vec<u8>)], is_old: bool) -> Option<Framing> {
    let values = |wanted: &str| -> Vec<&[u8]> {
        let named = headers.iter().filter(|(name, _)| name == wanted);
        named.map(|(_, value)| &**value).collect()
    };
    let (lengths, codings) = (values("content-length"), values("transfer-encoding"));
    match (lengths.as_slice(), codings.as_slice()) {
        ([], []) => Some(Framing::Length(0)),
        ([], [coding]) if !is_old && coding.eq_ignore_ascii_case(b"chunked") => {
            Some(Framing::Chunks)
        }
        ([length, others @ ..], []) if others.iter().all(|other| other == length) => {
            let is_number = !length.is_empty() && length.iter().all(u8::is_ascii_digit);
            let text = std::str::from_utf8(length).ok().filter(|_| is_number)?;
            text.parse().ok().map(Framing::Length)
        }
        _ => None,
    }
}

/// The content of a chunked body, if it is whole.
fn chunks(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let end = bytes.windows(2).position(|two| two == b"\r\n")?;
        let line = &bytes[..end];
        bytes = &bytes[end + 2..];
        let digits = line
            .iter()
            .position(|byte| !byte.is_ascii_hexdigit())
            .unwrap_or(line.len());
        let (size, extension) = line.split_at(digits);
        let is_text = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~' | 0x80..);
        let bare = extension.trim_ascii_start();
        if !extension.iter().all(is_text) || !(bare.is_empty() || bare[0] == b';') {
            return None;
        }
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            return trailers(bytes).then_some(content);
        }
        content.extend_from_slice(bytes.get(..size)?);
        bytes = bytes.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

fn trailers(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\r\n") {
        return true;
    }
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    split_lines(&bytes[..end + 2])
        .is_some_and(|lines| lines.into_iter().all(|line| field(line).is_some()))
}
