//! Signing, keeping and rotating, with a clock that is moved by hand.

use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use menshen_store::KeyUse;
use serde_json::{Value, json};
use wecom_sdk::Timestamp;

use super::{About, AssertionKeys, Kept, KeyError, Wanted, rotate};
use crate::parts::Parts;
use crate::parts::sample::{self, NOW};

const ISSUER: &str = "https://login.example.com";
const WIKI: &str = "https://wiki.example.com";
const HR: &str = "https://hr.example.com";
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

fn about(groups: &[String]) -> About {
    About {
        sub: "018f3c6e-0000-7000-8000-000000000001".to_owned(),
        user_id: "zhangsan".to_owned(),
        name: Some("张三".to_owned()),
        email: Some(("zhangsan@corp.example".to_owned(), true)),
        groups: groups.to_vec(),
        corp_id: "ww5f1e2d3c4b5a6978".to_owned(),
        connector_id: "hq".to_owned(),
    }
}

fn wanted(audience: &str, now: Timestamp) -> Wanted<'_> {
    Wanted {
        issuer: ISSUER,
        audience,
        as_of: NOW,
        now,
    }
}

/// What a verifier does: key by name, signature, then the words.
fn verified(parts: &Parts, token: &HeaderValue, now: Timestamp) -> (Value, Value) {
    let token = token.to_str().unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    let published = serde_json::to_value(parts.assertion_keys.published(now)).unwrap();
    let keys = published.as_array().unwrap();
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let mut point = vec![4];
    for coordinate in ["x", "y"] {
        point.extend(decode(key[coordinate].as_str().unwrap()));
    }
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        .verify(signed.as_bytes(), &decode(signature))
        .unwrap();
    (header, serde_json::from_slice(&decode(payload)).unwrap())
}

fn sign(parts: &Parts, kept: &Kept, site: &str, now: Timestamp) -> HeaderValue {
    let keys = &parts.assertion_keys;
    keys.assertion(kept, wanted(site, now), || about(&[]))
        .unwrap()
}

#[tokio::test]
async fn an_assertion_says_who_for_whom_and_for_how_long() {
    let parts = sample::parts().await;
    let groups = ["department:4".to_owned(), "/总部/研发部".to_owned()];
    let token = parts
        .assertion_keys
        .assertion(&Kept::default(), wanted(WIKI, NOW), || about(&groups))
        .unwrap();
    assert!(token.is_sensitive());
    let (header, claims) = verified(&parts, &token, NOW);
    let kid = header["kid"].clone();
    assert_eq!(
        header,
        json!({ "alg": "ES256", "typ": "menshen-assertion+jwt", "kid": kid })
    );
    assert_eq!(
        claims,
        json!({
            "iss": ISSUER,
            "aud": WIKI,
            "sub": "018f3c6e-0000-7000-8000-000000000001",
            "iat": NOW.as_seconds(),
            "exp": NOW.as_seconds() + 300,
            "preferred_username": "zhangsan",
            "name": "张三",
            "email": "zhangsan@corp.example",
            "email_verified": true,
            "groups": groups,
            "wecom_corp_id": "ww5f1e2d3c4b5a6978",
            "wecom_connector": "hq",
        })
    );
}

