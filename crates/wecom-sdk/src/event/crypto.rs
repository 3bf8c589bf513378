//! The keys of one callback address, and what they do: sign, seal, open.
//!
//! In: values and texts. Out: base64 and signatures, or what was inside. Pure: chance comes in as bytes.
//! It judges neither time nor repetition, and never says why something did not open. Source: dossier
//! 12.4 (O-90968).

mod frame;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use secrecy::{ExposeSecret as _, SecretBox};
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;

use crate::entropy::{Entropy, EntropyError};
use crate::hex;
use crate::secret::Secret;
pub use frame::Opened;

/// 43 characters carry 258 bits, and real keys have the last two set: WeCom's own samples do.
const KEY_DECODER: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Token and `EncodingAESKey` of one callback address, as the console shows them.
///
/// ```
/// use wecom_sdk::event::CallbackKeys;
///
/// let keys = CallbackKeys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")?;
/// assert_eq!(format!("{keys:?}"), "CallbackKeys(…)");
///
/// let problem = CallbackKeys::new("QDG6eK", "too-short").unwrap_err();
/// assert!(problem.is_about_aes_key());
/// # Ok::<(), wecom_sdk::event::InvalidKeys>(())
/// ```
#[derive(Clone)]
pub struct CallbackKeys {
    token: Secret,
    aes_key: Arc<SecretBox<[u8; 32]>>,
}

/// A Token or `EncodingAESKey` that WeCom's console would not have accepted.
///
/// ```
/// use wecom_sdk::event::CallbackKeys;
///
/// let error = CallbackKeys::new("QDG6eK", "too short").unwrap_err();
/// assert!(error.is_about_aes_key());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKeys {
    is_about_aes_key: bool,
}

impl InvalidKeys {
    /// Whether it is the `EncodingAESKey` that is wrong, and not the Token.
    #[must_use]
    pub fn is_about_aes_key(&self) -> bool {
        self.is_about_aes_key
    }
}

impl fmt::Display for InvalidKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_about_aes_key {
            "the EncodingAESKey is not 43 letters and digits"
        } else {
            "the Token is not 1 to 32 letters and digits"
        })
    }
}

impl std::error::Error for InvalidKeys {}

impl CallbackKeys {
    /// Takes the two values of the console's page.
    ///
    /// # Errors
    /// Fails when the token is not 1 to 32 letters and digits, or the key not 43 of them:
    /// [`InvalidKeys::is_about_aes_key`] tells which.
    pub fn new(token: &str, encoding_aes_key: &str) -> Result<Self, InvalidKeys> {
        let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !(1..=32).contains(&token.len()) || !is_word(token) {
            return Err(InvalidKeys {
                is_about_aes_key: false,
            });
        }
        let invalid = InvalidKeys {
            is_about_aes_key: true,
        };
        if encoding_aes_key.len() != 43 || !is_word(encoding_aes_key) {
            return Err(invalid);
        }
        let mut aes_key = Box::new([0; 32]);
        let length = KEY_DECODER.decode_slice(encoding_aes_key, aes_key.as_mut_slice());
        if length != Ok(32) {
            return Err(invalid);
        }
        Ok(Self {
            token: Secret::new(token),
            aes_key: Arc::new(SecretBox::new(aes_key)),
        })
    }

    /// The signature over the three values that travel and the token that does not: lower-case hex.
    ///
    /// ```
    /// use wecom_sdk::event::CallbackKeys;
    ///
    /// let keys = CallbackKeys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")?;
    /// let echostr = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
    /// let signature = keys.sign("1409659589", "263014780", echostr);
    /// assert_eq!(signature, "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3");
    /// # Ok::<(), wecom_sdk::event::InvalidKeys>(())
    /// ```
    #[must_use]
    pub fn sign(&self, timestamp: &str, nonce: &str, encrypt: &str) -> String {
        let mut values = [self.token.expose(), timestamp, nonce, encrypt];
        values.sort_unstable();
        let mut sha1 = Sha1::new();
        for value in values {
            sha1.update(value);
        }
        hex::lower(&sha1.finalize())
    }

    /// Whether `signature` is the one over these values, compared in constant time.
    ///
    /// A signature alone proves little: its input has no separators, so that digits can be moved from
    /// one value to the next. [`Receiver`](super::Receiver) bounds the values first.
    #[must_use]
    pub fn is_signed(&self, signature: &str, timestamp: &str, nonce: &str, encrypt: &str) -> bool {
        let right = self.sign(timestamp, nonce, encrypt);
        right.as_bytes().ct_eq(signature.as_bytes()).into()
    }

    /// Seals a text for a receiver, in base64: what WeCom's server does with an event, and we do with a
    /// passive reply.
    ///
    /// ```
    /// use wecom_sdk::Entropy;
    /// use wecom_sdk::event::CallbackKeys;
    ///
    /// let keys = CallbackKeys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")?;
    /// let sealed = keys.seal("hello", "wx5823bf96d3bd56c7", &Entropy::system())?;
    /// let opened = keys.open(&sealed).ok_or("not ours")?;
    /// assert_eq!((opened.message(), opened.receive_id()), ("hello", "wx5823bf96d3bd56c7"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn seal(
        &self,
        message: &str,
        receive_id: &str,
        entropy: &Entropy,
    ) -> Result<String, EntropyError> {
        Ok(self.seal_with(&entropy.bytes()?, message, receive_id))
    }

    /// As [`seal`](Self::seal), with the sixteen random bytes given: for test vectors.
    #[must_use]
    pub fn seal_with(&self, random: &[u8; 16], message: &str, receive_id: &str) -> String {
        let mut bytes = frame::build(random, message, receive_id);
        let length = bytes.len();
        let key = self.aes_key.expose_secret();
        let cipher = cbc::Encryptor::<aes::Aes256>::new(key.into(), &iv(key));
        // The frame is a whole number of blocks, so nothing is added and nothing can fail.
        match cipher.encrypt_padded::<NoPadding>(&mut bytes, length) {
            Ok(sealed) => STANDARD.encode(sealed),
            Err(_) => String::new(),
        }
    }

    /// Opens what was sealed with this key; `None` for everything else, without a reason.
    ///
    /// Checked are base64, block length, every byte of the padding and the inner lengths, which must fit
    /// exactly. Who it was sealed for is for the caller to compare.
    #[must_use]
    pub fn open(&self, encrypt: &str) -> Option<Opened> {
        let mut bytes = STANDARD.decode(encrypt).ok()?;
        if bytes.is_empty() || !bytes.len().is_multiple_of(frame::BLOCK) {
            return None;
        }
        let key = self.aes_key.expose_secret();
        let cipher = cbc::Decryptor::<aes::Aes256>::new(key.into(), &iv(key));
        let plain = cipher.decrypt_padded::<NoPadding>(&mut bytes).ok()?;
        frame::read(plain)
    }
}

/// WeCom takes the first half of the key as the first block.
fn iv(key: &[u8; 32]) -> aes::Block {
    let mut iv = aes::Block::default();
    iv.copy_from_slice(&key[..16]);
    iv
}

impl fmt::Debug for CallbackKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackKeys(…)")
    }
}
