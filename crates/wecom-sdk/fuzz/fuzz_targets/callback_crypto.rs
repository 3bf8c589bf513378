//! Any bytes as a sealed text and as keys: nothing opens but what was sealed, and that opens whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wecom_sdk::event::CallbackKeys;

const AES_KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

fuzz_target!(|input: (&str, &str, &str, [u8; 16])| {
    let (token, text, id, random) = input;
    let _refused = CallbackKeys::new(token, text);
    let Ok(keys) = CallbackKeys::new("QDG6eK", AES_KEY) else {
        unreachable!("a published key");
    };
    if let Some(opened) = keys.open(text) {
        // By chance the padding and both lengths may fit: then sealing it again fills the same blocks.
        let again = keys.seal_with(&random, opened.message(), opened.receive_id());
        assert_eq!(again.len(), text.len());
    }
    let sealed = keys.seal_with(&random, text, id);
    let opened = keys.open(&sealed).expect("what was sealed opens");
    assert_eq!((opened.message(), opened.receive_id()), (text, id));
    assert!(keys.is_signed(&keys.sign(token, text, id), token, text, id));
    assert!(!keys.is_signed(token, token, text, id) || token.len() == 40);
});
