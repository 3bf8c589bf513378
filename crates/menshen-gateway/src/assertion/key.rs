//! One key pair for ES256: made, sealed, opened, put to work, shown to the public.
//!
//! In: a record of the store. Out: signatures, and the public half as a JWK. The private half is parsed
//! once and kept parsed, because parsing costs more than signing; outside this module it only exists
//! sealed.

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use menshen_store::{KeyUse, SigningKey};
use serde::Serialize;
use wecom_sdk::Timestamp;

use super::ring::KeyError;
use crate::vault::{Purpose, Vault};

/// The type that every assertion names, so that no other token passes for one (RFC 8725, 3.11).
const TYPE: &str = "menshen-assertion+jwt";

/// The public half, as a member of the key set (RFC 7517). Security: it has no place for another.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PublicKey {
    kty: &'static str,
    crv: &'static str,
    r#use: &'static str,
    alg: &'static str,
    kid: String,
    x: String,
    y: String,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}

/// A key at work.
pub(super) struct Key {
    pair: EcdsaKeyPair,
    public: PublicKey,
    /// The first part of every token, which is always the same.
    header: String,
    pub(super) signs_from: Timestamp,
    pub(super) withdrawn_at: Option<Timestamp>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.public.kid)
    }
}

impl Key {
    /// Makes a key pair that begins to sign at `signs_from`. Its chance is the cipher library's own.
    pub(super) fn generate(
        vault: &Vault,
        now: Timestamp,
        signs_from: Timestamp,
    ) -> Result<SigningKey, KeyError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| KeyError::Cipher)?;
        let private = pair.to_pkcs8v1().map_err(|_| KeyError::Cipher)?;
        let public = pair.public_key().as_ref().to_vec();
        let id = PublicKey::of(&public).ok_or(KeyError::Cipher)?.kid;
        let sealed = vault.seal(Purpose::SigningKey, id.as_bytes(), private.as_ref())?;
        Ok(SigningKey {
            id,
            key_use: KeyUse::Assertion,
            public,
            sealed,
            created_at: now,
            signs_from,
            withdrawn_at: None,
        })
    }

    /// Opens and parses a key of the store.
    pub(super) fn open(vault: &Vault, record: &SigningKey) -> Result<Self, KeyError> {
        let unusable = || KeyError::Unusable(record.id.clone());
        let private = vault
            .open(Purpose::SigningKey, record.id.as_bytes(), &record.sealed)
            .map_err(|_| unusable())?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &private)
            .map_err(|_| unusable())?;
        // Security: what is published is what signs, not what the row says beside it.
        let public = PublicKey::of(pair.public_key().as_ref()).ok_or_else(unusable)?;
        if public.kid != record.id {
            return Err(unusable());
        }
        let header = Header {
            alg: public.alg,
            typ: TYPE,
            kid: &public.kid,
        };
        Ok(Self {
            header: encode(&serde_json::to_vec(&header).map_err(|_| unusable())?),
            pair,
            public,
            signs_from: record.signs_from,
            withdrawn_at: record.withdrawn_at,
        })
    }

    /// Signs a payload: a token in the compact form (RFC 7515).
    pub(super) fn sign(&self, payload: &impl Serialize) -> Result<String, KeyError> {
        let payload = serde_json::to_vec(payload).map_err(|_| KeyError::Cipher)?;
        let mut token = self.header.clone();
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let signature = self
            .pair
            .sign(&SystemRandom::new(), token.as_bytes())
            .map_err(|_| KeyError::Cipher)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        Ok(token)
    }

    /// The public half.
    pub(super) fn public(&self) -> &PublicKey {
        &self.public
    }
}

impl PublicKey {
    /// Reads an uncompressed point of P-256. Its name is its thumbprint (RFC 7638).
    fn of(point: &[u8]) -> Option<Self> {
        let [4, coordinates @ ..] = point else {
            return None;
        };
        let (x, y) = coordinates.split_at_checked(32)?;
        if y.len() != 32 {
            return None;
        }
        let (x, y) = (encode(x), encode(y));
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        Some(Self {
            kty: "EC",
            crv: "P-256",
            r#use: "sig",
            alg: "ES256",
            kid: encode(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref()),
            x,
            y,
        })
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
