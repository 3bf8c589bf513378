//! A secret is compared and never shown.

use super::Secret;

#[test]
fn s_084_debug_is_blind_in_every_form() {
    let secret = Secret::new("CANARY");
    let words = format!("{secret:?} {secret:#?} {:?}", Some((1, secret.clone())));
    assert!(!words.contains("CANARY"), "{words}");
}

#[test]
fn comparison_is_exact() {
    let secret = Secret::new("abc");
    assert!(secret.is_same_as("abc"));
    for other in ["", "ab", "abcd", "abC", "abc\0"] {
        assert!(!secret.is_same_as(other), "{other}");
    }
    assert!(Secret::new("").is_empty() && !secret.is_empty());
    assert_eq!(secret.clone().expose(), "abc");
}
