//! The data key and what is done with it.

use std::sync::Arc;

use menshen_gateway::vault::{DataKey, DataKeyError, Purpose, Vault, VaultError, sha256};
use tempfile::TempDir;
use wecom_sdk::Entropy;

use crate::harness::set_mode;

fn vault(seed: u64) -> Vault {
    let key = DataKey::generate(&Entropy::seeded(seed)).unwrap();
    Vault::new(&key, Arc::new(Entropy::seeded(seed + 1))).unwrap()
}

#[test]
fn what_was_sealed_opens_again() {
    let vault = vault(1);
    for plain in [&b""[..], b"13800000000", &[0; 5000]] {
        let sealed = vault
            .seal(Purpose::PersonalFields, b"subject", plain)
            .unwrap();
        let opened = vault
            .open(Purpose::PersonalFields, b"subject", &sealed)
            .unwrap();
        assert_eq!(opened.as_slice(), plain);
    }
}

#[test]
fn s_169_a_flipped_bit_anywhere_is_refused() {
    let vault = vault(1);
    let sealed = vault
        .seal(Purpose::WecomToken, b"corp/agent", b"token")
        .unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let opened = vault.open(Purpose::WecomToken, b"corp/agent", &changed);
        assert_eq!(
            opened.map(|_| ()),
            Err(VaultError::DoesNotOpen),
            "bit {bit}"
        );
    }
    for length in 0..sealed.len() {
        let opened = vault.open(Purpose::WecomToken, b"corp/agent", &sealed[..length]);
        assert_eq!(
            opened.map(|_| ()),
            Err(VaultError::DoesNotOpen),
            "length {length}"
        );
    }
}

#[test]
fn s_169_another_purpose_person_or_key_is_refused() {
    let ours = vault(1);
    let sealed = ours
        .seal(Purpose::PersonalFields, b"subject 1", b"mobile")
        .unwrap();
    for (vault, purpose, context) in [
        (&ours, Purpose::WecomToken, &b"subject 1"[..]),
        (&ours, Purpose::KeyCheck, b"subject 1"),
        (&ours, Purpose::PersonalFields, b"subject 2"),
        (&ours, Purpose::PersonalFields, b""),
        (&vault(2), Purpose::PersonalFields, b"subject 1"),
    ] {
        let opened = vault.open(purpose, context, &sealed);
        assert_eq!(
            opened.map(|_| ()),
            Err(VaultError::DoesNotOpen),
            "{purpose:?}"
        );
    }
}

#[test]
fn the_same_text_is_sealed_differently_each_time() {
    let vault = vault(1);
    let seal = || vault.seal(Purpose::KeyCheck, b"", b"text").unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn a_mac_depends_on_key_purpose_and_every_part() {
    let ours = vault(1);
    let macs = [
        ours.mac(Purpose::SessionId, &[b"state", b"binding"]),
        ours.mac(Purpose::SessionId, &[b"stateb", b"inding"]),
        ours.mac(Purpose::SessionId, &[b"statebinding"]),
        ours.mac(Purpose::SessionId, &[b"state", b"binding", b""]),
        ours.mac(Purpose::Csrf, &[b"state", b"binding"]),
        vault(2).mac(Purpose::SessionId, &[b"state", b"binding"]),
    ];
    for (i, a) in macs.iter().enumerate() {
        assert!(macs.iter().skip(i + 1).all(|b| a != b), "{i}");
    }
    assert_eq!(
        macs[0],
        vault(1).mac(Purpose::SessionId, &[b"state", b"binding"])
    );
}

#[test]
fn s_192_without_chance_nothing_is_sealed() {
    let key = DataKey::generate(&Entropy::seeded(1)).unwrap();
    let vault = Vault::new(&key, Arc::new(Entropy::failing())).unwrap();
    let sealed = vault.seal(Purpose::KeyCheck, b"", b"text");
    assert_eq!(sealed, Err(VaultError::SealFailed));
    assert!(DataKey::generate(&Entropy::failing()).is_err());
}

#[test]
fn digests_are_those_of_sha_256() {
    let hex = format!("{:02x?}", sha256(b"abc").as_bytes()).replace(", ", "");
    assert_eq!(
        hex,
        "[ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad]"
    );
}

#[test]
fn s_193_the_key_file_is_for_its_owner_and_is_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data.key");
    let key = DataKey::generate(&Entropy::seeded(1)).unwrap();
    key.write_new(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(key.write_new(&path), Err(DataKeyError::Exists(_))));
    assert_eq!(std::fs::read(&path).unwrap(), before);

    set_mode(&path, 0o640);
    DataKey::read(&path).expect("the group may read it: that is how Kubernetes hands it out");
    for mode in [0o644, 0o604, 0o602] {
        set_mode(&path, mode);
        let error = DataKey::read(&path).unwrap_err();
        assert!(matches!(error, DataKeyError::Exposed(_)), "{mode:o}");
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
}

#[test]
fn s_190_a_key_file_that_holds_something_else_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data.key");
    assert!(matches!(
        DataKey::read(&path),
        Err(DataKeyError::Missing(_))
    ));
    let short = "A".repeat(42);
    let long = "A".repeat(44);
    for text in [
        "",
        "\n",
        "key",
        &short,
        &long,
        "\u{feff}",
        &format!("{} ", "!".repeat(43)),
    ] {
        std::fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
        assert!(
            matches!(DataKey::read(&path), Err(DataKeyError::Malformed(_))),
            "{text:?}"
        );
    }
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(matches!(
        DataKey::read(&path),
        Err(DataKeyError::Malformed(_))
    ));
}

#[test]
fn nothing_prints_a_key() {
    let key = DataKey::generate(&Entropy::seeded(1)).unwrap();
    assert_eq!(format!("{key:?}"), "DataKey(…)");
    assert_eq!(format!("{:?}", vault(1)), "Vault(…)");
}
