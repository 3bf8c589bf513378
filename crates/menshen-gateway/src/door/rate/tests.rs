use std::net::IpAddr;

use super::{ALL, LoginRate, NETWORK, network_of};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// How many beginnings go through out of so many.
fn passed(rate: &LoginRate, caller: IpAddr, of: u32) -> u32 {
    let taken = (0..of).filter(|_| rate.take(caller).is_ok());
    u32::try_from(taken.count()).unwrap()
}

#[test]
fn one_network_cannot_take_what_belongs_to_all() {
    let rate = LoginRate::default();
    let greedy = passed(&rate, ip("198.51.100.7"), 2 * NETWORK.0);
    assert!(greedy >= NETWORK.0, "{greedy}");
    assert!(greedy < 2 * NETWORK.0, "{greedy}");
    let wait = rate.take(ip("198.51.100.7")).unwrap_err();
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(rate.take(ip("198.51.100.8")), Ok(()));
}

#[test]
fn many_networks_cannot_take_more_than_there_is() {
    let rate = LoginRate::default();
    let callers = (0..4 * ALL.0).map(|n| IpAddr::from((0x0a00_0000 + n).to_be_bytes()));
    let refused = callers.filter(|caller| rate.take(*caller).is_err()).count();
    assert!(refused > 0);
    // Who asked once and was quiet since is forgotten: a thirtieth of a second is enough.
    let is_forgotten = (0..20_000_000).any(|_| {
        let _ = rate.take(ip("127.0.0.1"));
        rate.network.is_empty()
    });
    assert!(is_forgotten);
}

#[test]
fn half_an_ipv6_address_is_one_caller_and_loopback_is_none() {
    assert_eq!(network_of(ip("2001:db8:1:2::7")), ip("2001:db8:1:2::"));
    assert_eq!(network_of(ip("2001:db8:1:2:ffff::")), ip("2001:db8:1:2::"));
    assert_ne!(network_of(ip("2001:db8:1:3::7")), ip("2001:db8:1:2::"));
    assert_eq!(network_of(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    let rate = LoginRate::default();
    for here in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        rate.take(ip(here)).unwrap();
    }
    assert_eq!(rate.network.len(), 0);
}
