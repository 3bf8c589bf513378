//! `GET` and `POST /_menshen/logout`

use axum::body::Body;
use http::{Request, StatusCode};

use super::{SESSION, assert_nobody, id, me, sign_in};
use crate::harness::{Answer, House};
use crate::visitor::Visitor;

fn token_in(page: &Answer) -> String {
    let (_, rest) = page
        .body
        .split_once("name=\"csrf_token\" value=\"")
        .unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn post(visitor: &mut Visitor<'_>, body: String, headers: &[(&str, &str)]) -> Answer {
    let request = Request::post("/_menshen/logout")
        .header("accept", "text/html")
        .header("accept-language", "en")
        .header("cookie", visitor.cookie_header())
        .header("content-type", "application/x-www-form-urlencoded");
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    visitor.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn s_154_s_155_signing_out_ends_the_session_and_clears_its_cookie() {
    let house = House::new().await;
    let mut visitor = sign_in(&house, &id('a')).await;
    let page = visitor.open("/_menshen/logout").await;
    assert!(page.body.contains("张三"), "{}", page.body);
    let body = format!("csrf_token={}", token_in(&page));
    let ours = [
        ("origin", "https://login.example.com"),
        ("sec-fetch-site", "same-origin"),
    ];
    let answer = post(&mut visitor, body, &ours).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains("You are signed out"),
        "{}",
        answer.body
    );
    assert_eq!(
        answer.header("set-cookie"),
        "__Host-menshen_session=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"
    );
    assert_eq!(visitor.cookie(SESSION), None);
    assert_nobody(&me(&house, &format!("{SESSION}={}", id('a'))).await);
}

#[tokio::test]
async fn s_156_s_089_nothing_but_our_own_form_signs_anybody_out() {
    let house = House::new().await;
    let mut visitor = sign_in(&house, &id('a')).await;
    let token = token_in(&visitor.open("/_menshen/logout").await);
    let other = sign_in(&house, &id('b')).await;
    let foreign = token_in(&{ other }.open("/_menshen/logout").await);
    let good = format!("csrf_token={token}");
    let ours: &[(&str, &str)] = &[("origin", "https://login.example.com")];
    let rows: [(String, &[(&str, &str)]); 10] = [
        (String::new(), ours),
        ("csrf_token=".into(), ours),
        ("csrf_token=x".into(), ours),
        (format!("csrf_token={foreign}"), ours),
        (format!("{good}&{good}"), ours),
        (good.clone(), &[("origin", "https://evil.example")]),
        (good.clone(), &[("origin", "null")]),
        (
            good.clone(),
            &[("origin", "https://login.example.com.evil.example")],
        ),
        (good.clone(), &[("sec-fetch-site", "cross-site")]),
        (good.clone(), &[("sec-fetch-site", "same-site")]),
    ];
    for (body, headers) in rows {
        let answer = post(&mut visitor, body.clone(), headers).await;
        assert!(answer.status.is_client_error(), "{body} {headers:?}");
        assert_eq!(answer.header("set-cookie"), "");
    }
    // An image, a link and a script only ever reach the page that asks.
    for dest in ["image", "document", "empty"] {
        let request = Request::get("/_menshen/logout")
            .header("cookie", visitor.cookie_header())
            .header("sec-fetch-dest", dest);
        let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("set-cookie"), "", "{dest}");
    }
    let answer = me(&house, &visitor.cookie_header()).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn s_014_signing_out_leads_nowhere_whatever_is_asked() {
    let house = House::new().await;
    for (letter, query) in [
        ('a', "rd=https://evil.example"),
        ('b', "return_to=//evil.example"),
        ('c', "next=/x"),
    ] {
        let mut visitor = sign_in(&house, &id(letter)).await;
        let page = visitor.open(&format!("/_menshen/logout?{query}")).await;
        assert!(!page.body.contains("evil"), "{}", page.body);
        let body = format!("csrf_token={}&{query}", token_in(&page));
        let answer = post(&mut visitor, body, &[]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("location"), "");
        assert!(!answer.body.contains("evil"));
    }
}

#[tokio::test]
async fn s_159_whoever_is_signed_out_already_sees_the_same_page() {
    let house = House::new().await;
    let answer = house.open("/_menshen/logout").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains("You are signed out"),
        "{}",
        answer.body
    );
    assert_eq!(answer.header("set-cookie"), "");
    // A stale cookie is taken away.
    let mut visitor = sign_in(&house, &id('a')).await;
    visitor.cookies[0].1 = id('z');
    visitor.open("/_menshen/logout").await;
    assert_eq!(visitor.cookie(SESSION), None);
}

/// A cookie was planted beside the person's own. Nobody is signed in then, and whoever signs out is rid of
/// both sessions, not of one cookie.
#[tokio::test]
async fn s_164_s_154_signing_out_ends_every_session_that_is_named() {
    let house = House::new().await;
    sign_in(&house, &id('a')).await;
    let mut visitor = sign_in(&house, &id('b')).await;
    let own_page = visitor.open("/_menshen/logout").await;
    let (own, planted) = (
        format!("{SESSION}={}", id('b')),
        format!("{SESSION}={}", id('a')),
    );
    for (first, second) in [(&own, &planted), (&planted, &own)] {
        let both = format!("{first}; {second}");
        let page = Request::get("/_menshen/logout")
            .header("accept", "text/html")
            .header("cookie", &both);
        let page = house.send(page.body(Body::empty()).unwrap()).await;
        assert_eq!(page.header("set-cookie"), "", "nothing is taken away yet");
        let send = async |token: String| {
            let request = Request::post("/_menshen/logout")
                .header("accept", "text/html")
                .header("cookie", &both)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from(format!("csrf_token={token}")));
            house.send(request.unwrap()).await
        };
        // The token of one of them is known to whoever planted it.
        let forged = send(token_in(&own_page)).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        assert_eq!(me(&house, &own).await.status, StatusCode::OK);

        let answer = send(token_in(&page)).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert!(answer.header("set-cookie").contains("Max-Age=0"));
        assert_nobody(&me(&house, &own).await);
        assert_nobody(&me(&house, &planted).await);
        reopen(&house).await;
    }
}

/// The sessions of `a` and `b` once more.
async fn reopen(house: &House) {
    house.clock.advance(std::time::Duration::from_secs(1));
    for letter in ['a', 'b'] {
        let later = house
            .parts
            .clock
            .now()
            .plus(std::time::Duration::from_hours(1));
        house
            .parts
            .store
            .sweep_login_attempts(later, 10)
            .await
            .unwrap();
        sign_in(house, &id(letter)).await;
    }
}
