//! Names and addresses that try to be more than text.

use wecom_sdk::Timestamp;

use super::super::{
    DoorChoice, Home, Lang, Notice, PageContext, Pages, Personal, SignOut, Visitor,
};
use super::gallery::REQUEST_ID;

const CTX: PageContext = PageContext {
    lang: Lang::En,
    request_id: REQUEST_ID,
};
const HOSTILE: &str = r#""><script>alert(1)</script><svg onload=alert(1)>'&"#;

fn home_with(name: &str) -> String {
    let departments = [vec![name.to_owned(), name.to_owned()]];
    let home = Home {
        name,
        user_id: name,
        position: Some(name),
        departments: &departments,
        corp: name,
        connector: Some(name),
        personal: Personal {
            email: Some(name),
            mobile: Some(name),
            address: Some(name),
            avatar: Some(name),
            qr_code: Some(name),
            is_female: None,
        },
        is_scan: true,
        signed_in_at: Timestamp::from_seconds(0),
        expires_at: Timestamp::from_seconds(i64::MAX),
        site: Some(name),
        sign_out: "/_menshen/logout",
        csrf_token: "t",
    };
    Pages::new().home(&CTX, &home).0
}

#[test]
fn s_180_names_with_markup_are_shown_as_text() {
    let html = home_with(HOSTILE);
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("&#60;svg onload=alert(1)&#62;"), "{html}");

    let choice = DoorChoice {
        label: HOSTILE,
        first: "/a",
        is_scan: true,
        open: Some("/b"),
    };
    let several = Pages::new().choose_door(&CTX, &[choice, choice]).0;
    assert!(!several.contains("<script"), "{several}");
    let question = SignOut {
        name: Some(HOSTILE),
        action: "/x",
        csrf_token: HOSTILE,
        stay: "/",
    };
    let asked = Pages::new().sign_out(&CTX, &question).0;
    assert!(!asked.contains("<script"), "{asked}");
    let visitor = Visitor {
        name: HOSTILE,
        sign_out: HOSTILE,
    };
    let refused = Pages::new().notice_to(&CTX, Notice::SiteRefused, Some(HOSTILE), Some(visitor));
    assert!(!refused.0.contains("<script"), "{}", refused.0);
}

#[test]
fn s_180_names_that_turn_the_text_around_or_never_end_are_tamed() {
    let html = home_with("abc\u{202e}evil\u{2066}\u{200f}\u{0007}z");
    assert!(html.contains("<bdi>abcevilz</bdi>"), "{html}");

    let html = home_with(&"长".repeat(64 * 1024));
    assert!(html.len() < 20_000, "{} bytes", html.len());
    assert!(html.contains('…'));
}

#[test]
fn s_013_addresses_cannot_leave_their_attribute() {
    let pages = Pages::new();
    let target = r#"/_menshen/login?return_to="><script>alert(1)</script>"#;
    let html = pages.home_signed_out(&CTX, target).0;
    assert!(!html.contains("<script"), "{html}");
    let html = pages
        .open_in_wecom(&CTX, r#"https://a.example/?x="><script>';alert(1)//"#)
        .0;
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn s_008_only_our_own_paths_and_web_addresses_become_links() {
    for hostile in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "",
    ] {
        let html = Pages::new().home_signed_out(&CTX, hostile).0;
        assert!(html.contains(r#"href="/">"#), "{hostile:?}: {html}");
    }
}

#[test]
fn s_060_an_address_too_long_for_a_qr_code_still_has_its_link() {
    // S-060: nor does anybody make the gateway draw what no camera could read.
    for (length, has_code) in [(400, true), (600, false), (3000, false)] {
        let address = format!("https://login.example.com/?x={}", "a".repeat(length));
        let html = Pages::new().open_in_wecom(&CTX, &address).0;
        assert!(html.contains(&format!(r#"href="{address}""#)));
        assert_eq!(html.contains(r#"class="qr""#), has_code, "{length}");
    }
}
