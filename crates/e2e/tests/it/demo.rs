//! `menshen demo`, as a visitor clicks through it: what everybody sees, and what the buttons do. Its pages behind
//! rules are in `demo/gate.rs`.

mod gate;

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use e2e::browser::{Browser, Device, Net};
use http::Method;
use menshen::demo::Demo;
use menshen_gateway::server::Stopped;
use tokio::sync::oneshot;
use url::Url;

/// A visitor in front of a running demo.
struct Visit {
    browser: Browser,
    home: String,
    sandbox: String,
}

/// Runs a demo on free ports, lets somebody walk through it, and sees it stop cleanly.
async fn visit<F: Future<Output = ()>>(device: Device, walk: impl FnOnce(Visit) -> F) {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let demo = Demo::start(anywhere, anywhere).await.unwrap();
    let net = Net::default();
    let [home, sandbox] = [demo.address(), demo.sandbox().addr()].map(|at| format!("http://{at}"));
    net.lead(&Url::parse(&home).unwrap(), "demo", demo.address());
    net.lead(
        &Url::parse(&sandbox).unwrap(),
        "sandbox",
        demo.sandbox().addr(),
    );
    let clock = Arc::clone(demo.sandbox().clock());
    let browser = Browser::new(net, clock, device);
    let (stop, stopped) = oneshot::channel::<()>();
    let until = async { drop(stopped.await) };
    let walk = async {
        walk(Visit {
            browser,
            home,
            sandbox,
        })
        .await;
        drop(stop);
    };
    let (stopped, ()) = tokio::join!(demo.serve(until), walk);
    assert_eq!(stopped, Stopped::default());
}

impl Visit {
    /// Signs in by the door inside WeCom, giving everything but the email.
    async fn sign_in(&mut self) {
        self.browser.visit(&self.home).await;
        self.browser.click("Sign in").await;
        self.pass_wecom("zhangsan").await;
    }

    /// From a redirect to WeCom to where the sign-in leads, as this member where WeCom asks who it is.
    async fn pass_wecom(&mut self, member: &str) {
        self.browser.settle().await;
        if self.browser.text().contains("Who are you?") {
            self.browser.press(member).await;
            self.browser.settle().await;
        }
        self.browser
            .submit("Allow", |form| form.tick("email", false))
            .await;
        self.browser.settle().await;
    }

    /// Opens a path of the demo.
    async fn open(&mut self, path: &str) {
        let address = format!("{}{path}", self.home);
        self.browser.visit(&address).await;
    }

    fn reads(&self, text: &str) -> bool {
        self.browser.text().contains(text)
    }

    #[track_caller]
    fn assert_reads(&self, text: &str) {
        assert!(self.reads(text), "{text} in {}", self.browser.text());
    }
}

#[tokio::test]
async fn a_visitor_sees_who_can_sign_in_and_why_others_cannot() {
    visit(Device::Desktop, async |mut visit| {
        let page = visit.browser.visit(&visit.home).await.clone();
        assert_eq!(page.status, 200);
        assert!(page.document().scripts.is_empty());
        for text in [
            "张三 zhangsan can sign in",
            "zhaoliu refused: the account is disabled",
            "sunqi refused: outside the agent's visible range",
            "not a member of the corp",
            "admit_external_contacts",
            "admit_linked_corps",
            // Whom the pages are for: those of department 2 and below who can sign in, and the tag's.
            "at present 张三, 王五",
            "at present 李四",
        ] {
            visit.assert_reads(text);
        }
        assert!(visit.reads(&visit.sandbox));
        visit.browser.set_language("zh-CN");
        visit.open("/").await;
        visit.assert_reads("账号已禁用");
        visit.assert_reads("现在是张三、王五");
    })
    .await;
}

#[tokio::test]
async fn signed_in_the_site_shows_the_person_and_the_gateway_what_it_keeps() {
    visit(Device::WeComPhone, async |mut visit| {
        visit.sign_in().await;
        for text in ["张三", "总部 › 研发部 › 平台组", "1 值班", "not given"] {
            visit.assert_reads(text);
        }
        assert!(!visit.reads("13800000001"), "a site is told no number");
        visit.browser.click("shown by the gateway").await;
        for text in ["张三", "+8613800000001", "Inside WeCom", "Ends by"] {
            visit.assert_reads(text);
        }
        assert!(
            !visit.reads("zhangsan@example.com"),
            "the email was not given"
        );
        visit.browser.click("Go to the home page").await;
        visit.assert_reads("Four pages, four rules");
    })
    .await;
}

#[tokio::test]
async fn an_ended_token_is_not_noticed() {
    visit(Device::WeComPhone, async |mut visit| {
        visit.sign_in().await;
        visit.browser.press("End the token early").await;
        visit.browser.settle().await;
        visit.assert_reads("ended the access token early");
        visit.browser.click("Reload").await;
        visit.assert_reads("张三");
        visit.assert_reads("You are signed in");
    })
    .await;
}

#[tokio::test]
async fn a_disabled_member_is_out_at_the_next_click_and_can_come_back() {
    visit(Device::WeComPhone, async |mut visit| {
        visit.sign_in().await;
        visit.browser.press("Disable this member").await;
        visit.browser.settle().await;
        visit.assert_reads("zhangsan refused: the account is disabled");
        // The first of the two who are disabled.
        visit.browser.press("Enable").await;
        visit.browser.settle().await;
        visit.assert_reads("zhangsan can sign in");
        visit.open("/").await;
        visit.browser.click("Sign in").await;
        visit.browser.settle().await;
        visit.assert_reads("You are signed in");
    })
    .await;
}

#[tokio::test]
async fn after_31_days_session_and_consent_are_gone() {
    visit(Device::WeComPhone, async |mut visit| {
        visit.sign_in().await;
        visit.browser.press("31 days later").await;
        visit.browser.settle().await;
        visit.assert_reads("31 days passed");
        visit.assert_reads("Who can sign in");
        visit.sign_in().await;
        visit.assert_reads("You are signed in");
    })
    .await;
}

#[tokio::test]
async fn buttons_work_from_the_demos_own_page_only() {
    visit(Device::WeComPhone, async |mut visit| {
        visit.sign_in().await;
        let address = format!("{}/demo/disable", visit.home);
        let looked = visit.browser.open(&address).await.status;
        assert_eq!(looked, 405);
        visit.browser.stand_on(&format!("{}/evil", visit.sandbox));
        let forged = visit.browser.fetch(Method::POST, &address, &[]).await;
        assert_eq!(forged.status, 403);
        visit.open("/").await;
        visit.assert_reads("You are signed in");
    })
    .await;
}
