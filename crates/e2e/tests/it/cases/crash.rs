//! `kill -9` of the real program at every point of a login: the person can log in again at once, there
//! is no half session, and neither state nor code can be used again.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::pin::pin;
use std::time::Duration;

use e2e::browser::{Browser, Device, Errand};
use e2e::stage::Stage;
use menshen_gateway::vault::sha256;
use menshen_store::TakenAttempt;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use wecom_sandbox::script::Fault;
use wecom_sdk::{Clock as _, Entropy};

const EXCHANGE: &str = "auth/getuserinfo";
const PATH: &str = "/cgi-bin/auth/getuserinfo";

async fn stage() -> Stage {
    Stage::with(|setup| setup.program = Some(env!("CARGO_BIN_EXE_menshen-under-test"))).await
}

async fn before_the_callback() -> (Stage, Browser, Errand) {
    let stage = stage().await;
    let (browser, callback) = stage.with_callback("zhangsan").await;
    (stage, browser, callback)
}

/// Whatever happened before: a login from the beginning works at once, in the same browser.
async fn assert_fresh_login(stage: &Stage, browser: &mut Browser) {
    browser.visit(&stage.login()).await;
    assert!(stage.who(browser).await.is_some(), "{}", browser.text());
}

/// The callback is worth nothing in another browser, and costs WeCom no call.
async fn assert_worthless_elsewhere(stage: &Stage, callback: &Errand) {
    let calls = stage.wire.count(EXCHANGE);
    let mut thief = stage.browser(Device::Desktop);
    thief.visit(callback.url().as_str()).await;
    assert_eq!(thief.page().status, 400);
    assert!(stage.who(&thief).await.is_none());
    assert_eq!(stage.wire.count(EXCHANGE), calls);
}

#[tokio::test]
async fn s_213_killed_when_the_state_was_stored() {
    let mut stage = stage().await;
    let mut browser = stage.member("zhangsan");
    browser.open(&stage.login()).await;
    let (_, sessions) = stage.kill_and_restart().await;
    assert_eq!(sessions, 0);
    browser.follow().await;
    let callback = browser.stop().unwrap();
    assert_worthless_elsewhere(&stage, &callback).await;
    browser.visit(callback.url().as_str()).await;
    assert!(
        stage.who(&browser).await.is_some(),
        "a login that had begun goes on: {}",
        browser.text()
    );
    assert_worthless_elsewhere(&stage, &callback).await;
    assert_fresh_login(&stage, &mut browser).await;
    stage.end().await;
}

#[tokio::test]
async fn s_213_killed_when_the_state_was_consumed() {
    killed_during_the_exchange(Fault::held(PATH)).await;
}

#[tokio::test]
async fn s_213_killed_when_the_exchange_was_done() {
    killed_during_the_exchange(Fault::held(PATH).waiting_after()).await;
}

async fn killed_during_the_exchange(fault: Fault) {
    let (mut stage, mut browser, callback) = before_the_callback().await;
    let script = stage.sandbox.script().clone();
    let held = script.add(fault);
    let mut flights = JoinSet::new();
    flights.spawn(browser.shoot(&callback));
    assert!(script.until_held(held).await);
    let (_, sessions) = stage.kill_and_restart().await;
    flights.shutdown().await;
    assert_eq!(sessions, 0, "no half session");
    script.release(held);
    // The repeat waits for an outcome that never comes; nobody else has to wait for it.
    flights.spawn(browser.shoot(&callback));
    assert_fresh_login(&stage, &mut stage.member("lisi")).await;
    assert_worthless_elsewhere(&stage, &callback).await;
    assert_eq!(
        stage.wire.count(EXCHANGE),
        2,
        "the first code is not sent again"
    );
    assert!(flights.try_join_next().is_none(), "and nothing is made up");
    flights.shutdown().await;
    assert_fresh_login(&stage, &mut browser).await;
    stage.end().await;
}

/// What the repeat hears in the end, once no exchange can be under way any more.
#[tokio::test]
async fn s_213_an_exchange_that_died_with_its_process_is_not_begun_again() {
    let stage = Stage::start().await;
    let (mut browser, callback) = stage.with_callback("zhangsan").await;
    let mut pairs = callback.url().query_pairs();
    let login_state = pairs.find(|(name, _)| name == "state").unwrap().1;
    let binding = &browser.cookies(&stage.address("/"))[0].value;
    let keys = [login_state.as_bytes(), binding.as_bytes()].map(sha256);
    let (store, now) = (&stage.node().parts.store, stage.clock.now());
    let taken = store
        .take_login_attempt(&keys[0], &keys[1], "hq", now)
        .await
        .unwrap();
    assert!(
        matches!(taken, TakenAttempt::Claimed(_)),
        "by a process that died then"
    );
    stage.clock.advance(Duration::from_secs(21));
    browser.visit(callback.url().as_str()).await;
    assert_eq!(browser.page().status, 400);
    assert!(browser.text().contains("Start again"), "{}", browser.text());
    assert_eq!(stage.wire.calls().len(), 0);
    assert_fresh_login(&stage, &mut browser).await;
    stage.end().await;
}

