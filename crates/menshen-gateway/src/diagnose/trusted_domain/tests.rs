//! Every way in which a setting can be wrong, and those in which it is right.

use super::Verdict::{
    CaseDiffers, HasPath, HasScheme, HasSpace, Missing, OtherHost, ParentDomain, PortDiffers,
    PortExtra, PortMissing, Same, Wildcard,
};
use super::{Verdict, compare, of};
use crate::config::PublicUrl;

fn check(set: &str, public_url: &str, expected: Verdict) {
    let public_url = PublicUrl::parse(public_url).unwrap();
    assert_eq!(
        compare(set, of(&public_url)),
        expected,
        "{set} for {public_url}"
    );
}

#[test]
fn the_rows_of_the_match_table() {
    let with_port = "https://mail.qq.com:8080";
    check("mail.qq.com:8080", with_port, Same);
    check("mail.qq.com", with_port, PortMissing);
    check("mail.qq.com:8081", with_port, PortDiffers);
    check("email.qq.com", with_port, OtherHost);
    check("support.mail.qq.com", with_port, ParentDomain);
    check("*.qq.com", with_port, Wildcard);
    check("http://mail.qq.com:8080", with_port, HasScheme);
    check("mail.qq.com", "https://exmail.qq.com", OtherHost);
}

#[test]
fn the_usual_port_is_no_port() {
    check("login.example.com", "https://login.example.com:443", Same);
    check(
        "login.example.com:443",
        "https://login.example.com",
        PortExtra,
    );
}

#[test]
fn slips_of_the_hand_are_named() {
    let ours = "https://login.example.com";
    check("", ours, Missing);
    check("  ", ours, Missing);
    check("login.example.com ", ours, HasSpace);
    check("login.example.com/", ours, HasPath);
    check("Login.Example.com", ours, CaseDiffers);
    check("example.com", ours, ParentDomain);
    check("a.login.example.com", ours, ParentDomain);
    check("xlogin.example.com", ours, OtherHost);
}

#[test]
fn addresses_in_brackets_have_ports_too() {
    check("[::1]:8080", "http://[::1]:8080", Same);
    check("[::1]", "http://[::1]:8080", PortMissing);
}
