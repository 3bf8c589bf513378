//! A browser as small as the tests of the pages need it: plain HTTP/1.1, cookies, no redirects.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A phone with WeCom (dossier 9.5).
const WECOM: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 \
                     wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh";
/// A desktop.
const DESKTOP: &str = "Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0.0.0 Safari/537.36";

/// A browser with its cookies.
pub(crate) struct Browser {
    addr: SocketAddr,
    user_agent: &'static str,
    cookies: BTreeMap<String, String>,
    pub(crate) referer: Option<&'static str>,
    pub(crate) origin: Option<String>,
    pub(crate) language: &'static str,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// Where a redirect leads; fails the test when it is none.
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        assert!(matches!(self.status, 302 | 303), "{self:?}");
        self.header("location").unwrap()
    }

    /// Asserts a page with status 200 that holds a text.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> &Self {
        assert_eq!(self.status, 200, "{self:?}");
        assert!(self.body.contains(text), "no {text} in {}", self.body);
        self
    }

    /// The first piece of the body between two texts.
    #[track_caller]
    pub(crate) fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self.body.split_once(before).unwrap();
        rest.split_once(after).unwrap().0.to_owned()
    }
}

impl Browser {
    pub(crate) fn desktop(addr: SocketAddr) -> Self {
        Self {
            addr,
            user_agent: DESKTOP,
            cookies: BTreeMap::new(),
            referer: None,
            origin: Some(format!("http://{addr}")),
            language: "en",
        }
    }

    pub(crate) fn wecom(addr: SocketAddr) -> Self {
        Self {
            user_agent: WECOM,
            ..Self::desktop(addr)
        }
    }

    /// This browser says it is this person, as its first sign-in would have asked.
    pub(crate) async fn become_person(&mut self, key: &str) {
        let form = [("person", key), ("next", "/_sandbox/")];
        let answer = self.post("/_sandbox/person", &form).await;
        assert_eq!(answer.location(), "/_sandbox/");
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let mut head = self.head("GET", path);
        if let Some(referer) = self.referer {
            head.extend([format!("Referer: {referer}\r\n")]);
        }
        self.send(head, "").await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        let body = body.extend_pairs(form).finish();
        let mut head = self.head("POST", path);
        head.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        head.extend([format!("Content-Length: {}\r\n", body.len())]);
        if let Some(origin) = &self.origin {
            head.extend([format!("Origin: {origin}\r\n")]);
        }
        self.send(head, &body).await
    }

    pub(crate) async fn json(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let mut head = self.head(method, path);
        head.push_str("Content-Type: application/json\r\n");
        head.extend([format!("Content-Length: {}\r\n", body.len())]);
        self.send(head, body).await
    }

    fn head(&self, method: &str, path: &str) -> String {
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nUser-Agent: {}\r\n\
             Accept-Language: {}\r\nCookie: {}\r\n",
            self.addr,
            self.user_agent,
            self.language,
            cookies.join("; ")
        )
    }

    async fn send(&mut self, head: String, body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        let request = format!("{head}\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut received = String::new();
        stream.read_to_string(&mut received).await.unwrap();
        let (head, body) = received.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers: Vec<_> = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        for (_, line) in headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Answer {
            status: status.parse().unwrap(),
            headers,
            body: body.to_owned(),
        }
    }
}
