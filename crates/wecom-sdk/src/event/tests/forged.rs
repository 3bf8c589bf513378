//! What nobody but WeCom could have sent, and was not sent by WeCom.

use super::{
    AES_KEY, CORP, ECHO, ECHO_NONCE, ECHO_SIGNATURE, ECHO_TIME, NOW, Sent, TOKEN, at, echo_query,
    event, keys, leaver, receiver,
};
use crate::event::{CallbackKeys, Event, Receiver, Refused, ReplayMemory};
use crate::ids::CorpId;

fn receive(receiver: &Receiver, query: &str, body: &str) -> Result<Event, Refused> {
    receiver.receive(
        query,
        body.as_bytes(),
        at(NOW),
        &mut ReplayMemory::default(),
    )
}

#[test]
fn s_107_a_signature_or_parameter_that_is_wrong_missing_or_twice_is_refused_alike() {
    let sent = Sent::by(&keys(), &leaver());
    let Sent {
        signature,
        timestamp,
        nonce,
        envelope,
        ..
    } = &sent;
    assert!(receive(&receiver(), &sent.query(), envelope).is_ok());
    let queries = [
        String::new(),
        format!("timestamp={timestamp}&nonce={nonce}"),
        format!("msg_signature={signature}&nonce={nonce}"),
        format!("msg_signature={signature}&timestamp={timestamp}"),
        sent.query().replace(signature, &"0".repeat(40)),
        sent.query().replace(signature, &signature[..39]),
        sent.query()
            .replace(signature, &signature.to_ascii_uppercase()),
        sent.query().replace(signature, &format!("{signature}0")),
        format!("{}&msg_signature={signature}", sent.query()),
        format!("{}&nonce={nonce}", sent.query()),
        format!("{}&timestamp={timestamp}", sent.query()),
        format!("{}&%6eonce={nonce}", sent.query()),
        format!("{}&x={}", sent.query(), "x".repeat(5000)),
        sent.query().replace("nonce=", "nonce=%ff"),
    ];
    for query in queries {
        let refused = receive(&receiver(), &query, envelope).unwrap_err();
        assert!(refused.is_malformed() || refused.is_unsigned(), "{query}");
        assert_eq!(refused.to_string(), "the callback was refused");
    }
    for body in [
        "",
        "<xml></xml>",
        "<xml><Encrypt></Encrypt></xml>",
        "{}",
        "<xml><Encrypt>a</Encrypt>",
    ] {
        let refused = receive(&receiver(), &sent.query(), body).unwrap_err();
        assert!(refused.is_malformed(), "{body}");
    }
    let twice = envelope.replace("</xml>", "<Encrypt>a</Encrypt></xml>");
    assert!(
        receive(&receiver(), &sent.query(), &twice)
            .unwrap_err()
            .is_malformed()
    );
}

/// No key is used before the signature was right: a body nobody could open is refused as unsigned.
#[test]
fn s_107_nothing_is_opened_before_the_signature_is_right() {
    let sent = Sent::by(&keys(), &leaver());
    let query = sent.query().replace(&sent.signature, &"0".repeat(40));
    let body = "<xml><Encrypt>not base64 at all</Encrypt></xml>";
    assert!(
        receive(&receiver(), &query, body)
            .unwrap_err()
            .is_unsigned()
    );
}

