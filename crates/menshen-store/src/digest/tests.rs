//! Reading the first digits of a digest.

use super::{Digest, DigestPrefix};

#[test]
fn a_prefix_spans_every_digest_that_begins_like_it() {
    let prefix = DigestPrefix::parse("aB3").unwrap();
    assert_eq!(prefix.first().as_bytes()[..3], [0xab, 0x30, 0x00]);
    assert_eq!(prefix.last().as_bytes()[..3], [0xab, 0x3f, 0xff]);
    assert_eq!(prefix.last().as_bytes()[31], 0xff);
}

#[test]
fn what_a_list_shows_reads_back_as_a_prefix() {
    let digest = Digest::from_bytes([0x5a; 32]);
    assert_eq!(digest.handle(), "5a".repeat(6));
    for shown in [digest.prefix(), digest.handle()] {
        let prefix = DigestPrefix::parse(&shown).unwrap();
        assert!(prefix.first() <= &digest && &digest <= prefix.last());
    }
}

#[test]
fn what_is_no_hex_is_no_prefix() {
    for text in ["", "g", "0x1", "ab ", "é", &"a".repeat(65)] {
        assert_eq!(DigestPrefix::parse(text), None, "{text:?}");
    }
    assert!(DigestPrefix::parse(&"a".repeat(64)).is_some());
}
