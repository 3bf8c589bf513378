use std::net::IpAddr;

use http::{HeaderMap, HeaderValue};

use super::caller;
use crate::config::Network;

/// One row: trusted proxies, peer, values of X-Forwarded-For, the caller's address expected.
fn check(trusted: &[&str], peer: &str, forwarded: &[&str], expected: &str) {
    let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
    let mut headers = HeaderMap::new();
    for value in forwarded {
        headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
    }
    let found = caller(peer.parse().unwrap(), &trusted, &headers);
    let expected: IpAddr = expected.parse().unwrap();
    assert_eq!(found.address, expected, "{trusted:?} {peer} {forwarded:?}");
}

#[test]
fn forwarded_headers_do_not_exist_without_a_trusted_peer() {
    check(&[], "192.0.2.1", &["198.51.100.9"], "192.0.2.1");
    check(&["10.0.0.0/8"], "192.0.2.1", &["198.51.100.9"], "192.0.2.1");
    check(&["10.0.0.0/8"], "11.0.0.1", &["198.51.100.9"], "11.0.0.1");
}

#[test]
fn the_nearest_untrusted_hop_is_the_caller() {
    let proxies = &["10.0.0.0/8"];
    check(proxies, "10.0.0.1", &[], "10.0.0.1");
    check(proxies, "10.0.0.1", &["198.51.100.9"], "198.51.100.9");
    check(
        proxies,
        "10.0.0.1",
        &["1.1.1.1, 198.51.100.9"],
        "198.51.100.9",
    );
    check(
        proxies,
        "10.0.0.1",
        &["1.1.1.1, 198.51.100.9, 10.2.3.4"],
        "198.51.100.9",
    );
    check(
        proxies,
        "10.0.0.1",
        &["1.1.1.1", "198.51.100.9"],
        "198.51.100.9",
    );
    check(proxies, "10.0.0.1", &["198.51.100.9:4711"], "198.51.100.9");
    check(proxies, "10.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7");
    check(proxies, "10.0.0.1", &["2001:db8::7"], "2001:db8::7");
}

#[test]
fn a_hop_that_cannot_be_read_ends_the_chain() {
    let proxies = &["10.0.0.0/8"];
    check(proxies, "10.0.0.1", &["1.1.1.1, unknown"], "10.0.0.1");
    check(
        proxies,
        "10.0.0.1",
        &["1.1.1.1, _hidden, 10.9.9.9"],
        "10.9.9.9",
    );
    check(proxies, "10.0.0.1", &[""], "10.0.0.1");
}

#[test]
fn an_ipv4_address_dressed_as_ipv6_counts_as_ipv4() {
    check(
        &["127.0.0.1"],
        "::ffff:127.0.0.1",
        &["198.51.100.9"],
        "198.51.100.9",
    );
    check(&[], "::ffff:192.0.2.1", &[], "192.0.2.1");
    check(
        &["10.0.0.0/8"],
        "10.0.0.1",
        &["::ffff:198.51.100.9"],
        "198.51.100.9",
    );
}