/// The published sample: of all ways to cut the digits anew, only the one that was sent is in time.
#[test]
fn s_108_digits_moved_between_timestamp_and_nonce_do_not_pass() {
    let now = at(1_409_659_600);
    let echo = |timestamp: &str, nonce: &str| {
        receiver().verify_url(&echo_query(ECHO_SIGNATURE, timestamp, nonce, ECHO), now)
    };
    assert!(echo(ECHO_TIME, ECHO_NONCE).is_ok());
    let digits = format!("{ECHO_TIME}{ECHO_NONCE}");
    let mut signed = 0;
    for cut in 1..digits.len() {
        let (left, right) = digits.split_at(cut);
        for (timestamp, nonce) in [(left, right), (right, left)] {
            let is_signed = keys().is_signed(ECHO_SIGNATURE, timestamp, nonce, ECHO);
            signed += usize::from(is_signed);
            let is_the_sent_one = (timestamp, nonce) == (ECHO_TIME, ECHO_NONCE);
            assert_eq!(
                echo(timestamp, nonce).is_ok(),
                is_the_sent_one,
                "{timestamp} {nonce}"
            );
        }
    }
    // The pair itself, the one of the case, and 28 more.
    assert_eq!(signed, 30);
    assert!(keys().is_signed(ECHO_SIGNATURE, "9263014780", "140965958", ECHO));
}

#[test]
fn s_108_the_age_is_bounded_on_both_sides() {
    let sent = Sent::by(&keys(), &leaver());
    for (offset, is_in_time) in [
        (-301, false),
        (-300, true),
        (0, true),
        (300, true),
        (301, false),
    ] {
        let mut memory = ReplayMemory::default();
        let body = sent.envelope.as_bytes();
        let outcome = receiver().receive(&sent.query(), body, at(NOW + offset), &mut memory);
        assert_eq!(outcome.is_ok(), is_in_time, "{offset}");
        if let Err(refused) = outcome {
            assert!(refused.is_out_of_time(), "{offset}");
        }
    }
}

/// The sort order lets a cut ciphertext keep its signature for about one random text in seven.
#[test]
fn s_109_a_ciphertext_cut_into_the_nonce_does_not_pass() {
    let mut tried = 0;
    for random in 0..64_u8 {
        let encrypt = keys().seal_with(&[random; 16], &leaver(), CORP);
        let sent = Sent::sealed(&keys(), &encrypt);
        let (head, tail) = encrypt.split_at(64);
        let nonce = format!("{}{head}", sent.nonce);
        if !keys().is_signed(&sent.signature, &sent.timestamp, &nonce, tail) {
            continue;
        }
        tried += 1;
        let escaped = nonce.replace('+', "%2B").replace('/', "%2F");
        let query = sent.query().replace(&sent.nonce, &escaped);
        let body = sent.envelope.replace(&encrypt, tail);
        assert!(
            receive(&receiver(), &query, &body)
                .unwrap_err()
                .is_malformed()
        );
        // Nor would what is left of it open, whatever the nonce: three blocks are missing.
        assert!(keys().open(tail).is_none());
        assert!(keys().open(&encrypt[128..]).is_none());
    }
    assert!(tried > 0, "the case never arose");
}

#[test]
fn s_110_what_was_made_for_another_receiver_is_refused() {
    let other = "ww1111222233334444";
    let for_other = keys().seal_with(b"0123456789abcdef", &leaver(), other);
    let inner = Sent::by(&keys(), &leaver().replace(CORP, other));
    let unnamed = Sent::by(&keys(), "<xml><MsgType>event</MsgType></xml>");
    for sent in [Sent::sealed(&keys(), &for_other), inner, unnamed] {
        let refused = receive(&receiver(), &sent.query(), &sent.envelope).unwrap_err();
        assert!(refused.is_for_another());
    }
    // An event of corp B, posted to corp A's address with B's keys.
    let theirs = CallbackKeys::new("TokenForTests01", AES_KEY).unwrap();
    let sent = Sent::by(&theirs, &leaver());
    assert!(
        receive(&receiver(), &sent.query(), &sent.envelope)
            .unwrap_err()
            .is_unsigned()
    );
    // The same keys entered at two corps.
    let twin = Receiver::new(CorpId::parse(other).unwrap(), keys());
    let sent = Sent::by(&keys(), &leaver());
    assert!(
        receive(&twin, &sent.query(), &sent.envelope)
            .unwrap_err()
            .is_for_another()
    );
}

