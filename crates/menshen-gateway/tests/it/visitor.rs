//! A browser in front of the router: keeps cookies, loads pages, follows nothing by itself.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Request, StatusCode};
use url::Url;

use crate::harness::{Answer, House};

/// A User-Agent of the WeCom client.
pub(crate) const IN_WECOM: &str =
    "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 wxwork/4.1.30 MicroMessenger/7.0.1";
/// A User-Agent of a desktop browser.
pub(crate) const ON_A_DESK: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101";

/// The browser.
#[derive(Debug)]
pub(crate) struct Visitor<'h> {
    pub(crate) house: &'h House,
    pub(crate) user_agent: &'static str,
    /// In the order in which they were set, as browsers send them.
    pub(crate) cookies: Vec<(String, String)>,
}

impl<'h> Visitor<'h> {
    pub(crate) fn new(house: &'h House, user_agent: &'static str) -> Self {
        Self {
            house,
            user_agent,
            cookies: Vec::new(),
        }
    }

    /// A page load, with the cookies the browser has.
    pub(crate) fn request(&self, path: &str) -> http::request::Builder {
        let request = Request::get(path)
            .header("accept", "text/html")
            .header("accept-language", "en")
            .header("user-agent", self.user_agent)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        match self.cookie_header() {
            header if header.is_empty() => request,
            header => request.header("cookie", header),
        }
    }

    pub(crate) fn cookie_header(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Loads a page.
    pub(crate) async fn open(&mut self, path: &str) -> Answer {
        let request = self.request(path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Sends any request and keeps the cookies of the answer.
    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = self.house.send(request).await;
        for line in answer.headers.get_all("set-cookie") {
            self.keep(line.to_str().unwrap());
        }
        answer
    }

    fn keep(&mut self, line: &str) {
        let (name, rest) = line.split_once('=').unwrap();
        let value = rest.split(';').next().unwrap();
        if line.contains("Max-Age=0") {
            self.cookies.retain(|(known, _)| known != name);
        } else if let Some(cookie) = self.cookies.iter_mut().find(|(known, _)| known == name) {
            value.clone_into(&mut cookie.1);
        } else {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let found = self.cookies.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The cookies of login attempts.
    pub(crate) fn attempts(&self) -> usize {
        let is_attempt = |(name, _): &&(String, String)| name.contains("menshen_attempt_");
        self.cookies.iter().filter(is_attempt).count()
    }

    /// Starts a login through the in-app door and answers its state.
    pub(crate) async fn start(&mut self, query: &str) -> String {
        let answer = self
            .open(&format!("/_menshen/login?door=in_app{query}"))
            .await;
        assert_eq!(answer.status, StatusCode::FOUND, "{answer:?}");
        query_of(answer.header("location"))["state"].clone()
    }
}

/// The query of an address.
pub(crate) fn query_of(address: &str) -> BTreeMap<String, String> {
    Url::parse(address)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}
