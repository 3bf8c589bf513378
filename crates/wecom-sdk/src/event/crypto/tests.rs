//! The official vectors, and everything that must not open.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::{CallbackKeys, frame, iv};
use secrecy::ExposeSecret as _;

const OFFICIAL: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

fn keys() -> CallbackKeys {
    CallbackKeys::new("QDG6eK", OFFICIAL).unwrap()
}

#[test]
fn s_119_the_odd_official_key_is_taken_as_the_vendors_libraries_take_it() {
    let keys = keys();
    let hex = crate::hex::lower(keys.aes_key.expose_secret());
    assert_eq!(
        hex,
        "8d69989bbaabe67328014c194631ad0719b3dca035b64023df292447aab60760"
    );
    let sealed = keys.seal_with(
        b"c41b64491c2468d0",
        "1616140317555161061",
        "wx5823bf96d3bd56c7",
    );
    assert_eq!(
        sealed,
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    );
    // All four ways to set the two spare bits are the same key.
    for last in ['A', 'B', 'C', 'D'] {
        let key = format!("{}{last}", &OFFICIAL[..42]);
        let twin = CallbackKeys::new("QDG6eK", &key).unwrap();
        assert_eq!(twin.open(&sealed).unwrap().message(), "1616140317555161061");
    }
}

#[test]
fn s_119_other_keys_and_tokens_are_refused_with_a_clear_message() {
    let short = "a".repeat(42);
    let long = "a".repeat(44);
    for key in [
        "",
        &short,
        &long,
        &format!("{short}="),
        &format!("{short}+"),
        &format!("{short}é"),
    ] {
        let invalid = CallbackKeys::new("token", key).unwrap_err();
        assert!(invalid.is_about_aes_key());
        assert_eq!(
            invalid.to_string(),
            "the EncodingAESKey is not 43 letters and digits"
        );
    }
    for token in ["", "with space", "dash-ed", &"a".repeat(33)] {
        let invalid = CallbackKeys::new(token, OFFICIAL).unwrap_err();
        assert!(!invalid.is_about_aes_key(), "{token}");
        assert_eq!(
            invalid.to_string(),
            "the Token is not 1 to 32 letters and digits"
        );
    }
    assert!(CallbackKeys::new(&"a".repeat(32), OFFICIAL).is_ok());
}

/// Encrypts bytes as they are, so that a test can choose the padding.
fn encrypt(plain: &[u8]) -> String {
    let keys = keys();
    let key = keys.aes_key.expose_secret();
    let mut bytes = plain.to_vec();
    let length = bytes.len();
    let cipher = cbc::Encryptor::<aes::Aes256>::new(key.into(), &iv(key));
    STANDARD.encode(
        cipher
            .encrypt_padded::<NoPadding>(&mut bytes, length)
            .unwrap(),
    )
}

#[test]
fn s_112_every_byte_of_the_padding_counts() {
    for length in 0..64 {
        let good = frame::build(&[7; 16], &"x".repeat(length), "ww1");
        assert!(keys().open(&encrypt(&good)).is_some(), "{length}");
        let pad = usize::from(*good.last().unwrap());
        for place in good.len() - pad..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 0x40;
            assert!(keys().open(&encrypt(&bad)).is_none(), "{length} {place}");
        }
    }
    for pad in [0, 33, 255] {
        let mut bad = frame::build(&[7; 16], "x", "ww1");
        bad.truncate(32);
        *bad.last_mut().unwrap() = pad;
        assert!(keys().open(&encrypt(&bad)).is_none(), "{pad}");
    }
}

/// Padded to 16 and not to 32, as a library for 16-byte blocks does: WeCom never sends that.
#[test]
fn s_112_a_text_padded_to_sixteen_is_refused() {
    let mut plain = frame::build(&[7; 16], "abcdefgh", "ww12345678901234567");
    let pad = usize::from(*plain.last().unwrap());
    plain.truncate(plain.len() - pad);
    let sixteen = 16 - plain.len() % 16;
    plain.resize(plain.len() + sixteen, u8::try_from(sixteen).unwrap());
    assert_eq!(plain.len() % 32, 16);
    assert!(keys().open(&encrypt(&plain)).is_none());
}

#[test]
fn s_109_the_inner_length_must_fit() {
    for length in [0_u32, 1, 5, 6, 7, 12, u32::MAX] {
        let mut plain = frame::build(&[7; 16], "hello", "ww1");
        plain[16..20].copy_from_slice(&length.to_be_bytes());
        let opened = keys().open(&encrypt(&plain));
        match opened {
            Some(opened) => assert_eq!(opened.message().len() + opened.receive_id().len(), 8),
            None => assert!(length > 8, "{length}"),
        }
    }
    let not_utf8 = {
        let mut plain = frame::build(&[7; 16], "hello", "ww1");
        plain[21] = 0xFF;
        plain
    };
    assert!(keys().open(&encrypt(&not_utf8)).is_none());
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens(message in ".{0,200}", id in "[a-z0-9]{0,64}", random: [u8; 16]) {
        let opened = keys().open(&keys().seal_with(&random, &message, &id)).unwrap();
        prop_assert_eq!((opened.message(), opened.receive_id()), (message.as_str(), id.as_str()));
    }

    #[test]
    fn nothing_else_opens(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        // By chance the padding fits one time in 256; the lengths then fit next to never.
        let opened = keys().open(&STANDARD.encode(&bytes));
        prop_assert!(opened.is_none());
    }
}
