//! Questions and words.

use super::{Diagnostics, Error, Kind, Transport};

fn rejected(number: i64, message: &str) -> Error {
    Error::new(
        "auth/getuserinfo",
        Kind::Rejected(number, Diagnostics::parse(message)),
    )
}

#[test]
fn the_suffix_is_read_and_kept_out_of_the_words() {
    let error = rejected(
        60020,
        "not allow to access from your ip, hint: [1700000000123456789012345], from ip: 203.0.113.7, \
         more info at https://open.work.weixin.qq.com/devtool/query?e=60020",
    );
    assert_eq!(error.hint(), Some("1700000000123456789012345"));
    assert_eq!(error.seen_from().unwrap().to_string(), "203.0.113.7");
    assert_eq!(
        error.to_string(),
        "auth/getuserinfo: WeCom answered errcode 60020 (our address is not trusted)"
    );
}

#[test]
fn the_older_hint_and_a_bare_text_are_read_too() {
    let hint = "1600000000_7_0123456789abcdef0123456789abcdef";
    let old = rejected(
        40029,
        &format!("invalid code, hint: [{hint}], more info at https://x?e=1"),
    );
    assert_eq!(old.hint(), Some(hint));
    assert_eq!(old.seen_from(), None);
    let bare = rejected(40014, "invalid access_token");
    assert_eq!((bare.hint(), bare.seen_from()), (None, None));
}

#[test]
fn s_084_a_hint_that_is_no_hint_is_thrown_away() {
    for message in [
        "hint: [CANARY-token]",
        "hint: [17000000001234567890123456]",
        "hint: [1600000000_7_CANARY]",
        "from ip: CANARY, more",
        "hint: [",
    ] {
        let error = rejected(40014, message);
        assert_eq!((error.hint(), error.seen_from()), (None, None), "{message}");
        assert!(!format!("{error:?} {error}").contains("CANARY"));
    }
}

#[test]
fn questions_follow_the_number() {
    for number in [40029, 42003, 42022] {
        assert!(rejected(number, "").is_code_spent());
        assert!(!rejected(number, "").is_retryable());
    }
    for number in [60011, 60021, 50002] {
        assert!(rejected(number, "").is_outside_range());
    }
    for number in [60111, 46004] {
        assert!(rejected(number, "").is_unknown_member());
    }
    for number in [45009, 45033] {
        let answered = rejected(number, "");
        assert!(answered.is_rate_limited() && answered.is_retryable());
        let open = Error::new("user/get", Kind::CircuitOpen(number));
        assert!(open.is_rate_limited() && !open.is_rejected() && open.errcode() == Some(number));
    }
}

#[test]
fn s_204_permanent_errors_are_not_retryable() {
    for number in [60020, 50001, 40029, 40013, 40001, 301_002, 48002, 999_999] {
        assert!(!rejected(number, "").is_retryable(), "{number}");
    }
    assert!(rejected(-1, "").is_retryable());
    assert!(!Error::new("gettoken", Kind::HeldOff(40001)).is_retryable());
}

#[test]
fn s_205_no_answer_and_an_unreadable_answer_are_handled_alike() {
    for kind in [
        Kind::Timeout,
        Kind::Transport(Transport::Status(502)),
        Kind::Unreadable("it is no JSON"),
    ] {
        let error = Error::new("user/get", kind);
        assert!(error.is_retryable() && !error.is_rejected() && error.errcode().is_none());
    }
}

#[test]
fn a_secret_that_is_not_there_is_a_question_of_its_own() {
    let error = Error::new("gettoken", Kind::NoSecret);
    assert!(error.is_secret_unavailable() && !error.is_retryable());
    assert!(!error.is_transport() && !error.is_timeout() && error.errcode().is_none());
    assert!(!Error::new("gettoken", Kind::Timeout).is_secret_unavailable());
}
