//! What lies under the cipher: 16 random bytes, the length, the text, the receiver, the padding.
//!
//! Padded to 32 bytes, although the cipher's block has 16: the padding is therefore done here, in full.

use std::fmt;

use subtle::{Choice, ConstantTimeEq as _, ConstantTimeLess as _};

/// WeCom pads to this many bytes.
pub(super) const BLOCK: usize = 32;
/// The random bytes and the length of the text.
const HEAD: usize = 20;

/// What was under the seal. `Debug` shows nothing of it: an event describes people.
///
/// ```
/// use wecom_sdk::Entropy;
/// use wecom_sdk::event::CallbackKeys;
///
/// let keys = CallbackKeys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")?;
/// let sealed = keys.seal("hello", "wx5823bf96d3bd56c7", &Entropy::system())?;
/// let opened = keys.open(&sealed).ok_or("not sealed with these keys")?;
/// assert_eq!((opened.message(), opened.receive_id()), ("hello", "wx5823bf96d3bd56c7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Opened {
    message: String,
    receive_id: String,
}

impl Opened {
    /// The text.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whom it was sealed for: the corp id, for an agent and for contact sync.
    #[must_use]
    pub fn receive_id(&self) -> &str {
        &self.receive_id
    }

    pub(in super::super) fn into_message(self) -> String {
        self.message
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened(…)")
    }
}

pub(super) fn build(random: &[u8; 16], message: &str, receive_id: &str) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(HEAD + message.len() + receive_id.len() + BLOCK);
    bytes.extend_from_slice(random);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(message.as_bytes());
    bytes.extend_from_slice(receive_id.as_bytes());
    let pad = BLOCK - bytes.len() % BLOCK;
    bytes.resize(bytes.len() + pad, u8::try_from(pad).unwrap_or_default());
    bytes
}

/// Security: the lengths must fit exactly; a text that was cut or lengthened by whole blocks does not pass.
pub(super) fn read(plain: &[u8]) -> Option<Opened> {
    let content = unpad(plain)?;
    let (head, rest) = content.split_at_checked(HEAD)?;
    let length = u32::from_be_bytes(head[16..].try_into().ok()?);
    let (message, receive_id) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some(Opened {
        message: std::str::from_utf8(message).ok()?.to_owned(),
        receive_id: std::str::from_utf8(receive_id).ok()?.to_owned(),
    })
}

/// Every byte of the padding counts, and which of them was wrong cannot be told from the time it took.
fn unpad(plain: &[u8]) -> Option<&[u8]> {
    let tail = plain.last_chunk::<BLOCK>()?;
    let pad = tail[BLOCK - 1];
    let most = u8::try_from(BLOCK).unwrap_or_default();
    let mut is_right = !pad.ct_eq(&0) & pad.ct_lt(&(most + 1));
    for (place, byte) in (1..=most).zip(tail.iter().rev()) {
        let is_inside: Choice = !pad.ct_lt(&place);
        is_right &= !is_inside | byte.ct_eq(&pad);
    }
    bool::from(is_right).then(|| &plain[..plain.len() - usize::from(pad)])
}
