//! What the demo's site believes, and what it does not.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Checked, check};

const ORIGIN: &str = "http://127.0.0.1:8080";
const NOW: i64 = 1_800_000_000;

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn pair() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

/// A gateway that publishes this key.
fn gateway(pair: &EcdsaKeyPair) -> Router {
    let point = pair.public_key().as_ref();
    let keys = json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "kid": "k", "x": encode(&point[1..33]), "y": encode(&point[33..]),
    }] });
    let publish = move || {
        let keys = keys.clone();
        async move { Json(keys) }
    };
    Router::new().route("/_menshen/jwks.json", get(publish))
}

fn header() -> Value {
    json!({ "alg": "ES256", "typ": "menshen-assertion+jwt", "kid": "k" })
}

fn claims() -> Value {
    json!({ "iss": ORIGIN, "aud": ORIGIN, "exp": NOW + 300, "preferred_username": "zhangsan" })
}

fn with(mut value: Value, name: &str, to: impl Into<Value>) -> Value {
    value[name] = to.into();
    value
}

fn signed(pair: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let text = format!(
        "{}.{}",
        encode(header.to_string()),
        encode(claims.to_string())
    );
    let signature = pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    format!("{text}.{}", encode(signature))
}

#[tokio::test]
async fn a_genuine_assertion_says_who_it_is_and_by_which_key() {
    let pair = pair();
    let token = signed(&pair, &header(), &claims());
    let Checked::Genuine(genuine) = check(&gateway(&pair), ORIGIN, &token, NOW).await else {
        panic!("it is genuine");
    };
    assert_eq!(genuine.user, "zhangsan");
    assert_eq!(genuine.key_id, "k");
    assert_eq!(genuine.claims, claims());
    let none = check(&gateway(&pair), ORIGIN, "", NOW).await;
    assert!(matches!(none, Checked::Absent), "{none:?}");
}

#[tokio::test]
async fn s_148_nothing_else_is_believed() {
    let (ours, theirs) = (pair(), pair());
    let token = signed(&ours, &header(), &claims());
    let (text, signature) = token.rsplit_once('.').unwrap();
    let (head, _) = text.split_once('.').unwrap();
    let other = encode(with(claims(), "preferred_username", "root").to_string());
    let refused = [
        signed(&theirs, &header(), &claims()),
        format!("{head}.{other}.{signature}"),
        format!("{text}."),
        format!("{text}.{}", encode([0; 64])),
        signed(&ours, &with(header(), "alg", "none"), &claims()),
        signed(&ours, &with(header(), "typ", "JWT"), &claims()),
        signed(&ours, &with(header(), "kid", "another"), &claims()),
        signed(
            &ours,
            &header(),
            &with(claims(), "aud", "https://hr.example.com"),
        ),
        signed(
            &ours,
            &header(),
            &with(claims(), "iss", "https://login.example.net"),
        ),
        signed(&ours, &header(), &with(claims(), "exp", NOW - 61)),
        signed(&ours, &header(), &with(claims(), "exp", Value::Null)),
        "no token".to_owned(),
        "a.b.c".to_owned(),
    ];
    for token in refused {
        let checked = check(&gateway(&ours), ORIGIN, &token, NOW).await;
        assert!(
            matches!(checked, Checked::Refused(_)),
            "{token}: {checked:?}"
        );
    }
}
