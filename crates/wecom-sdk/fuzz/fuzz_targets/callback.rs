//! Any query, envelope and content, unsigned and signed: refused, or an event that is read once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wecom_sdk::event::{CallbackKeys, Receiver, ReplayMemory};
use wecom_sdk::{CorpId, Timestamp};

const CORP: &str = "wx5823bf96d3bd56c7";
const AES_KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

fuzz_target!(|input: (&str, &[u8], &str, bool)| {
    let (query, body, content, names_corp) = input;
    let now = Timestamp::from_seconds(1_700_000_000);
    let (Ok(keys), Ok(corp_id)) = (CallbackKeys::new("QDG6eK", AES_KEY), CorpId::parse(CORP))
    else {
        unreachable!("published values");
    };
    let receiver = Receiver::new(corp_id, keys.clone());
    let mut memory = ReplayMemory::holding(4);
    // Whoever has no key gets nothing in.
    assert!(receiver.verify_url(query, now).is_err());
    assert!(receiver.receive(query, body, now, &mut memory).is_err());
    assert!(memory.is_empty());
    // Whoever has the key may still send anything.
    let inside = if names_corp {
        format!("<xml><ToUserName>{CORP}</ToUserName>{content}</xml>")
    } else {
        content.to_owned()
    };
    let encrypt = keys.seal_with(&[7; 16], &inside, CORP);
    let signature = keys.sign("1700000000", "n1", &encrypt);
    let query = format!("msg_signature={signature}&timestamp=1700000000&nonce=n1");
    let body = format!("<xml><Encrypt>{encrypt}</Encrypt></xml>");
    match receiver.receive(&query, body.as_bytes(), now, &mut memory) {
        Ok(event) => {
            let _shown = format!("{event:?}");
            let again = receiver.receive(&query, body.as_bytes(), now, &mut memory);
            assert!(again.is_err_and(|refused| refused.is_repeated()));
        }
        Err(refused) => assert!(!refused.is_unsigned() && !refused.is_out_of_time()),
    }
    let echo = format!("{query}&echostr={}", encrypt.replace('+', "%2B"));
    if let Ok(echo) = receiver.verify_url(&echo, now) {
        assert!(!echo.contains('<') && echo == inside);
    }
});
