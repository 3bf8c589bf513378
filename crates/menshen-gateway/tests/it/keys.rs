//! `GET /_menshen/jwks.json`.

use crate::harness::House;

#[tokio::test]
async fn s_151_the_key_set_holds_public_members_only() {
    let house = House::new().await;
    let answer = house.get("/_menshen/jwks.json").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/jwk-set+json");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(answer.header("set-cookie"), "");
    let set = answer.json();
    assert_eq!(set.as_object().unwrap().len(), 1);
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    for key in keys {
        let mut members: Vec<_> = key.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
        assert_eq!(key["kty"], "EC");
        assert_eq!(key["crv"], "P-256");
        assert_eq!(key["use"], "sig");
        assert_eq!(key["alg"], "ES256");
        for member in ["x", "y", "kid"] {
            assert_eq!(key[member].as_str().unwrap().len(), 43, "{member}");
        }
    }
}

#[tokio::test]
async fn s_151_every_key_of_the_set_has_its_own_name() {
    let house = House::new().await;
    let (store, vault) = (&*house.parts.store, &house.parts.vault);
    for _ in 0..2 {
        let now = wecom_sdk::Clock::now(&*house.clock);
        menshen_gateway::assertion::rotate(store, vault, now)
            .await
            .unwrap();
    }
    let now = wecom_sdk::Clock::now(&*house.clock);
    let again = menshen_gateway::assertion::AssertionKeys::open(store, vault, now).await;
    let again = again.unwrap();
    let house = House::with(move |parts| parts.assertion_keys = again).await;
    let set = house.get("/_menshen/jwks.json").await.json();
    let mut names: Vec<_> = set["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 3);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 3);
}
