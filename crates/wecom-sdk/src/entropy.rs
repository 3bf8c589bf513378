//! Chance as a value: the one door for every secret, state and code.
//!
//! [`Entropy`] is the operating system's generator, or a seeded one in tests. A failing generator
//! is an error of the request that asked; nothing predictable is ever handed out in its place.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Letters and digits: the alphabet that WeCom accepts in `state`.
const ALPHANUMERIC: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// The alphabet of base64url, which WeCom's codes, tokens and secrets use.
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The random source failed.
///
/// ```
/// use wecom_sdk::Entropy;
///
/// let error = Entropy::failing().alphanumeric(32).unwrap_err();
/// assert!(error.to_string().contains("random source"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntropyError;

impl fmt::Display for EntropyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system's random source failed")
    }
}

impl std::error::Error for EntropyError {}

/// Where chance comes from.
///
/// ```
/// use wecom_sdk::Entropy;
///
/// let state = Entropy::system().alphanumeric(32)?;
/// assert_eq!(state.len(), 32);
/// assert!(state.bytes().all(|b| b.is_ascii_alphanumeric()));
/// # Ok::<(), wecom_sdk::EntropyError>(())
/// ```
pub struct Entropy(Source);

enum Source {
    System,
    /// `SplitMix64`: even, repeatable and not secret. Tests only.
    Seeded(AtomicU64),
    Failing,
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Entropy(system)",
            Source::Seeded(_) => "Entropy(seeded)",
            Source::Failing => "Entropy(failing)",
        })
    }
}

impl Entropy {
    /// The operating system's generator.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A repeatable generator, for tests only: whoever knows the seed knows every secret.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(AtomicU64::new(seed)))
    }

    /// A generator that always fails, for tests of that failure.
    #[must_use]
    pub const fn failing() -> Self {
        Self(Source::Failing)
    }

    /// Fills `buffer` with random bytes.
    ///
    /// # Errors
    /// Fails when the random source fails; `buffer` must then not be used.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the operating system for chance"
    )]
    pub fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        match &self.0 {
            Source::System => getrandom::fill(buffer).map_err(|_| EntropyError),
            Source::Seeded(state) => {
                for chunk in buffer.chunks_mut(8) {
                    let word = split_mix(state).to_le_bytes();
                    let length = chunk.len();
                    chunk.copy_from_slice(&word[..length]);
                }
                Ok(())
            }
            Source::Failing => Err(EntropyError),
        }
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], EntropyError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// `length` random letters and digits, each equally likely (5.95 bits a character).
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn alphanumeric(&self, length: usize) -> Result<String, EntropyError> {
        self.pick(ALPHANUMERIC, length)
    }

    /// `length` random characters of the base64url alphabet (6 bits a character).
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn url_safe(&self, length: usize) -> Result<String, EntropyError> {
        self.pick(URL_SAFE, length)
    }

    /// A number from 0 to `bound` - 1, each equally likely; 0 when `bound` is 0.
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn below(&self, bound: u64) -> Result<u64, EntropyError> {
        if bound == 0 {
            return Ok(0);
        }
        // Values of the incomplete last stretch are thrown away, so that none is likelier.
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let word = u64::from_le_bytes(self.bytes()?);
            if word < limit {
                return Ok(word % bound);
            }
        }
    }

    fn pick(&self, alphabet: &[u8], length: usize) -> Result<String, EntropyError> {
        let usable = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        let mut block = [0_u8; 64];
        while text.len() < length {
            self.fill(&mut block)?;
            let wanted = length - text.len();
            let fair = block
                .iter()
                .map(|byte| usize::from(*byte))
                .filter(|byte| *byte < usable);
            text.extend(
                fair.take(wanted)
                    .map(|byte| char::from(alphabet[byte % alphabet.len()])),
            );
        }
        Ok(text)
    }
}

fn split_mix(state: &AtomicU64) -> u64 {
    const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut z = state.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
