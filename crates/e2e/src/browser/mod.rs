//! A browser without a screen: real HTTP over loopback, cookies by a browser's rules, the headers a
//! browser sends, one redirect at a time, and a trail of every hop.
//!
//! It is a judge as well: it refuses cookies, forms and addresses that a browser would refuse.

mod act;
mod answer;
mod device;
mod errand;
mod html;
mod jar;
mod net;
mod policy;
mod site;
mod trail;

use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use url::Url;
use wecom_sdk::{Clock as _, ManualClock};

pub use answer::Answer;
pub use device::Device;
pub use errand::{Errand, Kind};
pub use html::{Document, Form, Link};
pub use jar::{Cookie, Jar, Journey, Outcome};
pub use net::{Net, Reply};
pub use policy::directive;
pub use trail::Trail;

use policy::ReferrerPolicy;
use trail::Hop;

/// The most redirects a browser follows.
const MOST_REDIRECTS: usize = 20;

/// A browser. A clone is the same browser in another tab, with cookies as they were then.
#[derive(Clone, Debug)]
pub struct Browser {
    net: Net,
    clock: Arc<ManualClock>,
    device: Device,
    language: String,
    jar: Jar,
    page: Option<Answer>,
    next: Option<Errand>,
    trail: Trail,
}

impl Browser {
    /// A fresh browser.
    pub fn new(net: Net, clock: Arc<ManualClock>, device: Device) -> Self {
        Self {
            net,
            clock,
            device,
            language: "en".to_owned(),
            jar: Jar::default(),
            page: None,
            next: None,
            trail: Trail::default(),
        }
    }

    /// Speaks another language.
    pub fn set_language(&mut self, language: &str) {
        language.clone_into(&mut self.language);
    }

    /// The last answer.
    pub fn page(&self) -> &Answer {
        self.page
            .as_ref()
            .expect("the browser has opened nothing yet")
    }

    /// What the person reads now.
    pub fn text(&self) -> String {
        self.page().text()
    }

    /// The trail so far; it begins anew.
    pub fn take_trail(&mut self) -> String {
        std::mem::take(&mut self.trail).to_string()
    }

    /// The trail, to add a remark.
    pub fn trail(&mut self) -> &mut Trail {
        &mut self.trail
    }

    /// The cookies, to look at or to plant one.
    pub fn jar(&mut self) -> &mut Jar {
        &mut self.jar
    }

    /// The cookies that the browser holds for an address.
    pub fn cookies(&self, url: &str) -> Vec<Cookie> {
        let url = Url::parse(url).unwrap();
        self.jar.live(&url, self.clock.now()).cloned().collect()
    }

    /// The value of a cookie, by the end of its name (`menshen_session`, with or without prefix).
    pub fn cookie(&self, url: &str, name: &str) -> Option<String> {
        let mut found = self.cookies(url).into_iter();
        Some(found.find(|cookie| cookie.name.ends_with(name))?.value)
    }

    /// Closes the browser and opens it again: cookies without a lifetime are gone.
    pub fn restart(&mut self) {
        self.jar.end_of_browser();
        self.page = None;
        self.next = None;
    }

    /// Types an address. One hop; [`Browser::settle`] follows.
    pub async fn open(&mut self, url: &str) -> &Answer {
        let errand = Errand::new(Kind::Page, Url::parse(url).unwrap(), None);
        self.go(errand).await
    }

    /// Types an address and follows redirects to the end.
    pub async fn visit(&mut self, url: &str) -> &Answer {
        self.open(url).await;
        self.settle().await
    }

    /// Follows one redirect.
    pub async fn follow(&mut self) -> &Answer {
        let errand = self.next.take().expect("the last answer is no redirect");
        self.go(errand).await
    }

    /// Follows redirects to the end.
    pub async fn settle(&mut self) -> &Answer {
        for _ in 0..MOST_REDIRECTS {
            if self.next.is_none() {
                return self.page();
            }
            self.follow().await;
        }
        panic!("the redirects do not end:\n{}", self.trail);
    }

    /// The address that the last answer leads to, where that is a redirect.
    pub fn next_address(&self) -> Option<&Url> {
        self.next.as_ref().map(|errand| &errand.url)
    }

    /// Stays where it is, whatever the last answer says: the page was closed, the way was lost.
    pub fn stop(&mut self) -> Option<Errand> {
        self.next.take()
    }

    /// Stands on a page of somebody else, without loading it.
    pub fn stand_on(&mut self, url: &str) {
        self.next = None;
        self.page = Some(Answer {
            url: Url::parse(url).unwrap(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: String::new(),
        });
    }

    /// What this browser would send for an errand, without sending it: for requests at the same
    /// time, or ones that are cut off. [`Browser::take`] takes the answer in.
    pub fn prepare(
        &self,
        errand: &Errand,
    ) -> http::Request<http_body_util::Full<hyper::body::Bytes>> {
        let cookies = self
            .jar
            .header(&errand.url, errand.journey(), self.clock.now());
        errand.request(self.device, &self.language, cookies)
    }

    /// Sends an errand as this browser would now; nothing is taken in. The request is made at once
    /// and goes out when the future is polled; dropping the future cuts the connection.
    pub fn shoot(&self, errand: &Errand) -> impl Future<Output = Reply> + Send + 'static {
        let (net, url, request) = (self.net.clone(), errand.url.clone(), self.prepare(errand));
        async move { net.send(&url, request).await }
    }

    /// The same browser on another wire: where another gateway answers for the same name.
    #[must_use]
    pub fn on(&self, net: Net) -> Self {
        Self {
            net,
            ..self.clone()
        }
    }

    /// The typed address as an errand.
    pub fn typed(url: &str) -> Errand {
        Errand::new(Kind::Page, Url::parse(url).unwrap(), None)
    }

    /// Takes in the answer to an errand that was sent otherwise.
    pub fn take(&mut self, errand: Errand, reply: Reply) -> &Answer {
        let answer = self.note(&errand, reply);
        self.next = answer.location().map(|next| {
            let policy = ReferrerPolicy::read(&answer.headers);
            errand.redirected(answer.status.as_u16(), next, policy)
        });
        self.page.insert(answer)
    }

    async fn go(&mut self, errand: Errand) -> &Answer {
        self.next = None;
        let reply = self.net.send(&errand.url, self.prepare(&errand)).await;
        self.take(errand, reply)
    }

    async fn run(&mut self, errand: &Errand) -> Answer {
        let reply = self.net.send(&errand.url, self.prepare(errand)).await;
        self.note(errand, reply)
    }

    fn note(&mut self, errand: &Errand, reply: Reply) -> Answer {
        let answer = Answer {
            url: errand.url.clone(),
            status: reply.status,
            headers: reply.headers,
            body: String::from_utf8(reply.body.to_vec()).expect("the answer is no UTF-8"),
        };
        let now = self.clock.now();
        let outcomes: Vec<Outcome> = answer
            .cookies_set()
            .into_iter()
            .map(|header| self.jar.store(header, &errand.url, errand.journey(), now))
            .collect();
        let next = answer.location();
        let hop = Hop {
            kind: errand.kind.word(),
            method: errand.method.as_str(),
            url: &errand.url,
            form: errand.form.as_deref(),
            status: answer.status.as_u16(),
            next: next.as_ref(),
            cookies: &outcomes,
        };
        self.trail.note(&self.net, &hop);
        answer
    }
}
