//! What an application sees of cookies, and what it may set.

use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};

use super::{strip, strip_set};

fn map(name: &http::HeaderName, values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn left(headers: &HeaderMap, name: http::HeaderName) -> Vec<&str> {
    let values = headers.get_all(name).iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

fn check(sent: &[&str], expected: &[&str]) {
    let mut headers = map(&COOKIE, sent);
    strip(&mut headers);
    assert_eq!(left(&headers, COOKIE), expected, "{sent:?}");
}

#[test]
fn s_046_no_spelling_of_our_cookies_reaches_an_application() {
    check(&["a=1; b=2"], &["a=1; b=2"]);
    check(&["menshen_session=x"], &[]);
    check(&["__Host-menshen_session=x; a=1"], &["a=1"]);
    check(&["a=1;__Secure-menshen_site_browser=x;b=2"], &["a=1; b=2"]);
    check(&["MENSHEN_SESSION=x"], &[]);
    check(&["a=1; __HOST-Menshen_Session=x"], &["a=1"]);
    check(&["__host-menshen_attempt_AbC=x; a=1"], &["a=1"]);
    check(&["a=1", "mEnShEn_session=x", "b=2"], &["a=1; b=2"]);
    check(&["menshen_"], &[]);
}

#[test]
fn other_cookies_pass_as_they_are() {
    // Our word somewhere else is nothing of ours.
    for theirs in [
        "a=menshen_session",
        "my_menshen_session=x",
        "menshen=x; menshen-session=y",
        "_menshen_session=x",
        "theme=\"__Host-menshen_session\"",
        "a==1;; b",
    ] {
        let mut headers = map(&COOKIE, &[theirs]);
        strip(&mut headers);
        let kept = left(&headers, COOKIE).join("");
        let bare = |text: &str| text.replace([' ', ';'], "");
        assert_eq!(bare(&kept), bare(theirs));
    }
}

#[test]
fn s_046_no_application_sets_a_cookie_of_ours() {
    let mut headers = map(
        &SET_COOKIE,
        &[
            "a=1; Path=/",
            "Menshen_Session=x; Path=/",
            "__host-MENSHEN_session=x; Secure; Path=/",
            "b=menshen_session",
            // Browsers send a cookie without a name back as its value alone.
            "=__Host-menshen_session=x; Secure; Path=/",
            " \t= =menshen_signed_out=1",
            "=; Path=/",
        ],
    );
    strip_set(&mut headers);
    let kept = left(&headers, SET_COOKIE);
    assert_eq!(kept, ["a=1; Path=/", "b=menshen_session", "=; Path=/"]);
}
