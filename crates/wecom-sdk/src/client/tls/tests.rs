//! Which authorities are believed.

use super::{config, only, or_mozillas};

const AUTHORITY: &[u8] = include_bytes!("../../../tests/it/tls/authority.der");

#[test]
fn a_machine_without_authorities_gets_mozillas() {
    assert!(or_mozillas(Vec::new()).len() > 50);
    assert!(or_mozillas(vec![b"no certificate".as_slice().into()]).len() > 50);
}

#[test]
fn a_machine_with_authorities_keeps_to_them() {
    assert_eq!(or_mozillas(vec![AUTHORITY.into()]).len(), 1);
}

#[test]
fn configured_authorities_are_the_only_ones() {
    assert_eq!(only(&[AUTHORITY.to_vec()]).unwrap().len(), 1);
    assert!(only(&[b"no certificate".to_vec()]).is_err());
    assert!(config(Some(&[])).is_ok(), "a loopback endpoint needs none");
}