#[tokio::test]
async fn what_is_unknown_is_left_out() {
    let parts = sample::parts().await;
    let nobody = About {
        name: None,
        email: None,
        ..about(&[])
    };
    let keys = &parts.assertion_keys;
    let token = keys.assertion(&Kept::default(), wanted(WIKI, NOW), || nobody);
    let (_, claims) = verified(&parts, &token.unwrap(), NOW);
    for absent in ["name", "email", "email_verified"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
    assert_eq!(claims["groups"], json!([]));
}

#[tokio::test]
async fn one_assertion_serves_a_session_at_a_site_until_shortly_before_its_end() {
    let parts = sample::parts().await;
    let kept = Kept::default();
    let first = sign(&parts, &kept, WIKI, NOW);
    let last = NOW.plus(4 * MINUTE).minus(SECOND);
    assert_eq!(sign(&parts, &kept, WIKI, last), first);
    let renewed = sign(&parts, &kept, WIKI, NOW.plus(4 * MINUTE));
    assert_ne!(renewed, first);
    let (_, claims) = verified(&parts, &renewed, NOW);
    assert_eq!(claims["iat"], NOW.as_seconds() + 240);
    // A clock that was set back would make upstreams see a token from the future.
    assert_ne!(sign(&parts, &kept, WIKI, NOW.minus(SECOND)), renewed);
}

#[tokio::test]
async fn s_167_each_site_gets_an_assertion_of_its_own() {
    let parts = sample::parts().await;
    let kept = Kept::default();
    let (wiki, hr) = (sign(&parts, &kept, WIKI, NOW), sign(&parts, &kept, HR, NOW));
    assert_eq!(verified(&parts, &wiki, NOW).1["aud"], WIKI);
    assert_eq!(verified(&parts, &hr, NOW).1["aud"], HR);
    assert_eq!(sign(&parts, &kept, WIKI, NOW), wiki);
}

#[tokio::test]
async fn s_049_newer_facts_are_signed_anew() {
    let parts = sample::parts().await;
    let kept = Kept::default();
    let first = sign(&parts, &kept, WIKI, NOW);
    let moved = ["department:3".to_owned()];
    let newer = Wanted {
        as_of: NOW.plus(SECOND),
        ..wanted(WIKI, NOW)
    };
    let keys = &parts.assertion_keys;
    let second = keys.assertion(&kept, newer, || about(&moved)).unwrap();
    assert_ne!(second, first);
    assert_eq!(verified(&parts, &second, NOW).1["groups"], json!(moved));
}

#[tokio::test]
async fn a_session_that_visits_many_sites_keeps_few_assertions() {
    let parts = sample::parts().await;
    let kept = Kept::default();
    let first = sign(&parts, &kept, "https://site0.example.com", NOW);
    for number in 1..=20 {
        sign(
            &parts,
            &kept,
            &format!("https://site{number}.example.com"),
            NOW,
        );
    }
    // ES256 has chance in it, so a new signature is another one.
    assert_ne!(sign(&parts, &kept, "https://site0.example.com", NOW), first);
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_after() {
    let parts = sample::parts().await;
    let keys = &parts.assertion_keys;
    let rotated = rotate(&*parts.store, &parts.vault, NOW).await.unwrap();
    keys.refresh(&*parts.store, NOW).await.unwrap();
    assert_eq!(rotated.signs_from, NOW.plus(60 * MINUTE));
    let signer = |now| {
        let token = sign(&parts, &Kept::default(), WIKI, now);
        let (header, _) = verified(&parts, &token, now);
        header["kid"].as_str().unwrap().to_owned()
    };
    assert_eq!(keys.published(NOW).len(), 2);
    assert_ne!(signer(rotated.signs_from.minus(SECOND)), rotated.id);
    assert_eq!(signer(rotated.signs_from), rotated.id);
    let last = rotated.others_end_at.minus(SECOND);
    assert_eq!(keys.published(last).len(), 2);
    assert_eq!(keys.published(rotated.others_end_at).len(), 1);
    // The last assertion of the old key has ended long before its key goes.
    assert!(rotated.others_end_at.since(rotated.signs_from) > 2 * super::LIFETIME);
}

/// Every verifier has every key it needs: at each minute of a rotation, with a key set as old as caches
/// may keep it, and an assertion of any age that is still good.
#[tokio::test]
async fn s_151_no_rotation_leaves_a_verifier_without_a_key() {
    const CACHED: u32 = 5;
    let parts = sample::parts().await;
    let keys = &parts.assertion_keys;
    rotate(&*parts.store, &parts.vault, NOW).await.unwrap();
    let at = |minute: u32| NOW.plus(minute * MINUTE);
    // A second rotation, while the first key of the first has hardly gone.
    let second = at(70);
    let mut checked = 0;
    for minute in 0..180 {
        let now = at(minute);
        if now == second {
            rotate(&*parts.store, &parts.vault, now).await.unwrap();
        }
        // The gateway reads its keys every minute.
        keys.refresh(&*parts.store, now).await.unwrap();
        let token = sign(&parts, &Kept::default(), WIKI, now);
        let header = token.to_str().unwrap().split('.').next().unwrap();
        let header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        let has = |set: &[super::PublicKey]| {
            let set = serde_json::to_value(set).unwrap();
            set.as_array()
                .unwrap()
                .iter()
                .any(|key| key["kid"] == header["kid"])
        };
        // As old a set as there may be when it is made, and as young a one as when it ends.
        let fetched_before = at(minute.saturating_sub(CACHED));
        let records = parts
            .store
            .list_signing_keys(KeyUse::Assertion, fetched_before)
            .await;
        let was_known = records
            .unwrap()
            .iter()
            .any(|key| header["kid"] == *key.id && key.created_at <= fetched_before);
        assert!(was_known, "minute {minute}: not in a set that was kept");
        assert!(
            has(&keys.published(now.plus(super::LIFETIME))),
            "minute {minute}: gone too early"
        );
        checked += 1;
    }
    assert_eq!(checked, 180);
}

#[tokio::test]
async fn a_second_start_finds_the_key_of_the_first() {
    let parts = sample::parts().await;
    let again = AssertionKeys::open(&*parts.store, &parts.vault, NOW).await;
    let kids = |keys: &AssertionKeys| serde_json::to_value(keys.published(NOW)).unwrap();
    assert_eq!(kids(&again.unwrap()), kids(&parts.assertion_keys));
}

#[tokio::test]
async fn s_151_private_keys_are_sealed_at_rest() {
    let parts = sample::parts().await;
    let keys = parts.store.list_signing_keys(KeyUse::Assertion, NOW).await;
    let [key] = <[_; 1]>::try_from(keys.unwrap()).unwrap();
    // Not as such, and not under another name: the seal is bound to the key's own.
    assert!(
        aws_lc_rs::signature::EcdsaKeyPair::from_pkcs8(
            &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            &key.sealed
        )
        .is_err()
    );
    let renamed = menshen_store::SigningKey {
        id: "another".to_owned(),
        ..key
    };
    let later = NOW.plus(SECOND);
    parts
        .store
        .rotate_signing_key(&renamed, later)
        .await
        .unwrap();
    let error = parts.assertion_keys.refresh(&*parts.store, NOW).await;
    assert!(
        matches!(&error, Err(KeyError::Unusable(id)) if id == "another"),
        "{error:?}"
    );
    // What was in use stays in use.
    assert_eq!(parts.assertion_keys.published(NOW).len(), 1);
    sign(&parts, &Kept::default(), WIKI, NOW);
}
