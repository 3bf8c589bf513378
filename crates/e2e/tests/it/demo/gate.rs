//! The demo's pages behind rules: as somebody who may, as somebody who may not, and as nobody.

use e2e::browser::Device;
use http::Method;

use super::{Visit, visit};

/// Whoever reads a page of the site was let in; the gate's own pages have no such section.
const LET_IN: &str = "What the site received";

impl Visit {
    /// Opens a page of the site as whoever is signed in.
    async fn assert_let_in(&mut self, path: &str, why: &str) {
        self.open(path).await;
        assert_eq!(self.browser.page().status, 200, "{path}");
        self.assert_reads(LET_IN);
        self.assert_reads(why);
    }

    /// The gate's own page: who they are, a way back, and nothing of the site.
    async fn assert_refused(&mut self, path: &str, name: &str) {
        self.open(path).await;
        assert_eq!(self.browser.page().status, 403, "{path}");
        self.assert_reads("You may not open this page");
        self.assert_reads(&format!("You are signed in as {name}."));
        assert!(!self.reads(LET_IN), "{path}");
        self.browser.click("Go to the home page").await;
        self.assert_reads("Four pages, four rules");
    }
}

#[tokio::test]
async fn somebody_of_a_department_below_may_open_its_page_and_not_the_tags() {
    visit(Device::WeComPhone, async |mut visit| {
        visit.sign_in().await;
        visit
            .assert_let_in("/open", "though here you need not be")
            .await;
        visit
            .assert_let_in("/everyone", "as a member who is signed in")
            .await;
        visit
            .assert_let_in("/research", "with your departments: 总部 › 研发部")
            .await;
        for text in [
            "X-Menshen-User zhangsan",
            "Remote-User zhangsan",
            "department:4",
        ] {
            visit.assert_reads(text);
        }
        visit.assert_refused("/admins", "张三").await;
    })
    .await;
}

#[tokio::test]
async fn the_assertion_is_checked_and_shown() {
    visit(Device::WeComPhone, async |mut visit| {
        visit.sign_in().await;
        visit.open("/everyone").await;
        visit.assert_reads("X-Menshen-Assertion is genuine");
        let claims = format!("\"aud\": \"{}\"", visit.home);
        for text in [claims.as_str(), "\"preferred_username\": \"zhangsan\""] {
            visit.assert_reads(text);
        }
        let keys = format!("{}/_menshen/jwks.json", visit.home);
        let keys = visit.browser.fetch(Method::GET, &keys, &[]).await.json();
        let key_id = keys["keys"][0]["kid"].as_str().unwrap().to_owned();
        visit.assert_reads(&key_id);
    })
    .await;
}

#[tokio::test]
async fn somebody_with_the_tag_may_open_its_page_and_not_the_departments() {
    visit(Device::WeComPhone, async |mut visit| {
        visit.open("/admins").await;
        visit.pass_wecom("lisi").await;
        // Back where they wanted to be.
        assert_eq!(visit.browser.page().url.path(), "/admins");
        visit.assert_reads("with your tags: 2 管理员");
        visit.assert_refused("/research", "李四").await;
    })
    .await;
}

#[tokio::test]
async fn s_073_nobody_sees_the_open_page_only_and_is_led_to_the_sign_in() {
    visit(Device::Desktop, async |mut visit| {
        visit
            .assert_let_in("/open", "You are not signed in, and here you need not be")
            .await;
        visit.assert_reads("There is none: nobody is signed in");
        visit.assert_reads("X-Menshen-User (empty)");
        for path in ["/everyone", "/research", "/admins", "/no-such-page"] {
            visit.open(path).await;
            assert!(!visit.reads(LET_IN), "{path}");
            visit.assert_reads("Sign in with WeCom");
        }
    })
    .await;
}

#[tokio::test]
async fn s_034_s_042_forged_headers_do_not_reach_the_site() {
    visit(Device::Desktop, async |mut visit| {
        visit.open("/").await;
        visit.browser.press("Forge identity headers").await;
        assert_eq!(visit.browser.page().status, 200);
        visit.assert_reads("X-Menshen-User sent root arrived empty");
        visit.assert_reads("X_Menshen_User sent root did not arrive");
        visit.assert_reads("Remote_User sent root did not arrive");
        assert!(!visit.reads("arrived as"), "{}", visit.browser.text());
    })
    .await;
}

#[tokio::test]
async fn a_page_that_the_site_does_not_have_is_the_sites_own_404() {
    visit(Device::WeComPhone, async |mut visit| {
        visit.sign_in().await;
        visit.open("/no-such-page").await;
        assert_eq!(visit.browser.page().status, 404);
        visit.assert_reads("There is no such page; go back to /");
    })
    .await;
}
