//! The program of the sdk's guide, word for word, against the sandbox: at both doors, and each no.

#[path = "../../../wecom-sdk/guide/sign_in.rs"]
#[expect(
    unreachable_pub,
    reason = "the program stands as a reader would write it"
)]
mod sign_in;

use std::sync::Arc;

use e2e::browser::{Browser, Device, Net};
use url::Url;
use wecom_sandbox::Sandbox;
use wecom_sdk::{Client, Endpoints, ManualClock};

const CORP: &str = "ww5f1e2d3c4b5a6978";
const SECRET: &str = "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA";

struct Walk {
    sandbox: Sandbox,
    client: Client,
    callback: Url,
    clock: Arc<ManualClock>,
}

impl Walk {
    async fn start() -> Self {
        let clock = Arc::new(ManualClock::running());
        let sandbox = Sandbox::builder()
            .clock(Arc::clone(&clock))
            .start()
            .await
            .unwrap();
        let wecom = Endpoints::all_at(&sandbox.url());
        Self {
            client: sign_in::client(wecom, CORP, 1_000_002, SECRET).unwrap(),
            // The trusted domain of the default seed. Nobody listens there: the walk reads the address.
            callback: Url::parse("http://127.0.0.1:8080/callback").unwrap(),
            sandbox,
            clock,
        }
    }

    /// Sends a browser of this device to WeCom; where it comes back to, and what its cookie holds.
    async fn visit(&self, device: Device, press: &[&str]) -> (Url, String) {
        let begun = sign_in::begin(&self.client, &self.callback, device.user_agent());
        let (link, state) = begun.unwrap();
        let net = Net::default();
        net.lead(&self.sandbox.url(), "wecom", self.sandbox.addr());
        let mut browser = Browser::new(net, Arc::clone(&self.clock), device);
        // The page for the QR code wants to know from where it was reached.
        browser.stand_on("http://127.0.0.1:8080/login");
        browser.click_to(link.as_str()).await;
        for button in press {
            browser.press(button).await;
        }
        while browser
            .next_address()
            .is_some_and(|next| next.port() != Some(8080))
        {
            browser.follow().await;
        }
        let back = browser
            .next_address()
            .expect("WeCom sends the browser back")
            .clone();
        (back, state.as_str().to_owned())
    }
}

#[test]
fn the_guides_program_has_the_forty_lines_that_it_promises() {
    let program = include_str!("../../../wecom-sdk/guide/sign_in.rs");
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    let lines = program.lines().filter(is_code).count();
    assert!(lines <= 40, "{lines}");
}

#[tokio::test]
async fn the_guides_program_signs_a_member_in() {
    let walk = Walk::start().await;
    let (back, cookie) = walk.visit(Device::WeComPhone, &["张三"]).await;
    let who = sign_in::finish(&walk.client, &back, &cookie).await.unwrap();
    assert_eq!(who.as_str(), "zhangsan");
    let again = sign_in::finish(&walk.client, &back, &cookie)
        .await
        .unwrap_err();
    assert_eq!(again.to_string(), "please start again");
}

#[tokio::test]
async fn s_075_the_guides_program_finishes_only_what_this_browser_began() {
    let walk = Walk::start().await;
    let (back, cookie) = walk.visit(Device::WeComPhone, &["张三"]).await;
    for other in ["", "Zk3vQ9mPz81mWcYp0LsKq3vTz81mWcYp"] {
        let refused = sign_in::finish(&walk.client, &back, other)
            .await
            .unwrap_err();
        assert_eq!(refused.to_string(), "please start again");
    }
    assert_eq!(walk.sandbox.journal().count("/cgi-bin/auth/getuserinfo"), 0);
    assert!(
        sign_in::finish(&walk.client, &back, &cookie).await.is_ok(),
        "no code was spent"
    );
}

#[tokio::test]
async fn s_086_the_guides_program_takes_a_no_for_an_answer() {
    let walk = Walk::start().await;
    let cookie = "Zk3vQ9mPz81mWcYp0LsKq3vTz81mWcYp";
    let declined = format!("{}?state={cookie}", walk.callback).parse().unwrap();
    let outcome = sign_in::finish(&walk.client, &declined, cookie).await;
    assert_eq!(outcome.unwrap_err().to_string(), "you declined");
    assert_eq!(walk.sandbox.journal().count("/cgi-bin/gettoken"), 0);
}
