//! The `state` that WeCom carries round: opaque, unguessable, without meaning.
//!
//! Drawn from entropy, or parsed; what is in it has WeCom's alphabet and length. It never carries data.

use std::fmt;

use crate::entropy::{Entropy, EntropyError};

/// Long enough for 190 bits, short enough for every page that carries it.
const LENGTH: usize = 32;
/// WeCom's limit.
const MOST: usize = 128;

/// A text that cannot be a `state`.
///
/// ```
/// use wecom_sdk::{InvalidState, LoginState};
///
/// assert_eq!(LoginState::parse("a b").unwrap_err(), InvalidState);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidState;

impl fmt::Display for InvalidState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a state: 1 to 128 letters and digits")
    }
}

impl std::error::Error for InvalidState {}

/// A `state`: 1 to 128 letters and digits. Blind in `Debug`: whoever knows it before the person comes
/// back holds half of a login.
///
/// ```
/// use wecom_sdk::{Entropy, LoginState};
///
/// let state = LoginState::draw(&Entropy::system())?;
/// assert_eq!(state.as_str().len(), 32);
/// assert!(LoginState::parse("return_to=/admin").is_err());
/// # Ok::<(), wecom_sdk::EntropyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct LoginState(String);

impl LoginState {
    /// Draws a new one: 32 letters and digits, 190 bits.
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn draw(entropy: &Entropy) -> Result<Self, EntropyError> {
        entropy.alphanumeric(LENGTH).map(Self)
    }

    /// Checks the shape of a text.
    ///
    /// # Errors
    /// Fails unless the text is 1 to 128 letters and digits.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidState> {
        let text = text.into();
        let fits = (1..=MOST).contains(&text.len());
        if fits && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(text))
        } else {
            Err(InvalidState)
        }
    }

    /// The text itself, for the link and for its digest.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LoginState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginState(…)")
    }
}
