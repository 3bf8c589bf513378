//! What is said about the caller.

use std::net::IpAddr;

use proptest::prelude::*;

use super::text_of;

proptest! {
    #[test]
    fn s_033_an_address_is_said_as_everybody_writes_it(address: IpAddr) {
        let text = address.to_string();
        prop_assert_eq!(text_of(address), text.as_str());
    }
}

#[test]
fn s_033_no_digit_is_lost() {
    for address in [
        "0.0.0.0",
        "10.0.200.3",
        "127.0.0.1",
        "255.255.255.255",
        "::1",
    ] {
        let address: IpAddr = address.parse().unwrap();
        assert_eq!(text_of(address), address.to_string().as_str());
    }
}
