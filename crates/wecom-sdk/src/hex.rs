//! Bytes as lower-case hex digits: the form in which WeCom writes its signatures.
//!
//! In: bytes. Out: two digits for each. Nothing is ever read back.

pub(crate) fn lower(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    let pairs = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)]);
    pairs.collect()
}
