//! Checks the signed assertion, as `docs/handbook/assertion.md` tells every application to.
//!
//! In: what came in `X-Menshen-Assertion`, and the time. Out: who it is, by whose key; or what is wrong with it.
//! The key set is the gateway's published one, asked for at its fixed address in process. Never: takes a key, an
//! address of keys or an algorithm from the token.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt as _;

#[cfg(test)]
mod tests;

const KEYS: &str = "/_menshen/jwks.json";
const TYPE: &str = "menshen-assertion+jwt";
/// How far two clocks may differ, in seconds.
const LEEWAY: i64 = 60;

/// What became of an assertion.
#[derive(Clone, Debug)]
pub(super) enum Checked {
    /// There is none: nobody is signed in.
    Absent,
    /// It is genuine, for this site, and in time.
    Genuine(Genuine),
    /// It is not to be believed.
    Refused(&'static str),
}

/// A genuine assertion.
#[derive(Clone, Debug)]
pub(super) struct Genuine {
    /// The name of the key that signed it.
    pub(super) key_id: String,
    /// WeCom's name for the person.
    pub(super) user: String,
    /// Everything it says.
    pub(super) claims: Value,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: i64,
    preferred_username: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    crv: String,
    kid: String,
    x: String,
    y: String,
}

/// Checks an assertion that came to the site at `origin`, where the gateway has the same origin.
pub(super) async fn check(gateway: &Router, origin: &str, token: &str, now: i64) -> Checked {
    if token.is_empty() {
        return Checked::Absent;
    }
    match try_check(gateway, origin, token, now).await {
        Ok(genuine) => Checked::Genuine(genuine),
        Err(why) => Checked::Refused(why),
    }
}

async fn try_check(
    gateway: &Router,
    origin: &str,
    token: &str,
    now: i64,
) -> Result<Genuine, &'static str> {
    let (signed, signature) = token.rsplit_once('.').ok_or("it is no token")?;
    let (head, payload) = signed.split_once('.').ok_or("it is no token")?;
    let header: Header = part(head).ok_or("its header is unreadable")?;
    if header.alg != "ES256" || header.typ != TYPE {
        return Err("it is another kind of token");
    }
    let key = find_key(gateway, origin, &header.kid).await;
    let key = key.ok_or("no published key has its name")?;
    let signature = URL_SAFE_NO_PAD.decode(signature);
    let signature = signature.map_err(|_| "its signature is unreadable")?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| "its signature is wrong")?;
    let claims: Claims = part(payload).ok_or("its claims are unreadable")?;
    if claims.iss != origin || claims.aud != origin {
        return Err("it is from another gateway, or for another site");
    }
    if claims.exp + LEEWAY < now {
        return Err("its time is over");
    }
    Ok(Genuine {
        key_id: header.kid,
        user: claims.preferred_username,
        claims: part(payload).unwrap_or_default(),
    })
}

fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// The point of the published key with this name.
async fn find_key(gateway: &Router, origin: &str, key_id: &str) -> Option<Vec<u8>> {
    let host = origin.split_once("://")?.1;
    let asked = Request::get(KEYS).header(header::HOST, host);
    let Ok(answer) = gateway
        .clone()
        .oneshot(asked.body(Body::empty()).ok()?)
        .await;
    let body = answer.into_body().collect().await.ok()?;
    let set: KeySet = serde_json::from_slice(&body.to_bytes()).ok()?;
    let key = set.keys.into_iter().find(|key| key.kid == key_id)?;
    if key.kty != "EC" || key.crv != "P-256" {
        return None;
    }
    let coordinates = [key.x, key.y].map(|text| URL_SAFE_NO_PAD.decode(text));
    let [Ok(x), Ok(y)] = coordinates else {
        return None;
    };
    Some([&[4], x.as_slice(), y.as_slice()].concat())
}
