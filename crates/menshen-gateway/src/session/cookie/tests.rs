use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

use super::{Cookies, Found, find, for_sites};

const SECURE: Cookies = Cookies { is_secure: true };
const NAME: &str = "__Host-menshen_session";

fn headers(lines: &[&[u8]]) -> HeaderMap {
    lines
        .iter()
        .map(|line| (COOKIE, HeaderValue::from_bytes(line).unwrap()))
        .collect()
}

#[test]
fn the_one_value_is_found_wherever_it_stands() {
    for line in [
        "__Host-menshen_session=abc",
        "a=1; __Host-menshen_session=abc; b=2",
        "a=1;__Host-menshen_session=abc",
        "a; __Host-menshen_session=abc",
    ] {
        let headers = headers(&[line.as_bytes()]);
        assert_eq!(find(&headers, NAME), Found::One("abc"), "{line}");
    }
}

#[test]
fn s_164_two_values_are_no_value_in_any_order_or_header() {
    let one: [&[&[u8]]; 4] = [
        &[b"__Host-menshen_session=a; __Host-menshen_session=b"],
        &[b"__Host-menshen_session=b; x=1; __Host-menshen_session=a"],
        &[b"__Host-menshen_session=a", b"__Host-menshen_session=b"],
        &[b"__Host-menshen_session=a; __Host-menshen_session=a"],
    ];
    for lines in one {
        let headers = headers(lines);
        assert_eq!(find(&headers, NAME), Found::Many);
        assert_eq!(find(&headers, NAME).only(), None);
    }
}

#[test]
fn s_165_nothing_but_the_exact_name_is_the_session_cookie() {
    let lines: [&[u8]; 14] = [
        "\u{2000}__Host-menshen_session=x".as_bytes(),
        "a=1; \u{2000}__Host-menshen_session=x".as_bytes(),
        "\u{a0}__Host-menshen_session=x".as_bytes(),
        b"\xa0__Host-menshen_session=x",
        b"$Version=1; __Host-menshen_session=x",
        b"$version=\"1\"; __Host-menshen_session=x; $Path=/",
        b"a=1; $Version=1; __Host-menshen_session=x",
        b"=__Host-menshen_session=x",
        b"__HOST-menshen_session=x",
        b"__Host-MENSHEN_session=x",
        b"\t__Host-menshen_session=x",
        b"a=1;\t__Host-menshen_session=x",
        b"a=1;  __Host-menshen_session=x",
        b"__Host-menshen_session =x",
    ];
    for line in lines {
        let headers = headers(&[line]);
        assert_eq!(find(&headers, NAME), Found::None, "{line:?}");
    }
}

#[test]
fn s_165_values_are_not_unquoted_or_trimmed() {
    let rows: [(&[u8], &str); 3] = [
        (b"__Host-menshen_session=\"x\"", "\"x\""),
        (b"__Host-menshen_session= x", " x"),
        (b"__Host-menshen_session=x=y", "x=y"),
    ];
    for (line, expected) in rows {
        let headers = headers(&[line]);
        assert_eq!(find(&headers, NAME), Found::One(expected));
    }
}

proptest! {
    /// Whatever the header, the cookie is only seen when the exact bytes of the name stand at the
    /// beginning of a pair.
    #[test]
    fn s_165_no_other_spelling_is_ever_read(
        before in "[\u{0}-\u{ff}\u{2000}\u{3000}]{1,4}",
        after in "[\u{21}-\u{3a}\u{3c}\u{3e}-\u{7e}\t ]{0,4}",
    ) {
        prop_assume!(!before.ends_with(';') && !before.ends_with("; "));
        prop_assume!(before != " " || after.is_empty());
        let line = format!("{before}{NAME}{after}=x");
        if let Ok(value) = HeaderValue::from_bytes(line.as_bytes()) {
            let headers: HeaderMap = [(COOKIE, value)].into_iter().collect();
            prop_assert_eq!(find(&headers, NAME), Found::None);
        }
    }
}

#[test]
fn s_155_clearing_names_the_same_attributes_as_setting() {
    for cookies in [SECURE, Cookies::new(false)] {
        let name = cookies.session_name();
        let set = cookies.set(name, "v", Some(60));
        let clear = cookies.clear(name);
        assert_eq!(set.replace("=v; Max-Age=60", "=; Max-Age=0"), clear);
        assert!(clear.contains("; Path=/; ") && clear.contains("HttpOnly; SameSite=Lax"));
        assert!(!clear.contains("Domain"));
    }
    assert!(SECURE.clear(NAME).contains("; Secure; "));
}

