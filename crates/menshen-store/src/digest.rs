//! The only form in which a secret reaches the store.
//!
//! In: 32 bytes that somebody else computed, or the beginning of their hex form as operators type it. Out:
//! a key to find rows by. Never: computes a digest, or gives back what was digested.

use std::fmt::{self, Write as _};

/// The SHA-256 of a secret: of a session id, a login state, a browser binding.
///
/// The store never sees the secret itself, so what lies in it cannot be replayed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Takes the 32 bytes of a SHA-256.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a column.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first eight hex digits: enough to find a line in a log, too few to be of use.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.first_bytes(4)
    }

    /// The first twelve hex digits: enough to name one record among millions, too few to be of use.
    #[must_use]
    pub fn handle(&self) -> String {
        self.first_bytes(6)
    }

    fn first_bytes(&self, most: usize) -> String {
        let bytes = self.0.iter().take(most);
        bytes.fold(String::with_capacity(2 * most), |mut text, byte| {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({}…)", self.prefix())
    }
}

/// The first hex digits of a digest, as an operator copies them from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestPrefix {
    first: Digest,
    last: Digest,
}

impl DigestPrefix {
    /// Every digest there is.
    pub const ANY: Self = Self {
        first: Digest([0x00; 32]),
        last: Digest([0xff; 32]),
    };

    /// Reads 1 to 64 hex digits in either case; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if text.is_empty() || text.len() > 64 || !is_hex {
            return None;
        }
        Some(Self {
            first: Digest(filled(text, "0")?),
            last: Digest(filled(text, "f")?),
        })
    }

    /// The smallest digest that begins like this.
    #[must_use]
    pub const fn first(&self) -> &Digest {
        &self.first
    }

    /// The greatest digest that begins like this.
    #[must_use]
    pub const fn last(&self) -> &Digest {
        &self.last
    }
}

fn filled(text: &str, digit: &str) -> Option<[u8; 32]> {
    let whole = format!("{text}{}", digit.repeat(64 - text.len()));
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(whole.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
