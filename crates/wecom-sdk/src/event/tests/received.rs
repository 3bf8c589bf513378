//! What WeCom sent: the official messages, the unknown ones, new keys, and our replies.

use std::time::Duration;

use super::{AES_KEY, CORP, NOW, Sent, TOKEN, at, event, keys, leaver, receiver};
use crate::entropy::Entropy;
use crate::event::{
    CallbackKeys, ContactChange, EventFields, EventKind, Receiver, ReplayMemory, text_reply,
};
use crate::ids::CorpId;

/// The second sample of the official page: padded by 30, which a reader of 16-byte blocks refuses.
const TEXT: &str = "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==";

#[test]
fn the_official_message_is_received() {
    let body = format!(
        "<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{TEXT}]]></Encrypt>\
         <AgentID><![CDATA[218]]></AgentID></xml>"
    );
    let query = "msg_signature=477715d11cdb4164915debcba66cb864d751f3e6&timestamp=1409659813&nonce=1372623149";
    let now = at(1_409_659_820);
    let mut memory = ReplayMemory::default();
    let event = receiver()
        .receive(query, body.as_bytes(), now, &mut memory)
        .unwrap();
    assert_eq!(event.agent_id.unwrap().0, 218);
    assert_eq!(event.created_at, Some(at(1_409_659_813)));
    assert_eq!(event.fields.text("Content"), Some("hello"));
    let EventKind::Message {
        msg_type,
        message_id,
    } = &event.kind
    else {
        panic!("{:?}", event.kind);
    };
    assert_eq!(
        (msg_type.as_str(), *message_id),
        ("text", Some(4_561_255_354_251_345_929))
    );
}

/// The two vectors that were computed for this project, with keys and corp of their own.
#[test]
fn the_computed_messages_are_received() {
    let keys = CallbackKeys::new(
        "TokenForTests01",
        "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
    );
    let receiver = Receiver::new(CorpId::parse("ww1111222233334444").unwrap(), keys.unwrap());
    let sealed = "Al31VOORMRWx6emIpmL5qjJ8rvODk4WzQcg1s2C5pKWlazK+YEYE9+E93npTW/hDfZg86qSXI83frjhBGLy/21TpzPtXGfLBUaGVMd56etWOTYVwqmf9BruNR11hBZh8bAgBFMK4zRo5/6QWpDQ34jPDjnHdeTNV/gOVDQKJ+AYG+z/bTaqLoYgxIuCIN2EFuJVmxfEfYFcHh1rf/ArNky05LyWavomeAB8v+ual5CxPz8+E5Bo99CyI4yvBk+u7WMlPXxP1WlbV6S5agn1W+tEFAXGuQXWTyLRLNOVEQbuSfCSuEI65aitsOrei+aaX7kQNyupFdHOoajslqs9jXXE3g+Ml2I00MQibOStekaatc/lWXKddDfGbuU5tif2F5NrqpV7AS9rvskw+5NFkXHcXatSBlMZhHYwzFK6HghyeA6ZU43OTINgJo+0eSeG5h5rhN1V/mQyqhugwCBk1zw==";
    let body = format!("<xml><Encrypt>{sealed}</Encrypt></xml>");
    let query =
        "msg_signature=db207fdd0ef09057fe06023d575ba57e1540a309&timestamp=1700000001&nonce=nonceA1";
    let mut memory = ReplayMemory::default();
    let event = receiver
        .receive(query, body.as_bytes(), at(NOW), &mut memory)
        .unwrap();
    let EventKind::ContactChange(ContactChange::MemberRemoved { user_id }) = event.kind else {
        panic!("{:?}", event.kind);
    };
    assert_eq!(user_id.as_str(), "lisa.wu");
    // A whole block of padding.
    let echo = "Al31VOORMRWx6emIpmL5qj5r6VlXCPWH8TiB%2BbmTb8O1B20HMTCNnfUrMUQhK1fJ0dKmw/JzvLzTYK6PLnhP68rK7W9lQ3SSStT6lizhixCLGRYa4aFjO%2BB0Zj1KYB57";
    let query = format!(
        "msg_signature=38858e4409beb4d2ef6718862282f13fc7346c45&timestamp=1700000002&nonce=nonceB2&echostr={echo}"
    );
    assert_eq!(
        receiver.verify_url(&query, at(NOW)).unwrap(),
        "7".repeat(26)
    );
}

