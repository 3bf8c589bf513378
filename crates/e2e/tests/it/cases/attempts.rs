//! A login attempt belongs to one browser, one connector and one exchange.

use e2e::browser::{Browser, Device, Kind};
use e2e::stage::{CORP, Connector, Stage};

const EXCHANGE: &str = "auth/getuserinfo";

#[tokio::test]
async fn s_075_a_foreign_callback_signs_nobody_in() {
    let stage = Stage::start().await;
    let mut attacker = stage.before_callback("lisi").await;
    let callback = attacker.stop().unwrap();

    let mut victim = stage.browser(Device::Desktop);
    victim.stand_on("https://evil.example/");
    victim.click_to(callback.url().as_str()).await;
    assert_eq!(victim.page().status, 400);
    assert!(stage.who(&victim).await.is_none());

    let mut victim = stage.signed_in("zhangsan").await;
    victim.visit(callback.url().as_str()).await;
    assert_eq!(victim.page().status, 400);
    let who = stage.who(&victim).await.expect("signed in as before");
    assert_eq!(who["preferred_username"], "zhangsan");
    assert_eq!(stage.wire.count(EXCHANGE), 1, "only zhangsan's own");
    stage.end().await;
}

#[tokio::test]
async fn s_075_an_attempt_cookie_of_another_attempt_does_not_fit() {
    let stage = Stage::start().await;
    let mut attacker = stage.before_callback("lisi").await;
    let callback = attacker.stop().unwrap();
    let mut victim = stage.before_callback("zhangsan").await;
    let own = victim.cookies(&stage.address("/"));
    let attackers = attacker.cookies(&stage.address("/"));
    // The attacker got the victim's binding into a cookie with the name of his own attempt.
    let gateway = stage.address("/").parse().unwrap();
    victim
        .jar()
        .plant(&gateway, &attackers[0].name, &own[0].value);
    victim.visit(callback.url().as_str()).await;
    assert_eq!(victim.page().status, 400);
    assert!(stage.who(&victim).await.is_none());
    assert_eq!(stage.wire.count(EXCHANGE), 0);
    stage.end().await;
}

#[tokio::test]
async fn s_081_a_state_fits_one_callback_path_only() {
    let stage = Stage::with(|setup| {
        setup.connectors = vec![Connector::hq(), Connector::finance()];
    })
    .await;
    let mut browser = stage.member("lisi");
    browser
        .open(&stage.address("/_menshen/login?connector=finance"))
        .await;
    browser.follow().await;
    let callback = browser.next_address().unwrap().to_string();
    browser
        .visit(&callback.replace("/callback/finance", "/callback/hq"))
        .await;
    assert_eq!(browser.page().status, 400);
    assert!(stage.who(&browser).await.is_none());
    assert_eq!(stage.wire.calls().len(), 0, "before any exchange");
    stage.end().await;
}

#[tokio::test]
async fn s_082_a_code_of_another_corp_meets_the_credentials_of_the_attempt() {
    let stage = Stage::with(|setup| {
        setup.has_other_corp = true;
        setup.connectors = vec![Connector::hq(), Connector::other()];
    })
    .await;
    let mut other = stage.member("zhangsan");
    other
        .open(&stage.address("/_menshen/login?connector=other"))
        .await;
    other.follow().await;
    let foreign = parameter(&other, "code");

    let mut browser = stage.member("zhangsan");
    browser
        .open(&stage.address("/_menshen/login?connector=hq"))
        .await;
    browser.follow().await;
    let own = parameter(&browser, "code");
    let callback = browser.next_address().unwrap().to_string();
    browser.visit(&callback.replace(&own, &foreign)).await;
    assert!(!browser.page().status.is_success());
    assert!(stage.who(&browser).await.is_none());
    assert_eq!(stage.wire.count(EXCHANGE), 1);
    for call in stage.wire.calls_of("gettoken") {
        assert_eq!(
            call.parameter("corpid"),
            Some(CORP),
            "no other corp's token was used"
        );
    }
    browser.visit(&callback).await;
    assert!(
        stage.who(&browser).await.is_none(),
        "the attempt is used up"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_083_more_parameters_change_nothing() {
    let stage = Stage::with(|setup| {
        setup.has_other_corp = true;
        setup.connectors = vec![Connector::hq(), Connector::other()];
    })
    .await;
    let mut browser = stage.member("lisi");
    browser
        .open(&stage.address("/_menshen/login?connector=hq&corpid=ww00112233445566ff&userid=admin"))
        .await;
    browser.follow().await;
    let callback = browser.next_address().unwrap().to_string();
    let more = "&appid=ww00112233445566ff&corpid=ww00112233445566ff&userid=zhangsan&agentid=1&connector=other";
    browser.visit(&format!("{callback}{more}")).await;
    let who = stage.who(&browser).await.expect("nobody is signed in");
    assert_eq!(who["preferred_username"], "lisi");
    assert_eq!(who["wecom_corp_id"], CORP);
    stage.end().await;
}

#[tokio::test]
async fn s_089_nothing_but_a_page_load_starts_or_ends_a_login() {
    let stage = Stage::start().await;
    let mut browser = stage.member("zhangsan");
    browser.stand_on("https://evil.example/");
    for kind in [Kind::Frame, Kind::Image, Kind::Fetch] {
        let answer = browser.load(kind, &stage.login()).await;
        assert_eq!(answer.status, 401, "{kind:?}");
        assert_eq!(answer.header("location"), None);
        assert!(answer.cookies_set().is_empty(), "{kind:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let mut browser = stage.before_callback("zhangsan").await;
    let callback = browser.stop().unwrap();
    browser.stand_on(&stage.address("/"));
    for kind in [Kind::Frame, Kind::Image, Kind::Fetch] {
        let answer = browser.load(kind, callback.url().as_str()).await;
        assert!(answer.status.is_client_error(), "{kind:?}");
        assert!(answer.cookies_set().is_empty(), "{kind:?}");
    }
    assert_eq!(stage.wire.calls().len(), 0);
    assert!(stage.who(&browser).await.is_none());
    stage.end().await;
}

#[tokio::test]
async fn s_092_forty_tabs_keep_eight_attempts() {
    let stage = Stage::start().await;
    let mut browser = stage.member("zhangsan");
    let mut callbacks = Vec::new();
    for _ in 0..40 {
        stage.go_before_callback(&mut browser).await;
        callbacks.push(browser.stop().unwrap());
    }
    let cookies = browser.cookies(&stage.address("/"));
    assert_eq!(cookies.len(), 8);
    let header = browser
        .prepare(&Browser::typed(&stage.address("/")))
        .headers()["cookie"]
        .len();
    assert!(header <= 4096, "{header}");

    browser.visit(callbacks[3].url().as_str()).await;
    assert_eq!(browser.page().status, 400);
    assert!(
        browser.page().body.contains("Start again"),
        "{}",
        browser.text()
    );
    assert!(stage.who(&browser).await.is_none());
    browser.visit(callbacks[37].url().as_str()).await;
    assert!(stage.who(&browser).await.is_some(), "{}", browser.text());
    stage.end().await;
}

fn parameter(browser: &Browser, name: &str) -> String {
    let next = browser
        .next_address()
        .expect("WeCom sends the browser back");
    let mut pairs = next.query_pairs();
    pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
}
