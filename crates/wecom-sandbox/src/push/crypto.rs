//! The cipher and the signature of callbacks (dossier 12.4), as WeCom's server applies them.
//!
//! In: the Token and `EncodingAESKey` that an admin has set. Out: sealed messages and their signatures.
//! The sandbox's own, on purpose: the client's would agree with its own mistakes; the
//! official vectors are the referee of both.

use aes::Aes256;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha1::{Digest as _, Sha1};

use crate::world::hex;

/// Keys end in bits that are not always zero: a strict decoder refuses the official sample.
const KEYS: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Messages are padded to a multiple of this, not of the cipher's 16.
const BLOCK: usize = 32;

/// A key that is none: not 43 letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadKey;

/// The key of one callback address.
#[derive(Clone)]
pub(crate) struct Sealer {
    key: [u8; 32],
    token: String,
    receive_id: String,
}

impl Sealer {
    /// `receive_id`: the corp's id.
    pub(crate) fn new(token: &str, aes_key: &str, receive_id: &str) -> Result<Self, BadKey> {
        let is_plain = aes_key.len() == 43 && aes_key.bytes().all(|b| b.is_ascii_alphanumeric());
        let bytes = KEYS.decode(aes_key).ok().filter(|_| is_plain);
        let key = bytes.and_then(|bytes| bytes.try_into().ok());
        Ok(Self {
            key: key.ok_or(BadKey)?,
            token: token.to_owned(),
            receive_id: receive_id.to_owned(),
        })
    }

    /// random ‖ length ‖ message ‖ receive id, padded, encrypted, in base64.
    pub(crate) fn seal(&self, random: [u8; 16], message: &[u8]) -> String {
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
        let mut plain = random.to_vec();
        plain.extend(length.to_be_bytes());
        plain.extend(message);
        plain.extend(self.receive_id.as_bytes());
        let pad = BLOCK - plain.len() % BLOCK;
        plain.extend(std::iter::repeat_n(u8::try_from(pad).unwrap_or(0), pad));
        let cipher = cbc::Encryptor::<Aes256>::new(&self.key.into(), &self.iv().into());
        let whole = plain.len();
        // The length is a multiple of the block, so there is always room.
        let sealed = cipher.encrypt_padded::<NoPadding>(&mut plain, whole);
        let sealed = sealed.map(<[u8]>::to_vec).unwrap_or_default();
        base64::engine::general_purpose::STANDARD.encode(sealed)
    }

    /// SHA-1 over token, timestamp, nonce and ciphertext, sorted by their bytes.
    pub(crate) fn sign(&self, timestamp: &str, nonce: &str, sealed: &str) -> String {
        let mut parts = [self.token.as_str(), timestamp, nonce, sealed];
        parts.sort_unstable();
        hex(&Sha1::digest(parts.concat().as_bytes()))
    }

    /// The first half of the key.
    fn iv(&self) -> [u8; 16] {
        let mut iv = [0; 16];
        iv.copy_from_slice(self.key.split_at(16).0);
        iv
    }
}

#[cfg(test)]
mod tests {
    //! The official vectors (dossier 12.5), and what must not open.

    use aes::Aes256;
    use aes::cipher::block_padding::NoPadding;
    use aes::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
    use base64::Engine as _;

    use super::{BLOCK, Sealer};

    impl Sealer {
        /// The message inside; `None` when anything about it is wrong.
        fn open(&self, sealed: &str) -> Option<Vec<u8>> {
            let sealed = base64::engine::general_purpose::STANDARD.decode(sealed);
            let mut bytes = sealed.ok()?;
            let cipher = cbc::Decryptor::<Aes256>::new(&self.key.into(), &self.iv().into());
            let plain = cipher.decrypt_padded::<NoPadding>(&mut bytes).ok()?;
            let pad = usize::from(*plain.last()?);
            let (plain, padding) = plain.split_at_checked(plain.len().checked_sub(pad)?)?;
            let is_padded =
                (1..=BLOCK).contains(&pad) && padding.iter().all(|b| usize::from(*b) == pad);
            let length = plain.get(16..20).filter(|_| is_padded)?;
            let length = usize::try_from(u32::from_be_bytes(length.try_into().ok()?)).ok()?;
            let (message, receive_id) = plain.get(20..)?.split_at_checked(length)?;
            (receive_id == self.receive_id.as_bytes()).then(|| message.to_vec())
        }
    }

    const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
    const ECHOSTR: &str =
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
    const POSTED: &str = "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==";

    fn sealer() -> Sealer {
        Sealer::new("QDG6eK", KEY, "wx5823bf96d3bd56c7").unwrap()
    }

    #[test]
    fn the_official_messages_open_and_are_signed_so() {
        let opened = sealer().open(ECHOSTR).unwrap();
        assert_eq!(opened, b"1616140317555161061");
        let signature = sealer().sign("1409659589", "263014780", ECHOSTR);
        assert_eq!(signature, "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3");
        let opened = sealer().open(POSTED).unwrap();
        assert_eq!(opened.len(), 284);
        let signature = sealer().sign("1409659813", "1372623149", POSTED);
        assert_eq!(signature, "477715d11cdb4164915debcba66cb864d751f3e6");
    }

    #[test]
    fn the_official_message_is_sealed_to_the_same_bytes() {
        let sealed = sealer().seal(*b"c41b64491c2468d0", b"1616140317555161061");
        assert_eq!(sealed, ECHOSTR);
    }

    #[test]
    fn a_full_block_of_padding_is_sealed_and_opened() {
        let key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";
        let sealer = Sealer::new("TokenForTests01", key, "ww1111222233334444").unwrap();
        let message = b"77777777777777777777777777";
        let echo = sealer.seal(*b"0123456789abcdef", message);
        let signature = sealer.sign("1700000002", "nonceB2", &echo);
        assert_eq!(signature, "38858e4409beb4d2ef6718862282f13fc7346c45");
        assert_eq!(sealer.open(&echo).unwrap(), message);
    }

    #[test]
    fn what_was_changed_or_is_anothers_does_not_open() {
        let other = Sealer::new("QDG6eK", KEY, "wx5823bf96d3bd56c8").unwrap();
        assert_eq!(other.open(ECHOSTR), None);
        let engine = base64::engine::general_purpose::STANDARD;
        let mut bytes = engine.decode(ECHOSTR).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(sealer().open(&engine.encode(bytes)), None);
        for text in ["", "====", "AAAA", "%"] {
            assert_eq!(sealer().open(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_43_letters_and_digits() {
        for key in ["", "short", &KEY[1..], &KEY.replace('j', "+")] {
            assert!(Sealer::new("t", key, "c").is_err(), "{key}");
        }
    }
}
