//! URL verification: the exact echo for WeCom, and nothing of it for anybody else.

use super::{
    ECHO, ECHO_NONCE, ECHO_SIGNATURE, ECHO_TIME, NOW, Sent, at, echo_query, keys, leaver, receiver,
};

#[test]
fn s_113_only_a_signed_echo_is_answered_and_exactly() {
    let now = at(1_409_659_600);
    let right = echo_query(ECHO_SIGNATURE, ECHO_TIME, ECHO_NONCE, ECHO);
    assert_eq!(
        receiver().verify_url(&right, now).unwrap(),
        "1616140317555161061"
    );
    // Some frameworks hand the query on with a bare plus.
    assert!(
        receiver()
            .verify_url(&right.replace("%2B", "+"), now)
            .is_ok()
    );
    let wrong = [
        right.replace("5c45", "5c46"),
        right.replace(ECHO_TIME, "1409659590"),
        right.split("&echostr").next().unwrap().to_owned(),
        format!("{right}&echostr=x"),
    ];
    for query in wrong {
        let refused = receiver().verify_url(&query, now).unwrap_err();
        assert!(
            !format!("{refused} {refused:?} {}", refused.reason()).contains("P9nA"),
            "{query}"
        );
    }
    let late = receiver()
        .verify_url(&right, at(1_409_659_589 + 301))
        .unwrap_err();
    assert!(late.is_out_of_time());
}

/// Events and echoes are signed alike: a captured event must not be opened by asking for an echo.
#[test]
fn s_113_a_captured_event_is_no_echo() {
    let sent = Sent::by(&keys(), &leaver());
    let query = echo_query(&sent.signature, &sent.timestamp, &sent.nonce, &sent.encrypt);
    assert!(
        receiver()
            .verify_url(&query, at(NOW))
            .unwrap_err()
            .is_unreadable()
    );
    for text in [
        "",
        "two words",
        "{\"a\":1}",
        "line\nbreak",
        &"1".repeat(257),
    ] {
        let sent = Sent::by(&keys(), text);
        let query = echo_query(&sent.signature, &sent.timestamp, &sent.nonce, &sent.encrypt);
        assert!(receiver().verify_url(&query, at(NOW)).is_err(), "{text:?}");
    }
}
