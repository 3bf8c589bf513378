//! What is read of a certificate, and that no bytes make a reader fall over.

use proptest::prelude::{any, prop};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, date_time_ymd};

use super::der::{Facts, written};

fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
    let mut wanted = CertificateParams::new(vec!["a.example.com".to_owned()]).unwrap();
    change(&mut wanted);
    let key = KeyPair::generate().unwrap();
    wanted.self_signed(&key).unwrap().der().to_vec()
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::OrganizationName, "Somebody");
    named.push(DnType::CommonName, name);
    named
}

#[test]
fn times_are_read_in_both_their_forms() {
    for (year, before, after) in [
        (1999, "1999-03-04T00:00:00Z", "2000-03-04T00:00:00Z"),
        (2049, "2049-03-04T00:00:00Z", "2050-03-04T00:00:00Z"),
        (2050, "2050-03-04T00:00:00Z", "2051-03-04T00:00:00Z"),
    ] {
        let der = certificate(|wanted| {
            wanted.not_before = date_time_ymd(year, 3, 4);
            wanted.not_after = date_time_ymd(year + 1, 3, 4);
        });
        let facts = Facts::read(&der).unwrap();
        assert_eq!(written(facts.not_before), before);
        assert_eq!(written(facts.not_after), after);
    }
}

#[test]
fn names_are_read_and_cannot_write_into_a_terminal() {
    let der = certificate(|wanted| wanted.distinguished_name = named("a\u{1b}[2Jb"));
    let facts = Facts::read(&der).unwrap();
    assert_eq!(facts.name(), "a\\u{1b}[2Jb");
    assert!(facts.is_self_signed());
    let der = certificate(|wanted| wanted.distinguished_name = DistinguishedName::new());
    assert_eq!(Facts::read(&der).unwrap().name(), "without a name");
}

#[test]
fn s_064_no_part_of_a_certificate_panics() {
    let der = certificate(|wanted| wanted.distinguished_name = named("whole"));
    assert!(Facts::read(&der).is_some());
    for length in 0..der.len() {
        // A certificate that is cut off is none.
        assert_eq!(Facts::read(&der[..length]), None, "{length}");
    }
    for at in 0..der.len().min(400) {
        for byte in [0, 1, 0x30, 0x7f, 0x80, 0x81, 0x84, 0x85, 0xff] {
            let mut changed = der.clone();
            changed[at] = byte;
            if let Some(facts) = Facts::read(&changed) {
                let _ = (facts.name(), written(facts.not_after));
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn s_064_no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        if let Some(facts) = Facts::read(&bytes) {
            let _ = facts.name();
        }
    }
}
