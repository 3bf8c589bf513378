//! What a person and a page's own scripts can do on a page.
//!
//! In: the words on a link or a button. Out: the request that a browser would send for it. Never: reaches what
//! the page does not show; a press of something that is not there fails the test.

use http::{HeaderName, HeaderValue, Method};
use url::Url;

use super::policy::{FormAction, ReferrerPolicy};
use super::{Answer, Browser, Errand, Form, Kind};

impl Browser {
    /// Clicks the link that says this. One hop.
    pub async fn click(&mut self, text: &str) -> &Answer {
        let document = self.page().document();
        let link = document.links.iter().find(|link| link.text.contains(text));
        let link = link.unwrap_or_else(|| {
            panic!(
                "no link {text:?} on: {}\n{:?}",
                document.text, document.links
            )
        });
        let url = self.page().url.join(&link.href).unwrap();
        self.click_to(url.as_str()).await
    }

    /// Clicks a link to this address, wherever it stands on the page. One hop.
    pub async fn click_to(&mut self, url: &str) -> &Answer {
        let errand = self.errand(Kind::Page, url);
        self.go(errand).await
    }

    /// Presses the button that says this. One hop.
    pub async fn press(&mut self, button: &str) -> &Answer {
        self.submit(button, |_| {}).await
    }

    /// Fills the form in whose button says this, and presses it. One hop.
    pub async fn submit(&mut self, button: &str, fill: impl FnOnce(&mut Form)) -> &Answer {
        let document = self.page().document();
        let form = document.forms.iter().find(|form| form.has_button(button));
        let mut form = form
            .unwrap_or_else(|| panic!("no button {button:?} on: {}", document.text))
            .clone();
        fill(&mut form);
        let sent = form.press(button);
        let fields: Vec<_> = sent
            .fields
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let url = self.page().url.join(&sent.action).unwrap();
        if sent.is_post {
            self.post_to(url.as_str(), &fields).await
        } else {
            let mut url = url;
            url.query_pairs_mut().clear().extend_pairs(fields);
            self.click_to(url.as_str()).await
        }
    }

    /// Sends a form from the present page. One hop.
    pub async fn post_to(&mut self, url: &str, fields: &[(&str, &str)]) -> &Answer {
        let mut errand = self.errand(Kind::Page, url);
        let allowed = FormAction::read(&self.page().url, &self.page().headers);
        assert!(allowed.allows(&errand.url), "form-action forbids {url}");
        errand.form_action = Some(allowed);
        errand.method = Method::POST;
        let mut form = form_urlencoded::Serializer::new(String::new());
        errand.form = Some(form.extend_pairs(fields).finish());
        self.go(errand).await
    }

    /// Loads something for the present page, without leaving it; follows no redirect.
    pub async fn load(&mut self, kind: Kind, url: &str) -> Answer {
        let errand = self.errand(kind, url);
        self.run(&errand).await
    }

    /// A script of the present page asks for something; follows no redirect.
    pub async fn fetch(&mut self, method: Method, url: &str, headers: &[(&str, &str)]) -> Answer {
        let mut errand = self.errand(Kind::Fetch, url);
        errand.method = method;
        errand.extra = headers
            .iter()
            .map(|(name, value)| {
                let name: HeaderName = name.parse().unwrap();
                (name, HeaderValue::from_str(value).unwrap())
            })
            .collect();
        self.run(&errand).await
    }

    fn errand(&self, kind: Kind, url: &str) -> Errand {
        let sender = self.page.as_ref().map(|page| page.url.clone());
        let mut errand = Errand::new(kind, Url::parse(url).unwrap(), sender);
        errand.policy = self
            .page
            .as_ref()
            .and_then(|page| ReferrerPolicy::read(&page.headers))
            .unwrap_or_default();
        errand
    }
}