#[test]
fn s_117_what_is_unknown_is_received_and_stays_readable() {
    let kinds = [
        (event("<ChangeType></ChangeType><X>1</X>"), ""),
        (
            event("<ChangeType>rename_corp</ChangeType><X>1</X>"),
            "rename_corp",
        ),
        (event("<X>1</X>"), ""),
    ];
    for (message, name) in kinds {
        let sent = Sent::by(&keys(), &message);
        let mut memory = ReplayMemory::default();
        let received = receiver().receive(
            &sent.query(),
            sent.envelope.as_bytes(),
            at(NOW),
            &mut memory,
        );
        let event = received.unwrap();
        assert_eq!(event.fields.text("X"), Some("1"));
        let EventKind::ContactChange(ContactChange::Other { change_type }) = event.kind else {
            panic!("{:?}", event.kind);
        };
        assert_eq!(change_type, name);
    }
    for name in ["batch_job_result", ""] {
        let message = format!(
            "<xml><ToUserName>{CORP}</ToUserName><MsgType>event</MsgType><Event>{name}</Event>\
             <BatchJob><JobId>j1</JobId></BatchJob></xml>"
        );
        let sent = Sent::by(&keys(), &message);
        let mut memory = ReplayMemory::default();
        let received = receiver().receive(
            &sent.query(),
            sent.envelope.as_bytes(),
            at(NOW),
            &mut memory,
        );
        let received = received.unwrap();
        assert_eq!(
            received.fields.fields("BatchJob").unwrap().text("JobId"),
            Some("j1")
        );
        assert!(matches!(received.kind, EventKind::Other { event } if event == name));
    }
}

#[test]
fn s_118_replaced_keys_count_until_the_overlap_ends() {
    let [old, third] =
        ["OldToken", "ThirdToken"].map(|token| CallbackKeys::new(token, AES_KEY).unwrap());
    // Only the EncodingAESKey was replaced, the Token stayed.
    let same_token =
        CallbackKeys::new(TOKEN, "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA").unwrap();
    let until = at(NOW + 100);
    let receiver = receiver()
        .also_until(old.clone(), until)
        .also_until(same_token.clone(), until);
    let passes = |keys: &CallbackKeys, second: i64| {
        let sent = Sent::by(keys, &leaver());
        let mut memory = ReplayMemory::default();
        receiver
            .receive(
                &sent.query(),
                sent.envelope.as_bytes(),
                at(second),
                &mut memory,
            )
            .is_ok()
    };
    for keys in [&keys(), &old, &same_token] {
        assert!(passes(keys, NOW) && passes(keys, NOW + 99));
    }
    assert!(!passes(&third, NOW));
    assert!(passes(&keys(), NOW + 100));
    assert!(!passes(&old, NOW + 100) && !passes(&same_token, NOW + 100));
}

#[test]
fn a_window_of_ones_own_is_kept() {
    let receiver = receiver().window(Duration::from_secs(10));
    let sent = Sent::by(&keys(), &leaver());
    for (second, is_in_time) in [(NOW + 10, true), (NOW + 11, false)] {
        let mut memory = ReplayMemory::default();
        let outcome = receiver.receive(
            &sent.query(),
            sent.envelope.as_bytes(),
            at(second),
            &mut memory,
        );
        assert_eq!(outcome.is_ok(), is_in_time);
    }
}

/// WeCom reads a reply as we read its messages: the same keys must open it.
#[test]
fn a_reply_is_sealed_signed_and_whole() {
    let message = format!(
        "<xml><ToUserName>{CORP}</ToUserName><FromUserName>lisi</FromUserName><MsgType>text</MsgType></xml>"
    );
    let sent = Sent::by(&keys(), &message);
    let mut memory = ReplayMemory::default();
    let event = receiver()
        .receive(
            &sent.query(),
            sent.envelope.as_bytes(),
            at(NOW),
            &mut memory,
        )
        .unwrap();
    let text = text_reply(&event, "a ]]> b & <c>", at(NOW)).unwrap();
    let body = receiver()
        .reply(&text, at(NOW), &Entropy::seeded(7))
        .unwrap();
    let outer = EventFields::parse(&body).unwrap();
    let [sealed, signature, timestamp, nonce] =
        ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"].map(|name| outer.text(name).unwrap());
    assert!(keys().is_signed(signature, timestamp, nonce, sealed));
    let opened = keys().open(sealed).unwrap();
    assert_eq!(opened.receive_id(), CORP);
    let inner = EventFields::parse(opened.message()).unwrap();
    assert_eq!(inner.text("Content"), Some("a ]]> b & <c>"));
    assert_eq!(
        (inner.text("ToUserName"), inner.text("FromUserName")),
        (Some("lisi"), Some(CORP))
    );
    assert!(
        receiver()
            .reply(&text, at(NOW), &Entropy::failing())
            .is_err()
    );
}

#[test]
fn s_084_nothing_of_an_event_or_of_its_keys_is_shown() {
    let change = "<ChangeType>update_user</ChangeType><UserID>lisi</UserID><Mobile>CANARY</Mobile>";
    let sent = Sent::by(&keys(), &event(change));
    let mut memory = ReplayMemory::default();
    let receiver = receiver();
    let event = receiver
        .receive(
            &sent.query(),
            sent.envelope.as_bytes(),
            at(NOW),
            &mut memory,
        )
        .unwrap();
    let opened = keys().open(&sent.encrypt).unwrap();
    let words = format!("{event:?} {receiver:?} {memory:?} {opened:?}");
    for secret in ["CANARY", TOKEN, AES_KEY] {
        assert!(!words.contains(secret), "{secret}");
    }
}
