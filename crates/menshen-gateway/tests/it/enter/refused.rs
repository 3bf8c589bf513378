//! Tickets that open nothing.

use std::time::Duration;

use http::StatusCode;

use super::{BINDING, Browser, HR, SESSION, WIKI, house};
use crate::harness::Answer;

/// A page that names its case, offers a fresh start, and sets nothing.
fn assert_turned_away(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert!(answer.body.contains(words), "{}", answer.body);
    assert!(answer.body.contains("href=\"/\""), "{}", answer.body);
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn s_075_a_ticket_in_another_browser_is_refused_and_stays_good_for_its_own() {
    let (house, _wecom) = house().await;
    let mut own = Browser::new(&house);
    let at_wecom = own.leave(WIKI, "/").await;
    let ticket = own.sign_in(&at_wecom).await;
    let mut bare = Browser::new(&house);
    let mut bound = Browser::new(&house);
    bound.leave(WIKI, "/").await;
    for other in [&mut bare, &mut bound] {
        let answer = other.open(&ticket).await;
        assert_turned_away(&answer, StatusCode::BAD_REQUEST, "another browser");
        assert_eq!(other.at(WIKI).await.status, 401);
    }
    assert_eq!(own.open(&ticket).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn s_075_a_ticket_asked_for_a_strangers_browser_opens_nothing_in_the_victims() {
    let (house, _wecom) = house().await;
    let mut attacker = Browser::new(&house);
    let begun = attacker
        .open("https://wiki.example.com/_menshen/enter")
        .await;
    let mut victim = Browser::new(&house);
    victim.enter(WIKI).await;
    // The victim follows the attacker's address, signed in.
    let crossed = victim.open(begun.header("location")).await;
    assert_eq!(crossed.status, StatusCode::SEE_OTHER);
    let before = victim.wiki.cookie(SESSION).unwrap().to_owned();
    let answer = victim.open(crossed.header("location")).await;
    assert_turned_away(&answer, StatusCode::BAD_REQUEST, "another browser");
    assert_eq!(victim.wiki.cookie(SESSION).unwrap(), before);
}

#[tokio::test]
async fn a_ticket_is_refused_at_another_site_and_after_a_minute() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    let at_wecom = browser.leave(WIKI, "/").await;
    let ticket = browser.sign_in(&at_wecom).await;
    let binding = browser.wiki.cookie(BINDING).unwrap().to_owned();
    browser.hr.cookies = vec![(BINDING.to_owned(), binding)];
    let elsewhere = ticket.replace(WIKI, HR);
    let answer = browser.open(&elsewhere).await;
    assert_turned_away(&answer, StatusCode::BAD_REQUEST, "another browser");
    house.clock.advance(Duration::from_mins(1));
    let answer = browser.open(&ticket).await;
    assert_turned_away(&answer, StatusCode::BAD_REQUEST, "no longer valid");
    assert_eq!(browser.at(WIKI).await.status, 401);
}

#[tokio::test]
async fn s_076_the_same_browser_may_show_its_ticket_again_while_it_lives() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    let at_wecom = browser.leave(WIKI, "/a").await;
    let ticket = browser.sign_in(&at_wecom).await;
    let first = browser.open(&ticket).await;
    let again = browser.open(&ticket).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{again:?}");
    assert_eq!(again.header("location"), "/a");
    assert_eq!(again.header("set-cookie"), first.header("set-cookie"));
    assert_eq!(browser.at(WIKI).await.status, 200);
    house.clock.advance(Duration::from_mins(1));
    let late = browser.open(&ticket).await;
    assert_turned_away(&late, StatusCode::BAD_REQUEST, "no longer valid");
}

#[tokio::test]
async fn what_is_no_ticket_is_refused() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.leave(WIKI, "/").await;
    let long = "a".repeat(44);
    for query in [
        "ticket=",
        "ticket=short",
        &format!("ticket={long}"),
        "ticket=a&ticket=b",
        "ticket=%00",
    ] {
        let address = format!("https://wiki.example.com/_menshen/enter?{query}");
        let answer = browser.open(&address).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.header("set-cookie"), "", "{query}");
    }
}

#[tokio::test]
async fn s_163_nothing_in_the_store_opens_a_site() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    let at_wecom = browser.leave(WIKI, "/").await;
    let ticket = browser.sign_in(&at_wecom).await;
    let text = ticket.rsplit('=').next().unwrap().trim_end_matches('#');
    let digest = menshen_gateway::vault::sha256(text.as_bytes());
    let stored = house.parts.store.find_site_ticket(&digest).await;
    let stored = stored.unwrap().unwrap();
    let written = format!("{stored:?}");
    assert!(!written.contains(text));
    assert!(!written.contains(browser.wiki.cookie(BINDING).unwrap()));
}

#[tokio::test]
async fn the_gateways_own_host_has_nothing_to_enter_and_sites_have_nothing_else() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    for address in [
        "https://login.example.com/_menshen/enter",
        "https://wiki.example.com/_menshen/login",
        "https://wiki.example.com/_menshen/callback/hq",
        "https://wiki.example.com/_menshen/jwks.json",
        "https://wiki.example.com/",
    ] {
        let answer = browser.open(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        assert_eq!(answer.header("set-cookie"), "", "{address}");
    }
    for path in ["/_menshen/logout", "/_menshen/"] {
        let away = browser
            .open(&format!("https://wiki.example.com{path}"))
            .await;
        assert_eq!(away.status, StatusCode::SEE_OTHER);
        let there = format!("https://login.example.com{path}");
        assert_eq!(away.header("location"), there);
    }
}
