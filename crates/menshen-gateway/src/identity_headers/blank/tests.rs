//! A head that was filled says the same as one that was written name by name.

use http::header::{CACHE_CONTROL, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Blank;
use crate::identity_headers::names::Fact;
use crate::identity_headers::values::tests::zhang_san;
use crate::identity_headers::values::{Headers, Values};

fn own() -> Headers {
    Headers::new(&[
        (HeaderName::from_static("remote-user"), Fact::User),
        (HeaderName::from_static("x-webauth-groups"), Fact::Groups),
    ])
}

fn common() -> HeaderMap {
    let mut head = HeaderMap::new();
    head.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    head
}

fn written(values: Option<&Values>, assertion: Option<&'static str>) -> HeaderMap {
    let mut head = common();
    let assertion = assertion.map(HeaderValue::from_static);
    own().write(values, assertion, &mut head);
    head.insert(COOKIE, HeaderValue::from_static("theme=dark"));
    head
}

fn filled(values: Option<&Values>, assertion: Option<&'static str>) -> HeaderMap {
    let assertion = assertion.map(HeaderValue::from_static);
    let cookies = HeaderValue::from_static("theme=dark");
    Blank::new(common(), &own()).fill(values, assertion, cookies)
}

#[test]
fn s_034_every_header_of_a_site_is_in_a_filled_head() {
    let values = zhang_san();
    let head = filled(Some(&values), Some("a.b.c"));
    assert_eq!(head, written(Some(&values), Some("a.b.c")));
    assert_eq!(head["remote-user"], "ZhangSan");
    assert_eq!(head["x-menshen-assertion"], "a.b.c");
    assert_eq!(head[CACHE_CONTROL], "no-store");
}

#[test]
fn s_034_a_head_about_nobody_names_nobody() {
    let head = filled(None, None);
    assert_eq!(head, written(None, None));
    for name in ["x-menshen-subject", "remote-user", "x-menshen-assertion"] {
        assert_eq!(head[name], "", "{name}");
    }
}

#[test]
fn s_034_what_was_filled_once_is_not_in_the_next_head() {
    let blank = Blank::new(common(), &own());
    let assertion = HeaderValue::from_static("a.b.c");
    let cookies = HeaderValue::from_static("theme=dark");
    let values = zhang_san();
    let _ = blank.fill(Some(&values), Some(assertion), cookies.clone());
    assert_eq!(blank.fill(None, None, cookies), written(None, None));
}
