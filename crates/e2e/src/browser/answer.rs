//! An answer, as a page or a script sees it.
//!
//! In: status, headers and body. Out: the questions that tests ask of them. Nothing is followed, run or
//! loaded here.

use http::{HeaderMap, StatusCode};
use url::Url;

use super::html::Document;

/// An answer, read.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Whose answer it is.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// A header, as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where it sends the browser.
    pub fn location(&self) -> Option<Url> {
        if !self.status.is_redirection() {
            return None;
        }
        Some(self.url.join(self.header("location")?).unwrap())
    }

    /// The page.
    pub fn document(&self) -> Document {
        Document::parse(&self.body)
    }

    /// What a person reads.
    pub fn text(&self) -> String {
        self.document().text
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The `Set-Cookie` headers.
    pub fn cookies_set(&self) -> Vec<&str> {
        let values = self.headers.get_all("set-cookie").iter();
        values.map(|value| value.to_str().unwrap()).collect()
    }
}
