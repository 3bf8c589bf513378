//! What a login draws: its state and the cookie that binds it to one browser.

use axum::body::Body;
use http::StatusCode;
use proptest::prelude::*;
use wecom_sdk::{Entropy, LoginState};

use crate::harness::House;
use crate::visitor::{IN_WECOM, Visitor};

#[tokio::test]
async fn the_attempts_cookie_is_guarded() {
    let house = House::new().await;
    let answer = Visitor::new(&house, IN_WECOM).open("/_menshen/login").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-menshen_attempt_"), "{cookie}");
    for part in [
        "; Max-Age=600",
        "; Path=/",
        "; Secure",
        "; HttpOnly",
        "; SameSite=Lax",
    ] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Domain"));
}

#[tokio::test]
async fn s_192_without_chance_there_is_no_login() {
    let house = House::with(|parts| {
        parts.entropy = std::sync::Arc::new(Entropy::failing());
    })
    .await;
    let mut visitor = Visitor::new(&house, IN_WECOM);
    let answer = visitor.open("/_menshen/login").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(visitor.cookies, []);
}

#[test]
fn s_080_states_are_opaque_and_never_repeat() {
    let entropy = Entropy::system();
    let mut seen = std::collections::HashSet::new();
    let mut letters = [0_u32; 128];
    for _ in 0..1_000_000 {
        let state = LoginState::draw(&entropy).unwrap();
        let text: [u8; 32] = state.as_str().as_bytes().try_into().unwrap();
        for byte in text {
            letters[usize::from(byte)] += 1;
        }
        assert!(seen.insert(text), "a state came twice");
    }
    // 32 characters of 62: 190 bits, if each is as likely as the others.
    let expected = 1_000_000_u32 * 32 / 62;
    for (letter, count) in (0_u8..).zip(letters) {
        let is_even = count.abs_diff(expected) < expected / 50;
        let is_right = if letter.is_ascii_alphanumeric() {
            is_even
        } else {
            count == 0
        };
        assert!(is_right, "{}: {count}", char::from(letter));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whatever the query, the address at WeCom names our own callback and nothing of the query.
    #[test]
    fn s_012_s_080_nothing_of_the_request_travels_to_wecom(junk in "[a-z]{8,20}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new().await;
            let mut visitor = Visitor::new(&house, IN_WECOM);
            let path = format!("/_menshen/login?return_to=/{junk}&x={junk}&redirect_uri={junk}&state={junk}");
            let request = visitor.request(&path)
                .header("x-forwarded-host", format!("{junk}.example"))
                .header("forwarded", format!("host={junk}.example"))
                .header("referer", format!("https://{junk}.example/"));
            let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FOUND);
            assert!(!answer.header("location").contains(&junk), "{answer:?}");
            assert!(!answer.header("set-cookie").contains(&junk), "{answer:?}");
        });
    }
}
