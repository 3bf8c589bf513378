use http::HeaderName;
use proptest::prelude::*;

use super::{Fact, Managed, is_free, is_same};

fn managed() -> Managed {
    Managed::new(&[
        HeaderName::from_static("x-forwarded-user"),
        HeaderName::from_static("remote-user"),
    ])
}

#[test]
fn s_042_every_alias_of_a_managed_name_is_managed() {
    for name in [
        "X-Menshen-User",
        "x-menshen-user",
        "X_Menshen_User",
        "X-Menshen_User",
        "X.Menshen.User",
        "X~Menshen~User",
        "XMenshenUser",
        "x--menshen--user",
        "-X-Menshen-User-",
        "X-Menshen-Assertion",
        "X-Menshen-Anything-New",
        "X-Forwarded-User",
        "X_Forwarded.User",
        "xforwardeduser",
        "Remote-User",
        "REMOTE_USER",
        "remote.user",
    ] {
        assert!(managed().contains(name), "{name}");
    }
    for name in [
        "X-Forwarded-For",
        "X-Forwarded-Users",
        "X-Mensche",
        "Menshen-User",
        "User",
        "Cookie",
        "Remote",
        "-",
        "",
        "X-Menshe-User",
    ] {
        assert!(!managed().contains(name), "{name}");
    }
    assert!(!Managed::default().contains("Remote-User"));
}

#[test]
fn every_header_of_ours_is_managed() {
    for fact in Fact::ALL {
        assert!(Managed::default().contains(fact.header().as_str()));
        assert_eq!(Fact::parse(fact.as_str()), Some(fact));
    }
    assert!(Managed::default().contains(super::ASSERTION.as_str()));
}

#[test]
fn names_with_a_meaning_of_their_own_carry_no_fact() {
    for name in [
        "Host",
        "Cookie",
        "Authorization",
        "X-Forwarded-For",
        "X_Forwarded_Host",
        "X-Forwarded-Uri",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "TE",
        "Sec-Fetch-Mode",
        "Accept-Language",
        "X-Menshen-User",
        "X-Request-Id",
        "If-None-Match",
        "Proxy-Authorization",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Envoy-Original-Path",
        "-",
        "__",
    ] {
        assert!(!is_free(name), "{name}");
    }
    for name in [
        "X-Forwarded-User",
        "X-Forwarded-Email",
        "X-Forwarded-Groups",
        "X-Forwarded-Preferred-Username",
        "Remote-User",
        "X-WEBAUTH-USER",
        "X-Auth-Request-User",
        "X-Wecom-User",
        "Tailscale-User-Login",
    ] {
        assert!(is_free(name), "{name}");
    }
}

proptest! {
    /// CGI makes capital letters and underscores of a name; whatever ends there as a name of ours is ours.
    #[test]
    fn s_034_what_cgi_makes_one_name_is_one_name(
        letters in "[a-zA-Z0-9]{1,12}", breaks in prop::collection::vec("[-_.~!#$%&'*+^`|]{0,2}", 13)
    ) {
        let broken: String = letters.chars().zip(&breaks).flat_map(|(letter, gap)| {
            [letter.to_string(), gap.clone()]
        }).collect();
        prop_assert!(is_same(&letters, &broken));
        prop_assert!(is_same(&letters.to_ascii_uppercase(), &broken));
        let name = HeaderName::from_bytes(letters.as_bytes()).unwrap();
        prop_assert!(Managed::new([&name]).contains(&broken));
    }

    #[test]
    fn s_042_other_letters_are_another_name(one in "[a-z0-9]{1,8}", other in "[a-z0-9]{1,8}") {
        prop_assert_eq!(is_same(&one, &other), one == other);
    }
}
