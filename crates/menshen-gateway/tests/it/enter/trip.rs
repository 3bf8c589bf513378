//! Somebody enters sites, and leaves all of them at once.

use std::time::Duration;

use http::StatusCode;
use menshen_store::SessionFilter;

use super::{BINDING, Browser, HR, SESSION, WIKI, house, sign_out};

#[tokio::test]
async fn a_site_on_another_host_gets_a_session_of_its_own() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    assert_eq!(browser.at(WIKI).await.status, StatusCode::UNAUTHORIZED);
    let at_wecom = browser.leave(WIKI, "/page%3Fa%3Db").await;
    let binding = browser.wiki.cookie(BINDING).unwrap().to_owned();
    let ticket = browser.sign_in(&at_wecom).await;
    assert!(ticket.starts_with("https://wiki.example.com/_menshen/enter?ticket="));
    let landed = browser.open(&ticket).await;
    assert_eq!(landed.status, StatusCode::SEE_OTHER, "{landed:?}");
    assert_eq!(landed.header("location"), "/page?a=b");
    let set = landed.header("set-cookie");
    assert!(set.starts_with(&format!("{SESSION}=")), "{set}");
    for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(set.contains(part), "{part}: {set}");
    }
    let known = browser.at(WIKI).await;
    assert_eq!(known.status, StatusCode::OK, "{known:?}");
    assert_eq!(known.header("x-menshen-user"), "zhangsan");
    assert_eq!(known.header("x-menshen-assertion").split('.').count(), 3);
    // A session of its own, and a binding that never reaches the gateway's host.
    assert_ne!(
        browser.wiki.cookie(SESSION),
        browser.gateway.cookie(SESSION)
    );
    assert!(!ticket.contains(&binding));
}

#[tokio::test]
async fn the_second_site_needs_no_second_login() {
    let (house, wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(WIKI).await;
    let crossed = browser.leave(HR, "/").await;
    assert_eq!(crossed.status, StatusCode::SEE_OTHER, "{crossed:?}");
    let ticket = crossed.header("location").to_owned();
    assert!(ticket.starts_with("https://hr.example.com/_menshen/enter?ticket="));
    browser.open(&ticket).await;
    assert_eq!(browser.at(HR).await.status, StatusCode::OK);
    assert_eq!(browser.at(WIKI).await.status, StatusCode::OK);
    assert_eq!(wecom.calls("auth/getuserinfo"), 1);
}

#[tokio::test]
async fn s_167_the_cookie_of_one_host_is_nobodys_at_another() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(WIKI).await;
    let crossed = browser.leave(HR, "/").await;
    browser.open(crossed.header("location")).await;
    let cookie = |visitor: &crate::visitor::Visitor<'_>| {
        format!("{SESSION}={}", visitor.cookie(SESSION).unwrap())
    };
    let (gateway, wiki, hr) = (
        cookie(&browser.gateway),
        cookie(&browser.wiki),
        cookie(&browser.hr),
    );
    for (site, own, foreign) in [(WIKI, &wiki, [&gateway, &hr]), (HR, &hr, [&gateway, &wiki])] {
        assert_eq!(super::check(&house, site, own).await.status, 200);
        for stranger in foreign {
            // Twice: what is remembered of a cookie does not count at another host either.
            for _ in 0..2 {
                let answer = super::check(&house, site, stranger).await;
                assert_eq!(answer.status, 401, "{site}: {answer:?}");
            }
        }
    }
    let mut stranger = Browser::new(&house).gateway;
    stranger.cookies = vec![(
        SESSION.to_owned(),
        browser.wiki.cookie(SESSION).unwrap().to_owned(),
    )];
    assert_eq!(stranger.open("/_menshen/me").await.status, 401);
}

#[tokio::test]
async fn s_154_s_160_the_end_of_the_session_is_the_end_at_every_site() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(WIKI).await;
    let crossed = browser.leave(HR, "/").await;
    browser.open(crossed.header("location")).await;
    sign_out(&mut browser.gateway).await;
    for site in [WIKI, HR] {
        assert_eq!(browser.at(site).await.status, 401, "{site}");
    }
}

#[tokio::test]
async fn s_154_an_operators_end_reaches_every_site_within_five_seconds() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(WIKI).await;
    assert_eq!(browser.at(WIKI).await.status, 200);
    let all = SessionFilter {
        limit: 10,
        ..SessionFilter::default()
    };
    assert_eq!(house.parts.store.end_sessions(&all).await.unwrap(), 1);
    house.clock.advance(Duration::from_secs(5));
    assert_eq!(browser.at(WIKI).await.status, 401);
}

#[tokio::test]
async fn s_166_a_site_session_lives_as_long_as_its_parent() {
    let (house, _wecom) = house().await;
    let mut browser = Browser::new(&house);
    browser.enter(WIKI).await;
    // In use at the site only: the gateway's session is in use too.
    for _ in 0..3 {
        house.clock.advance(Duration::from_hours(8));
        assert_eq!(browser.at(WIKI).await.status, 200);
        while house.parts.jobs.in_hand() > 0 {
            tokio::task::yield_now().await;
        }
    }
    house.clock.advance(Duration::from_hours(12));
    assert_eq!(browser.at(WIKI).await.status, 401);
}
