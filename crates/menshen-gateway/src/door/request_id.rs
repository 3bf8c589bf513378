//! Names for requests: sixteen hexadecimal digits, none given twice.
//!
//! In: eight random bytes, drawn once. Out: a sequence that begins there and is mixed so that neighbours look
//! unlike; the mixing is a permutation (Steele, Lea, Flood: `SplitMix64`), so that two names differ as long as
//! their numbers do. A name is no secret: nothing is allowed to whoever guesses one. Asking the operating
//! system for each would cost more than judging the request.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use wecom_sdk::{Entropy, EntropyError};

/// 2^64 divided by the golden ratio, made odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Gives names. To be shared by all who name requests of one listener.
#[derive(Debug, Default)]
pub(super) struct RequestIds {
    start: OnceLock<u64>,
    given: AtomicU64,
}

impl RequestIds {
    /// The next name. Fails only before the first one was given.
    pub(super) fn next(&self, entropy: &Entropy) -> Result<[u8; 16], EntropyError> {
        let start = if let Some(start) = self.start.get() {
            *start
        } else {
            let drawn = u64::from_be_bytes(entropy.bytes::<8>()?);
            *self.start.get_or_init(|| drawn)
        };
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        let name = mix(start.wrapping_add(number.wrapping_mul(STEP)));
        Ok(digits(name))
    }
}

/// Sixteen hexadecimal digits.
fn digits(name: u64) -> [u8; 16] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    std::array::from_fn(|place| {
        let nibble = name >> (60 - 4 * place) & 0xf;
        DIGITS[usize::try_from(nibble).unwrap_or_default()]
    })
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_name_is_given_twice_and_all_have_sixteen_digits() {
        let (ids, entropy) = (RequestIds::default(), Entropy::seeded(7));
        let names: HashSet<[u8; 16]> = (0..100_000)
            .filter_map(|_| ids.next(&entropy).ok())
            .collect();
        assert_eq!(names.len(), 100_000);
        let is_name = |name: &[u8; 16]| name.iter().all(u8::is_ascii_hexdigit);
        assert!(names.iter().all(is_name));
    }

    #[test]
    fn two_listeners_begin_elsewhere() {
        let entropy = Entropy::seeded(7);
        let one = RequestIds::default().next(&entropy);
        assert_ne!(one, RequestIds::default().next(&entropy));
    }

    #[test]
    fn without_chance_there_is_no_name() {
        assert!(RequestIds::default().next(&Entropy::failing()).is_err());
    }
}
