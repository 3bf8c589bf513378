//! Every page of the gateway: what it may load, who may frame it, what it tells.

use e2e::browser::{Answer, Device, directive};
use e2e::stage::{Connector, Stage};
use wecom_sandbox::script::Fault;

/// Every page that can be had, by a person on a phone in WeCom and on a desktop.
pub(super) async fn every_page(stage: &Stage) -> Vec<(String, Answer)> {
    let mut pages = Vec::new();
    let mut inside = stage.signed_in("zhangsan").await;
    for path in ["/", "/_menshen/logout"] {
        pages.push((
            format!("signed in {path}"),
            inside.visit(&stage.address(path)).await.clone(),
        ));
    }
    for device in [Device::Desktop, Device::Phone, Device::WeComPhone] {
        let mut browser = stage.browser(device);
        for path in ADDRESSES {
            browser.open(&stage.address(path)).await;
            pages.push((format!("{device:?} {path}"), browser.page().clone()));
        }
    }
    for person in ["member:sunqi", "stranger:oSandboxStranger0000000000001"] {
        let mut browser = stage.browser_of(Device::WeComPhone, person);
        pages.push((
            person.to_owned(),
            browser.visit(&stage.address(LOGIN)).await.clone(),
        ));
    }
    for errcode in [40029, 45033, 48002, -1, 301_002] {
        stage.script(Fault::errcode("/cgi-bin/auth/getuserinfo", errcode));
        let mut browser = stage.member("zhangsan");
        pages.push((
            format!("errcode {errcode}"),
            browser.visit(&stage.address(LOGIN)).await.clone(),
        ));
        stage.clock.advance(std::time::Duration::from_mins(2));
    }
    stage.sandbox.script().clear();
    inside
        .post_to(
            &stage.address("/_menshen/logout"),
            &[("csrf_token", "forged")],
        )
        .await;
    pages.push(("forged form".to_owned(), inside.page().clone()));
    pages
}

const LOGIN: &str = "/_menshen/login?connector=hq";
pub(super) const ADDRESSES: [&str; 12] = [
    "/",
    "/nothing/here",
    "/_menshen/login",
    "/_menshen/login?connector=hq",
    "/_menshen/login?connector=hq&door=link",
    "/_menshen/login?connector=unknown",
    "/_menshen/login?door=window",
    "/_menshen/callback/hq",
    "/_menshen/callback/hq?state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&code=x",
    "/_menshen/callback/unknown",
    "/_menshen/logout",
    "/WW_verify_AAAAAAAAAAAAAAAA.txt",
];

async fn stage() -> Stage {
    Stage::with(|setup| setup.connectors = vec![Connector::hq()]).await
}

fn is_page(answer: &Answer) -> bool {
    answer
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/html"))
}

#[tokio::test]
async fn s_072_no_page_can_be_framed_or_scripted() {
    let stage = stage().await;
    let pages = every_page(&stage).await;
    assert!(pages.iter().filter(|(_, page)| is_page(page)).count() > 30);
    for (what, page) in pages.iter().filter(|(_, page)| is_page(page)) {
        let policy = page
            .header("content-security-policy")
            .unwrap_or_else(|| panic!("{what}: no CSP"));
        assert_eq!(
            directive(policy, "frame-ancestors"),
            Some("'none'"),
            "{what}"
        );
        assert_eq!(directive(policy, "default-src"), Some("'none'"), "{what}");
        assert_eq!(directive(policy, "base-uri"), Some("'none'"), "{what}");
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"),
            "{what}"
        );
        assert!(
            directive(policy, "script-src").is_none_or(|source| source == "'none'"),
            "{what}"
        );
        assert!(directive(policy, "form-action").is_some(), "{what}");
        assert_eq!(
            page.header("x-content-type-options"),
            Some("nosniff"),
            "{what}"
        );
        assert_eq!(page.header("cache-control"), Some("no-store"), "{what}");
        assert_eq!(page.document().scripts, Vec::<String>::new(), "{what}");
    }
    stage.end().await;
}

#[tokio::test]
async fn s_233_no_page_names_an_outside_host() {
    let stage = stage().await;
    for (what, page) in every_page(&stage).await {
        if !is_page(&page) {
            continue;
        }
        let document = page.document();
        for load in &document.loads {
            assert!(
                load.starts_with("data:") || load.starts_with('/'),
                "{what} loads {load}"
            );
        }
        let own = stage.address("/");
        for link in &document.links {
            let url = page.url.join(&link.href).unwrap();
            assert!(url.as_str().starts_with(&own), "{what} leads to {url}");
        }
        let policy = page.header("content-security-policy").unwrap();
        assert!(!policy.contains("http"), "{what}: {policy}");
        assert_eq!(page.header("report-to"), None);
        assert_eq!(page.header("nel"), None);
    }
    stage.end().await;
}

#[tokio::test]
async fn s_013_markup_in_an_address_stays_text() {
    let stage = Stage::with(|setup| {
        setup.connectors = vec![Connector::hq(), Connector::finance()];
    })
    .await;
    for attack in [
        "/\"><script>alert(1)</script>",
        "/';alert(1)//",
        "/x?q=<img src=x onerror=alert(1)>",
        "/x#\"onmouseover=\"alert(1)",
    ] {
        let value: String = url::form_urlencoded::byte_serialize(attack.as_bytes()).collect();
        for place in ["return_to", "connector", "door"] {
            for device in [Device::Desktop, Device::Phone, Device::WeComPhone] {
                let mut browser = stage.browser(device);
                browser
                    .open(&stage.address(&format!("/_menshen/login?{place}={value}")))
                    .await;
                let page = browser.page();
                assert!(page.document().scripts.is_empty(), "{place} {attack}");
                assert!(
                    !page.body.contains("<script>") && !page.body.contains("onerror=alert"),
                    "{place} {attack}"
                );
                let document = page.document();
                assert!(
                    document.loads.iter().all(|load| load.starts_with("data:")),
                    "{:?}",
                    document.loads
                );
            }
        }
        let mut browser = stage.member("lisi");
        browser
            .visit(&stage.address(&format!("/_menshen/login?connector=hq&return_to={value}")))
            .await;
        assert!(stage.who(&browser).await.is_some());
        assert!(
            browser.page().url.as_str().starts_with(&stage.address("/")),
            "{}",
            browser.page().url
        );
        assert!(browser.page().document().scripts.is_empty());
    }
    stage.end().await;
}
