//! Sessions: new at each login, ended for good, and no longer than they may live.

use std::collections::HashSet;
use std::fs;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::browser::Browser;
use e2e::stage::{Connector, Stage};
use tokio::task::JoinSet;
use wecom_sdk::Clock as _;

const SESSION: &str = "menshen_session";
const HOST_SESSION: &str = "__Host-menshen_session";

fn session_of(stage: &Stage, browser: &Browser) -> String {
    browser
        .cookie(&stage.address("/"), SESSION)
        .expect("no session cookie")
}

/// A browser that holds nothing but this session cookie.
fn with_session(stage: &Stage, value: &str) -> Browser {
    let mut browser = stage.member("lisi");
    browser
        .jar()
        .plant(&stage.address("/").parse().unwrap(), HOST_SESSION, value);
    browser
}

#[tokio::test]
async fn s_162_a_planted_session_is_never_adopted() {
    let stage = Stage::start().await;
    let planted = "A".repeat(43);
    let mut victim = with_session(&stage, &planted);
    assert!(
        stage.who(&victim).await.is_none(),
        "an unknown id is nobody"
    );
    victim.visit(&stage.login()).await;
    let own = victim.cookies(&stage.address("/"));
    assert!(
        own.iter().all(|cookie| cookie.value != planted),
        "replaced: {own:?}"
    );
    assert!(stage.who(&victim).await.is_some());
    assert!(stage.who(&with_session(&stage, &planted)).await.is_none());
    stage.end().await;
}

#[tokio::test]
async fn s_162_a_login_ends_the_session_that_the_browser_presents() {
    let stage = Stage::start().await;
    let attacker = stage.signed_in("zhangsan").await;
    let planted = session_of(&stage, &attacker);
    let mut victim = with_session(&stage, &planted);
    victim.visit(&stage.login()).await;
    let who = stage.who(&victim).await.expect("nobody is signed in");
    assert_eq!(who["preferred_username"], "lisi");
    assert_ne!(session_of(&stage, &victim), planted);
    assert!(
        stage.who(&attacker).await.is_none(),
        "the presented session has ended"
    );
    assert_eq!(stage.sessions().await.len(), 1);
    stage.end().await;
}

#[tokio::test]
async fn s_163_what_the_store_holds_opens_nothing() {
    let stage = Stage::with(|setup| {
        setup.connectors = vec![Connector::hq().with("private_info = [\"mobile\", \"email\"]")];
    })
    .await;
    let mut pending = stage.member("lisi");
    pending.open(&stage.login()).await;
    let pending_state = parameter(&pending, "state");
    let binding = pending.cookies(&stage.address("/"))[0].value.clone();
    let mut browser = stage.member("zhangsan");
    browser.visit(&stage.login()).await;
    browser.press("Allow").await;
    let (sent, code) = (parameter(&browser, "state"), parameter(&browser, "code"));
    browser.settle().await;
    let session = session_of(&stage, &browser);
    let token = stage.wire.calls_of("gettoken")[0]
        .answered("access_token")
        .unwrap()
        .to_owned();
    let ticket = stage.wire.calls_of(EXCHANGE)[0]
        .answered("user_ticket")
        .unwrap()
        .to_owned();

    let mut dump = Vec::new();
    for file in fs::read_dir(stage.dir.path()).unwrap() {
        let file = file.unwrap();
        if file.file_name().to_string_lossy().contains(".db") {
            dump.extend(fs::read(file.path()).unwrap());
        }
    }
    assert!(contains(&dump, "zhangsan"), "this is the right file");
    let secrets = [session, pending_state, binding, sent, code, token, ticket];
    for secret in secrets
        .iter()
        .map(String::as_str)
        .chain(["13800000001", "zhangsan@example.com"])
    {
        assert!(!contains(&dump, secret), "{secret} lies in the store");
    }
    for stored in stage.sessions().await {
        let digest = stored.id_digest.as_bytes();
        let forms = [
            URL_SAFE_NO_PAD.encode(digest),
            hex(digest),
            hex(digest)[..43].to_owned(),
        ];
        for form in forms {
            assert!(
                stage.who(&with_session(&stage, &form)).await.is_none(),
                "{form}"
            );
        }
    }
    stage.end().await;
}

#[tokio::test]
async fn s_166_activity_never_carries_a_session_past_its_end() {
    let stage = Stage::start().await;
    let browser = stage.signed_in("zhangsan").await;
    let kept = session_of(&stage, &browser);
    for _ in 0..27 {
        stage.clock.advance(Duration::from_hours(6));
        assert!(stage.who(&browser).await.is_some());
    }
    stage.clock.advance(Duration::from_hours(6));
    assert!(stage.who(&browser).await.is_none(), "seven days are over");
    // A browser that ignores Max-Age.
    assert!(stage.who(&with_session(&stage, &kept)).await.is_none());
    // A clock that is set back gives back what it took, and not one use more.
    stage.clock.step_back(Duration::from_hours(6));
    for _ in 0..3 {
        stage.who(&with_session(&stage, &kept)).await;
        stage.clock.advance(Duration::from_hours(2));
    }
    assert!(stage.who(&with_session(&stage, &kept)).await.is_none());
    // What was swept does not come back at all.
    let (store, now) = (&stage.node().parts.store, stage.clock.now());
    assert_eq!(store.sweep_sessions(now, now, 100).await.unwrap(), 1);
    stage.clock.step_back(Duration::from_hours(6));
    assert!(stage.who(&with_session(&stage, &kept)).await.is_none());
    stage.end().await;
}

