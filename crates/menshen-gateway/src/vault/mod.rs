//! What is done with the data key: sealing, MACs and digests.
//!
//! In: the key of `data_key_file` and bytes. Out: sealed bytes, MACs, digests. Every [`Purpose`] has
//! a key of its own, derived by HKDF-SHA-256, so that nothing made for one use is good for another.
//! Never: prints a key, uses a nonce that the caller chose, or says why something did not open.

mod key;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{digest, hkdf, hmac};
use menshen_store::Digest;
use wecom_sdk::Entropy;
use zeroize::Zeroizing;

pub use key::{DataKey, DataKeyError};

/// The first byte of everything sealed: the format, so that another can follow.
const FORMAT: u8 = 1;
const NONCE_LENGTH: usize = 12;
const KEY_ID_LENGTH: usize = 8;
const HEAD_LENGTH: usize = 1 + KEY_ID_LENGTH + NONCE_LENGTH;

/// What a key is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The known text that ties a store to a data key.
    KeyCheck,
    /// The personal fields of an identity.
    PersonalFields,
    /// A WeCom access token in the store.
    WecomToken,
    /// Computing a session id (a MAC).
    SessionId,
    /// The token of a form (a MAC).
    Csrf,
    /// The private half of a signing key.
    SigningKey,
    /// Computing the id of a session at a site (a MAC).
    SiteSessionId,
}

impl Purpose {
    const ALL: [Self; 7] = [
        Self::KeyCheck,
        Self::PersonalFields,
        Self::WecomToken,
        Self::SessionId,
        Self::Csrf,
        Self::SigningKey,
        Self::SiteSessionId,
    ];

    /// The name that goes into the derivation. Never changes: what was sealed would not open again.
    const fn label(self) -> &'static str {
        match self {
            Self::KeyCheck => "menshen key check v1",
            Self::PersonalFields => "menshen personal fields v1",
            Self::WecomToken => "menshen wecom token v1",
            Self::SessionId => "menshen session id v1",
            Self::Csrf => "menshen csrf v1",
            Self::SigningKey => "menshen signing key v1",
            Self::SiteSessionId => "menshen site session id v1",
        }
    }
}

/// Why the vault did not do it. On purpose without detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The bytes were not sealed under this key, for this purpose, with this context; or were changed.
    #[error("the sealed value cannot be opened with this data key")]
    DoesNotOpen,
    /// The random source or the cipher failed.
    #[error("sealing failed")]
    SealFailed,
}

/// The data key at work. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    key_id: [u8; KEY_ID_LENGTH],
    /// One for each of [`Purpose::ALL`], in its order.
    keys: Vec<Keys>,
    entropy: Arc<Entropy>,
}

struct Keys {
    seal: LessSafeKey,
    mac: hmac::Key,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// Derives all keys.
    pub fn new(key: &DataKey, entropy: Arc<Entropy>) -> Result<Self, VaultError> {
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"menshen data key").extract(key.bytes());
        let mut key_id = [0; KEY_ID_LENGTH];
        key_id.copy_from_slice(&derive(&prk, &["menshen key id"])?[..KEY_ID_LENGTH]);
        let keys = |purpose: Purpose| -> Result<Keys, VaultError> {
            let seal = derive(&prk, &[purpose.label(), "seal"])?;
            let mac = derive(&prk, &[purpose.label(), "mac"])?;
            Ok(Keys {
                seal: LessSafeKey::new(
                    UnboundKey::new(&AES_256_GCM_SIV, seal.as_slice())
                        .map_err(|_| VaultError::SealFailed)?,
                ),
                mac: hmac::Key::new(hmac::HMAC_SHA256, mac.as_slice()),
            })
        };
        let keys = Purpose::ALL
            .into_iter()
            .map(keys)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self(Arc::new(Inner {
            key_id,
            keys,
            entropy,
        })))
    }

    /// Seals bytes. `context` is what they belong to (a subject id, a token's key): the same has to be
    /// given to open them, so that a row cannot be moved to another person.
    pub fn seal(
        &self,
        purpose: Purpose,
        context: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; NONCE_LENGTH] =
            self.0.entropy.bytes().map_err(|_| VaultError::SealFailed)?;
        let mut sealed = Vec::with_capacity(HEAD_LENGTH + plain.len() + 16);
        sealed.push(FORMAT);
        sealed.extend_from_slice(&self.0.key_id);
        sealed.extend_from_slice(&nonce);
        let mut body = plain.to_vec();
        self.keys(purpose)
            .seal
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(self.aad(purpose, context)),
                &mut body,
            )
            .map_err(|_| VaultError::SealFailed)?;
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Opens what [`Vault::seal`] sealed for the same purpose and context.
    pub fn open(
        &self,
        purpose: Purpose,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (head, body) = sealed
            .split_at_checked(HEAD_LENGTH)
            .ok_or(VaultError::DoesNotOpen)?;
        if head[0] != FORMAT || head[1..=KEY_ID_LENGTH] != self.0.key_id {
            return Err(VaultError::DoesNotOpen);
        }
        let nonce = Nonce::try_assume_unique_for_key(&head[1 + KEY_ID_LENGTH..])
            .map_err(|_| VaultError::DoesNotOpen)?;
        let mut body = Zeroizing::new(body.to_vec());
        let aad = Aad::from(self.aad(purpose, context));
        let length = self
            .keys(purpose)
            .seal
            .open_in_place(nonce, aad, &mut body)
            .map_err(|_| VaultError::DoesNotOpen)?
            .len();
        body.truncate(length);
        Ok(body)
    }

    /// HMAC-SHA-256 over the parts, each preceded by its length, under the purpose's own key.
    #[must_use]
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = hmac::Context::with_key(&self.keys(purpose).mac);
        for part in parts {
            // Security: without the lengths, parts cut at another place would have the same code.
            mac.update(&length(part));
            mac.update(part);
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(mac.sign().as_ref());
        bytes
    }

    fn keys(&self, purpose: Purpose) -> &Keys {
        &self.0.keys[purpose as usize]
    }

    fn aad(&self, purpose: Purpose, context: &[u8]) -> Vec<u8> {
        let label = purpose.label().as_bytes();
        // Security: purpose and owner are bound in, so that no sealed field can be moved to another.
        let mut aad = vec![FORMAT];
        aad.extend_from_slice(&self.0.key_id);
        aad.extend_from_slice(&length(label));
        aad.extend_from_slice(label);
        aad.extend_from_slice(context);
        aad
    }
}

/// The SHA-256 of some bytes, as the store keys its rows.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Digest {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    Digest::from_bytes(out)
}

fn derive(prk: &hkdf::Prk, info: &[&str]) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let info: Vec<&[u8]> = info.iter().map(|part| part.as_bytes()).collect();
    let mut out = Zeroizing::new([0; 32]);
    prk.expand(&info, hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(out.as_mut_slice()))
        .map_err(|_| VaultError::SealFailed)?;
    Ok(out)
}

fn length(bytes: &[u8]) -> [u8; 8] {
    (bytes.len() as u64).to_be_bytes()
}
