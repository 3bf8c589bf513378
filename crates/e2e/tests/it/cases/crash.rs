//! `kill -9` of the real program at every point of a login: the person can log in again at once, there
//! is no half session, and neither state nor code can be used again.

use std::fmt::Write as _;
use std::time::Duration;

use e2e::browser::{Browser, Device, Errand};
use e2e::stage::Stage;
use menshen_gateway::vault::sha256;
use menshen_store::TakenAttempt;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use wecom_sandbox::script::Fault;
use wecom_sdk::Clock as _;

const EXCHANGE: &str = "auth/getuserinfo";
const PATH: &str = "/cgi-bin/auth/getuserinfo";

async fn stage() -> Stage {
    Stage::with(|setup| setup.program = Some(env!("CARGO_BIN_EXE_menshen-under-test"))).await
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
    let mut stage = stage().await;
    let mut browser = stage.before_callback("zhangsan").await;
    let callback = browser.stop().unwrap();
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
    let mut browser = stage.before_callback("zhangsan").await;
    let callback = browser.stop().unwrap();
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
    let mut stage = stage().await;
    let mut browser = stage.before_callback("zhangsan").await;
    let callback = browser.stop().unwrap();
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
    let mut stage = stage().await;
    let mut browser = stage.before_callback("zhangsan").await;
    let callback = browser.stop().unwrap();
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