#[tokio::test]
async fn s_213_killed_when_the_session_was_written() {
    let (mut stage, mut browser, callback) = before_the_callback().await;
    let held = stage.hold(EXCHANGE);
    let mut flights = JoinSet::new();
    flights.spawn(browser.shoot(&callback));
    held.arrived().await;
    // Nobody is there any more to be told.
    flights.shutdown().await;
    held.release();
    while !stage
        .manage("/metrics")
        .await
        .body
        .contains("outcome=\"signed_in\"} 1")
    {}
    let (_, sessions) = stage.kill_and_restart().await;
    assert_eq!(sessions, 1, "a finished login is not lost");
    browser.visit(callback.url().as_str()).await;
    assert!(
        stage.who(&browser).await.is_some(),
        "the repeat lands: {}",
        browser.text()
    );
    assert_eq!(stage.wire.count(EXCHANGE), 1);
    assert_worthless_elsewhere(&stage, &callback).await;
    assert_fresh_login(&stage, &mut browser).await;
    stage.end().await;
}

#[tokio::test]
async fn s_213_killed_when_half_of_the_answer_was_sent() {
    let (mut stage, mut browser, callback) = before_the_callback().await;
    let address = stage.process.as_ref().unwrap().address;
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection
        .write_all(&wire_form(&browser, &callback))
        .await
        .unwrap();
    let mut half = [0; 40];
    connection.read_exact(&mut half).await.unwrap();
    assert!(
        half.starts_with(b"HTTP/1.1 303"),
        "{}",
        String::from_utf8_lossy(&half)
    );
    let (log, sessions) = stage.kill_and_restart().await;
    drop(connection);
    assert_eq!(sessions, 1);
    assert!(!log.contains("code="), "{log}");
    browser.visit(callback.url().as_str()).await;
    assert!(
        stage.who(&browser).await.is_some(),
        "the repeat lands: {}",
        browser.text()
    );
    assert_eq!(stage.wire.count(EXCHANGE), 1);
    assert_worthless_elsewhere(&stage, &callback).await;
    assert_fresh_login(&stage, &mut browser).await;
    stage.end().await;
}

/// How many moments of a login are tried, from before its first request until after its last answer.
const MOMENTS: u32 = 20;

/// At moments that nobody chose: none of them loses a finished login, leaves half of one, or leaves
/// anything that can be used again.
#[tokio::test]
async fn s_213_killed_at_any_moment() {
    let mut stage = stage().await;
    let begun = Instant::now();
    assert_fresh_login(&stage, &mut stage.member("lisi")).await;
    let whole = begun.elapsed();
    let chance = Entropy::system();
    let mut seen = HashSet::new();
    for moment in 0..MOMENTS {
        // Evenly over the login and a little beyond, and somewhere within each part.
        let within = u32::from(chance.bytes::<1>().unwrap()[0]);
        let patience = whole * (moment * 256 + within) / (256 * (MOMENTS - 4));
        let what = format!("killed after {patience:?} of {whole:?}");
        let mut browser = stage.member("zhangsan");
        let (login, before) = (stage.login(), stage.count_sessions().await);
        let ended = {
            let mut visit = pin!(browser.visit(&login));
            let ended = timeout(patience, &mut visit).await.is_ok();
            // The browser is still on its way while the process dies.
            let (_, after) = stage.kill_and_restart().await;
            assert!(
                (before..=before + 1).contains(&after),
                "{what}: {before}, {after}"
            );
            assert!(
                !ended || after == before + 1,
                "{what}: a finished login is lost"
            );
            seen.insert((ended, after - before));
            ended
        };
        // Whoever was told that they are signed in still is; nobody is signed in by half.
        let has_session = browser
            .cookie(&stage.address("/"), "menshen_session")
            .is_some();
        assert_eq!(stage.who(&browser).await.is_some(), has_session, "{what}");
        assert!(has_session || !ended, "{what}");
        if let Some(callback) = browser.stop()
            && callback.url().path().starts_with("/_menshen/callback/")
        {
            assert_worthless_elsewhere(&stage, &callback).await;
        }
        assert_fresh_login(&stage, &mut browser).await;
    }
    let codes: Vec<_> = stage.wire.calls_of(EXCHANGE);
    let codes: Vec<_> = codes.iter().map(|call| call.parameter("code")).collect();
    let once: HashSet<_> = codes.iter().collect();
    assert_eq!(once.len(), codes.len(), "no code is sent twice");
    // The moments were spread: some before anything was written, some after everything was.
    assert!(
        seen.contains(&(false, 0)) && seen.contains(&(true, 1)),
        "{seen:?}"
    );
    stage.end().await;
}

/// The request as it stands on the wire.
fn wire_form(browser: &Browser, errand: &Errand) -> Vec<u8> {
    let request = browser.prepare(errand);
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        let _ = write!(text, "{name}: {}\r\n", value.to_str().unwrap());
    }
    text.push_str("\r\n");
    text.into_bytes()
}
