//! One request on its way: what it is, who sends it, and the headers a browser puts on it.
//!
//! In: an address, a kind and the page that sends it. Out: the request as it goes over the wire, after each
//! redirect again. Never: sends it; that is `net`.

use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, ORIGIN, REFERER, USER_AGENT,
};
use http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use url::{Position, Url};

use super::Device;
use super::jar::Journey;
use super::policy::{FormAction, ReferrerPolicy};
use super::site::{self, Relation};

/// What the browser wants the answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page for the tab.
    Page,
    /// A page for a frame.
    Frame,
    /// A script asks.
    Fetch,
    /// An image.
    Image,
}

impl Kind {
    fn accept(self) -> &'static str {
        match self {
            Self::Page | Self::Frame => {
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            }
            Self::Fetch => "*/*",
            Self::Image => "image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8",
        }
    }

    fn mode_and_destination(self) -> (&'static str, &'static str) {
        match self {
            Self::Page => ("navigate", "document"),
            Self::Frame => ("navigate", "iframe"),
            Self::Fetch => ("cors", "empty"),
            Self::Image => ("no-cors", "image"),
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Page => "",
            Self::Frame => "frame ",
            Self::Fetch => "fetch ",
            Self::Image => "image ",
        }
    }
}

/// One request, through all its redirects.
#[derive(Clone, Debug)]
pub struct Errand {
    pub(super) kind: Kind,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) form: Option<String>,
    /// The page that sends it; none when the person typed the address.
    pub(super) sender: Option<Url>,
    pub(super) policy: ReferrerPolicy,
    pub(super) form_action: Option<FormAction>,
    /// The worst relation of the sender to any address on the way.
    pub(super) relation: Option<Relation>,
    pub(super) is_by_hand: bool,
    /// More headers, by a script.
    pub(super) extra: Vec<(HeaderName, HeaderValue)>,
}

impl Errand {
    pub(super) fn new(kind: Kind, url: Url, sender: Option<Url>) -> Self {
        let relation = sender
            .as_ref()
            .map(|sender| Relation::between(sender, &url));
        Self {
            kind,
            method: Method::GET,
            url,
            form: None,
            sender,
            policy: ReferrerPolicy::default(),
            form_action: None,
            relation,
            is_by_hand: kind == Kind::Page,
            extra: Vec::new(),
        }
    }

    /// Where it goes.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What cookies have to know.
    pub(super) fn journey(&self) -> Journey {
        let relation = self
            .sender
            .as_ref()
            .map(|sender| Relation::between(sender, &self.url));
        Journey {
            is_same_site: relation != Some(Relation::CrossSite),
            is_top_level: self.kind == Kind::Page,
            is_safe: self.method == Method::GET,
        }
    }

    /// Goes on to where an answer sends it.
    pub(super) fn redirected(
        mut self,
        status: u16,
        next: Url,
        policy: Option<ReferrerPolicy>,
    ) -> Self {
        if let Some(allowed) = &self.form_action {
            assert!(
                allowed.allows(&next),
                "form-action forbids the redirect to {next}"
            );
        }
        if status == 303 || (self.method == Method::POST && matches!(status, 301 | 302)) {
            self.method = Method::GET;
            self.form = None;
        }
        if let Some(sender) = &self.sender {
            self.relation = self.relation.max(Some(Relation::between(sender, &next)));
        }
        self.policy = policy.unwrap_or(self.policy);
        self.url = next;
        self
    }

    /// The request as it goes over the wire.
    pub(super) fn request(
        &self,
        device: Device,
        language: &str,
        cookies: Option<String>,
    ) -> Request<Full<Bytes>> {
        let target = &self.url[Position::BeforePath..Position::AfterQuery];
        let host = &self.url[Position::BeforeHost..Position::AfterPort];
        let mut request = Request::builder()
            .method(&self.method)
            .uri(target)
            .header(HOST, host)
            .header(USER_AGENT, device.user_agent())
            .header(ACCEPT, self.kind.accept())
            .header(ACCEPT_LANGUAGE, language);
        if site::is_trustworthy(&self.url) {
            let (mode, destination) = self.kind.mode_and_destination();
            request = request
                .header(
                    "sec-fetch-site",
                    self.relation.map_or("none", Relation::as_str),
                )
                .header("sec-fetch-mode", mode)
                .header("sec-fetch-dest", destination);
            if self.is_by_hand {
                request = request.header("sec-fetch-user", "?1");
            }
        }
        if let Some(sender) = &self.sender {
            if let Some(referer) = self.policy.referer(sender, &self.url) {
                request = request.header(REFERER, referer);
            }
            let is_cross_fetch = self.kind == Kind::Fetch
                && Relation::between(sender, &self.url) != Relation::SameOrigin;
            if self.method == Method::POST || is_cross_fetch {
                request = request.header(ORIGIN, self.policy.origin(sender, &self.url));
            }
        }
        if let Some(cookies) = cookies {
            request = request.header(COOKIE, cookies);
        }
        for (name, value) in &self.extra {
            request = request.header(name, value);
        }
        if self.form.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let body = self.form.clone().unwrap_or_default();
        request.body(Full::new(Bytes::from(body))).unwrap()
    }
}