#[test]
fn s_110_an_envelope_that_contradicts_its_content_is_refused() {
    let message = leaver().replace("</xml>", "<AgentID>1000002</AgentID></xml>");
    let sent = Sent::by(&keys(), &message);
    let with = |agent: &str| {
        sent.envelope
            .replace("</xml>", &format!("<AgentID>{agent}</AgentID></xml>"))
    };
    assert!(receive(&receiver(), &sent.query(), &with("1000002")).is_ok());
    assert!(receive(&receiver(), &sent.query(), &with("")).is_ok());
    let wrong = [
        with("1000003"),
        sent.envelope.replace(CORP, "ww1111222233334444"),
    ];
    for body in wrong {
        assert!(
            receive(&receiver(), &sent.query(), &body)
                .unwrap_err()
                .is_for_another(),
            "{body}"
        );
    }
}

#[test]
fn s_111_a_doctype_is_refused_outside_and_inside_and_nothing_is_fetched() {
    let canary = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    canary.set_nonblocking(true).unwrap();
    let address = canary.local_addr().unwrap();
    let doctypes = [
        format!("<!DOCTYPE xml [<!ENTITY e SYSTEM \"http://{address}/e\">]>"),
        format!("<!DOCTYPE xml SYSTEM \"http://{address}/dtd\">"),
        format!("<!DOCTYPE xml [<!ENTITY % p SYSTEM \"http://{address}/p\">%p;]>"),
        "<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>".to_owned(),
        "<!DOCTYPE xml [<!ENTITY a \"aaaa\"><!ENTITY e \"&a;&a;&a;&a;\">]>".to_owned(),
        "<!DOCTYPE xml>".to_owned(),
    ];
    let sent = Sent::by(&keys(), &leaver());
    for doctype in doctypes {
        let outside = format!("{doctype}{}", sent.envelope);
        assert!(
            receive(&receiver(), &sent.query(), &outside)
                .unwrap_err()
                .is_malformed()
        );
        let inside = format!("{doctype}{}", event("<ChangeType>&e;</ChangeType>"));
        let sent = Sent::by(&keys(), &inside);
        assert!(
            receive(&receiver(), &sent.query(), &sent.envelope)
                .unwrap_err()
                .is_unreadable()
        );
    }
    // An entity that nobody declared.
    let sent = Sent::by(&keys(), &event("<ChangeType>&e;</ChangeType>"));
    assert!(
        receive(&receiver(), &sent.query(), &sent.envelope)
            .unwrap_err()
            .is_unreadable()
    );
    assert!(canary.accept().is_err(), "somebody asked");
}

#[test]
fn s_112_what_does_not_open_is_refused_like_everything_else() {
    let good = keys().seal_with(b"0123456789abcdef", &leaver(), CORP);
    let other_key =
        CallbackKeys::new(TOKEN, "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA").unwrap();
    let sealed = [
        "=".to_owned(),
        "AAAA".to_owned(),
        "A".repeat(20),
        "A".repeat(88),
        good[..good.len() - 4].to_owned(),
        format!("{} {}", &good[..40], &good[40..]),
        format!("{good}\n"),
        good.replace('=', ""),
        good.replace('+', "-"),
        other_key.seal_with(b"0123456789abcdef", &leaver(), CORP),
        format!("é{good}"),
    ];
    for encrypt in sealed.iter().filter(|text| **text != good) {
        let sent = Sent::sealed(&keys(), encrypt);
        let refused = receive(&receiver(), &sent.query(), &sent.envelope).unwrap_err();
        assert!(refused.is_unreadable(), "{encrypt}");
        assert_eq!(refused.to_string(), "the callback was refused");
    }
    let endless = format!("<xml>{}</xml>", "x".repeat(64 * 1024));
    let sent = Sent::by(&keys(), &leaver());
    assert!(
        receive(&receiver(), &sent.query(), &endless)
            .unwrap_err()
            .is_malformed()
    );
}