#[tokio::test]
async fn s_166_a_session_that_nobody_uses_ends() {
    let stage = Stage::start().await;
    let browser = stage.signed_in("zhangsan").await;
    stage.clock.advance(Duration::from_hours(11));
    assert!(stage.who(&browser).await.is_some());
    stage.clock.advance(Duration::from_hours(12));
    assert!(stage.who(&browser).await.is_none());
    stage.end().await;
}

#[tokio::test]
async fn s_166_sessions_after_2038() {
    let stage = Stage::start().await;
    // To the second before 32 bits are full, and into the years after it.
    let last = u64::try_from(i32::MAX).unwrap();
    let now = u64::try_from(stage.clock.now().as_seconds()).unwrap();
    stage.clock.advance(Duration::from_secs(last - now));
    for (opened, expires) in [
        ("2038-01-19T03:14:07Z", "2038-01-26T03:14:07Z"),
        ("2038-01-29T03:14:07Z", "2038-02-05T03:14:07Z"),
        ("2052-01-26T03:14:07Z", "2052-02-02T03:14:07Z"),
    ] {
        let browser = stage.signed_in("zhangsan").await;
        let who = stage.who(&browser).await.unwrap();
        assert_eq!(who["session"]["opened"], opened);
        assert_eq!(who["session"]["expires"], expires);
        for _ in 0..28 {
            assert!(stage.who(&browser).await.is_some(), "since {opened}");
            stage.clock.advance(Duration::from_hours(6));
        }
        assert!(stage.who(&browser).await.is_none(), "since {opened}");
        stage.clock.advance(Duration::from_hours(24 * 3));
        if opened.starts_with("2038-01-29") {
            stage.clock.advance(Duration::from_hours(24 * 5100));
        }
    }
    stage.end().await;
}

#[tokio::test]
async fn s_167_a_session_is_worth_nothing_at_another_installation_with_the_same_key() {
    let test = Stage::start().await;
    let browser = test.signed_in("zhangsan").await;
    let session = session_of(&test, &browser);
    let key = test.dir.path().join("data.key");
    let production = Stage::with(|setup| setup.data_key = Some(key)).await;
    assert!(
        production
            .who(&with_session(&production, &session))
            .await
            .is_none()
    );
    production.end().await;
    test.end().await;
}

#[tokio::test]
async fn s_168_fifty_requests_at_the_moment_of_the_recheck() {
    let mut stage = Stage::start().await;
    stage.add_node().await;
    stage.add_node().await;
    let browser = stage.signed_in("zhangsan").await;
    let tabs: Vec<Browser> = (0..3).map(|node| browser.on(stage.net_to(node))).collect();
    let before = stage.wire.count("user/get");
    stage.clock.advance(Duration::from_mins(6));
    let me = Browser::typed(&stage.address("/_menshen/me"));
    let mut flights = JoinSet::new();
    for turn in 0..50 {
        flights.spawn(tabs[turn % 3].shoot(&me));
    }
    for reply in flights.join_all().await {
        assert_eq!(reply.status, 200, "nobody is signed out");
        assert!(!reply.headers.contains_key("set-cookie"));
    }
    stage.rest().await;
    let asked = stage.wire.count("user/get") - before;
    assert!(
        (1..=3).contains(&asked),
        "one question for each node at most: {asked}"
    );
    assert_eq!(stage.sessions().await.len(), 1);
    stage.end().await;
}

#[tokio::test]
async fn s_170_nothing_remembers_a_session_that_has_ended_or_overlooks_a_new_one() {
    let mut stage = Stage::start().await;
    stage.add_node().await;
    let mut browser = stage.member("zhangsan");
    let elsewhere = browser.on(stage.net_to(1));
    assert!(stage.who(&elsewhere).await.is_none());
    browser.visit(&stage.login()).await;
    let elsewhere = browser.on(stage.net_to(1));
    assert!(
        stage.who(&elsewhere).await.is_some(),
        "the other node knows it at once"
    );
    browser.visit(&stage.address("/")).await;
    browser.press("Sign out").await;
    assert!(
        stage.who(&elsewhere).await.is_none(),
        "and forgets it at once"
    );
    stage.end().await;
}

#[tokio::test]
async fn s_172_the_old_session_is_dead_before_the_new_one_is_delivered() {
    let stage = Stage::start().await;
    let mut browser = stage.signed_in("zhangsan").await;
    let old = with_session(&stage, &session_of(&stage, &browser));
    stage.go_before_callback(&mut browser).await;
    let callback = browser.stop().unwrap();
    let held = stage.hold(EXCHANGE);
    let mut flights = JoinSet::new();
    flights.spawn(browser.shoot(&callback));
    held.arrived().await;
    assert!(
        stage.who(&old).await.is_some(),
        "until the new one is there"
    );
    held.release();
    let reply = flights.join_next().await.unwrap().unwrap();
    assert!(stage.who(&old).await.is_none());
    browser.take(callback, reply);
    assert!(stage.who(&browser).await.is_some());
    stage.end().await;
}

#[tokio::test]
async fn s_173_there_is_no_limit_to_sessions_of_one_person() {
    let stage = Stage::start().await;
    let mut browsers = Vec::new();
    for _ in 0..20 {
        browsers.push(stage.signed_in("zhangsan").await);
    }
    let mut ids = HashSet::new();
    for browser in &browsers {
        assert!(stage.who(browser).await.is_some());
        ids.insert(session_of(&stage, browser));
    }
    assert_eq!(ids.len(), 20);
    stage.end().await;
}

const EXCHANGE: &str = "auth/getuserinfo";

fn parameter(browser: &Browser, name: &str) -> String {
    let next = browser.next_address().expect("the browser is sent on");
    let mut pairs = next.query_pairs();
    pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
    bytes.iter().flat_map(digits).flatten().collect()
}