#[test]
fn plain_http_has_neither_prefix_nor_secure() {
    let cookies = Cookies::new(false);
    assert_eq!(cookies.session_name(), "menshen_session");
    assert_eq!(cookies.attempt_name("0011aabb"), "menshen_attempt_0011aabb");
    assert!(!cookies.set("menshen_session", "v", None).contains("Secure"));
}

#[test]
fn s_092_the_oldest_attempts_make_room_for_a_new_one() {
    let carried = |count: usize| {
        let line = (0..count)
            .map(|n| format!("__Host-menshen_attempt_{n:08x}=v"))
            .collect::<Vec<_>>()
            .join("; ");
        headers(&[format!("x=1; {line}").as_bytes()])
    };
    assert!(SECURE.evicted(&carried(7)).is_empty());
    assert_eq!(
        SECURE.evicted(&carried(8)),
        ["__Host-menshen_attempt_00000000"]
    );
    assert_eq!(SECURE.evicted(&carried(40)).len(), 33);
    assert_eq!(SECURE.attempts(&carried(40)).len(), 40);
}

#[test]
fn s_092_names_that_only_resemble_an_attempt_are_left_alone() {
    let headers = headers(&[
        b"__Host-menshen_attempt_=v; __Host-menshen_attempt_zzzzzzzz=v; menshen_attempt_00000000=v; \
          __Host-menshen_attempt_000000001=v",
    ]);
    assert!(SECURE.attempts(&headers).is_empty());
}

#[test]
fn s_046_sites_see_every_cookie_but_ours() {
    let rows: [(&[&[u8]], &str); 12] = [
        (&[], ""),
        (&[b"theme=dark"], "theme=dark"),
        (&[b"a=1;b=2; c"], "a=1;b=2; c"),
        (&[b"__Host-menshen_session=x"], ""),
        (&[b"menshen_session=x; theme=dark"], "theme=dark"),
        (
            &[b"a=1; __Host-menshen_attempt_01234567=x; b=2"],
            "a=1; b=2",
        ),
        (&[b"a=1;  __HOST-Menshen_Session=x;b=2"], "a=1; b=2"),
        (&[b"a=1", b"menshen_session=x", b"b=2"], "a=1; b=2"),
        (&[b"a=\"1; menshen_session=x\""], "a=\"1"),
        (&[b"MENSHEN_session=x"], ""),
        (&[b"__Secure-menshen_x=x; b=2"], "b=2"),
        (
            &[b"menshen=1; __Host-other=2; a_menshen_b=3"],
            "menshen=1; __Host-other=2; a_menshen_b=3",
        ),
    ];
    for (lines, expected) in rows {
        assert_eq!(for_sites(&headers(lines)), expected, "{lines:?}");
    }
}

fn cookie_line() -> impl Strategy<Value = String> {
    let prefix = prop::sample::select(vec![
        "",
        "__Host-",
        "__HOST-",
        "__secure-",
        "__Secure-",
        "a",
        " ",
        "\t",
    ]);
    let name = prop::sample::select(vec![
        "menshen_session",
        "MENSHEN_session",
        "Menshen_attempt_01234567",
        "menshen_",
        "menshen",
        "theme",
        "",
    ]);
    let value = prop::sample::select(vec!["", "=x", "=menshen_session", "=\"a b\"", "=a=b"]);
    let end = prop::sample::select(vec!["; ", ";", " ; ", ";;"]);
    let pair = (prefix, name, value, end).prop_map(|(a, b, c, d)| format!("{a}{b}{c}{d}"));
    prop::collection::vec(pair, 0..6).prop_map(|pairs| pairs.concat())
}

proptest! {
    /// However it is written, nothing of ours is left, and everything else is, in its order.
    #[test]
    fn s_046_no_spelling_of_ours_reaches_a_site(lines in prop::collection::vec(cookie_line(), 0..4)) {
        let bytes: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        let kept = for_sites(&headers(&bytes));
        let is_ours = |pair: &str| {
            let name = pair.trim().to_ascii_lowercase();
            let bare = name.strip_prefix("__host-").or(name.strip_prefix("__secure-"));
            bare.unwrap_or(&name).starts_with("menshen_")
        };
        let pairs = |text: &str| text.split(';').map(|pair| pair.trim().to_owned()).collect::<Vec<_>>();
        let expected: Vec<String> = lines
            .iter()
            .flat_map(|line| pairs(line))
            .filter(|pair| !pair.is_empty() && !is_ours(pair))
            .collect();
        let mut found = pairs(kept.to_str().unwrap());
        found.retain(|pair| !pair.is_empty());
        prop_assert_eq!(found, expected);
    }
}
