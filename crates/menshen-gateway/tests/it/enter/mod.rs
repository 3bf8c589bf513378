//! From a site on another host to the sign-in and back: `/_menshen/enter`, and who is signed in there then.

mod me;
mod refused;
mod signed_out;
mod trip;

use std::net::SocketAddr;

use axum::body::Body;
use http::{Request, StatusCode};
use menshen_gateway::Peer;

use crate::fixtures::Fixtures;
use crate::harness::{Answer, CONFIG, House};
use crate::visitor::{IN_WECOM, Visitor};

const SITES: &str = r#"
[[site]]
host = "wiki.example.com"

[[site]]
host = "hr.example.com"
cors = ["https://portal.example.com"]
"#;
const WIKI: &str = "wiki.example.com";
const HR: &str = "hr.example.com";
const SESSION: &str = "__Host-menshen_session";
const BINDING: &str = "__Host-menshen_site_browser";
const CODE: &str = "c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0d";

async fn house() -> (House, Fixtures) {
    let wecom = Fixtures::play().await;
    let config = format!("{CONFIG}{SITES}");
    let house = House::configured(&config, |parts| wecom.stand_in(parts)).await;
    (house, wecom)
}

/// A browser: one jar for each host, as `__Host-` cookies have it.
struct Browser<'h> {
    gateway: Visitor<'h>,
    wiki: Visitor<'h>,
    hr: Visitor<'h>,
}

impl<'h> Browser<'h> {
    fn new(house: &'h House) -> Self {
        let new = || Visitor::new(house, IN_WECOM);
        Self {
            gateway: new(),
            wiki: new(),
            hr: new(),
        }
    }

    /// Follows one address to the host it names, as a page load.
    async fn open(&mut self, address: &str) -> Answer {
        let (host, path) = address
            .strip_prefix("https://")
            .and_then(|rest| Some(rest.split_at(rest.find('/')?)))
            .unwrap();
        let visitor = match host {
            WIKI => &mut self.wiki,
            HR => &mut self.hr,
            _ => &mut self.gateway,
        };
        let request = visitor.request(path).header("host", host);
        visitor.send(request.body(Body::empty()).unwrap()).await
    }

    /// Leaves a site for the sign-in, up to the address that the gateway sends the browser to.
    async fn leave(&mut self, site: &str, path: &str) -> Answer {
        let bound = self
            .open(&format!("https://{site}/_menshen/enter?return_to={path}"))
            .await;
        assert_eq!(bound.status, StatusCode::SEE_OTHER, "{bound:?}");
        let login = bound.header("location").to_owned();
        assert!(login.starts_with("https://login.example.com/_menshen/login?"));
        self.open(&login).await
    }

    /// Signs in at WeCom, and answers where the callback sends the browser.
    async fn sign_in(&mut self, at_wecom: &Answer) -> String {
        assert_eq!(at_wecom.status, StatusCode::FOUND, "{at_wecom:?}");
        let state = crate::visitor::query_of(at_wecom.header("location"))["state"].clone();
        let landed = self
            .open(&format!(
                "https://login.example.com/_menshen/callback/hq?code={CODE}&state={state}"
            ))
            .await;
        assert_eq!(landed.status, StatusCode::SEE_OTHER, "{landed:?}");
        landed.header("location").to_owned()
    }

    /// The whole trip to a site, for somebody who is not signed in anywhere.
    async fn enter(&mut self, site: &str) -> Answer {
        let at_wecom = self.leave(site, "/page").await;
        let ticket = self.sign_in(&at_wecom).await;
        self.open(&ticket).await
    }

    /// Whom the site knows, by its own cookie.
    async fn at(&self, site: &str) -> Answer {
        let visitor = match site {
            WIKI => &self.wiki,
            _ => &self.hr,
        };
        check(visitor.house, site, &visitor.cookie_header()).await
    }
}

/// What a proxy in front of a site is told.
async fn check(house: &House, site: &str, cookies: &str) -> Answer {
    let mut request = Request::get("/_menshen/check")
        .header("x-forwarded-host", site)
        .header("x-forwarded-method", "GET")
        .header("x-forwarded-uri", "/page")
        .header("cookie", cookies)
        .body(Body::empty())
        .unwrap();
    let proxy = SocketAddr::from(([10, 1, 2, 3], 4711));
    request.extensions_mut().insert(Peer(proxy));
    house.send(request).await
}

/// Signs out at the gateway, by its own form.
async fn sign_out(visitor: &mut Visitor<'_>) {
    let page = visitor.open("/_menshen/logout").await;
    let token = page
        .body
        .split("name=\"csrf_token\" value=\"")
        .nth(1)
        .unwrap();
    let token = token.split('"').next().unwrap().to_owned();
    let request = visitor
        .request("/_menshen/logout")
        .method("POST")
        .header("origin", "https://login.example.com")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("csrf_token={token}")));
    let ended = visitor.send(request.unwrap()).await;
    assert_eq!(ended.status, StatusCode::OK, "{ended:?}");
}
