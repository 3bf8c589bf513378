//! Which redirect is on which domain, and where the browser is sent (dossier 4.3, 5.1).

use wecom_sandbox::world::{DefaultPort, Domain, DomainCase, RedirectUri, Switches};

fn fits(domain: &str, redirect: &str, switches: &Switches) -> bool {
    let domain = Domain::parse(domain).unwrap();
    let redirect = RedirectUri::parse(redirect).unwrap();
    redirect.is_on([&domain], switches)
}

#[test]
fn host_and_port_must_be_equal_as_texts() {
    let strict = Switches::default();
    let redirect = "https://mail.qq.com:8080/x";
    for (domain, expected) in [
        ("mail.qq.com:8080", true),
        ("mail.qq.com", false),
        ("email.qq.com:8080", false),
        ("support.mail.qq.com:8080", false),
        ("qq.com:8080", false),
        ("mail.qq.com:8081", false),
        ("ail.qq.com:8080", false),
    ] {
        assert_eq!(fits(domain, redirect, &strict), expected, "{domain}");
    }
    for (redirect, expected) in [
        ("https://mail.qq.com/a", true),
        ("http://mail.qq.com/b", true),
        ("http://mail.qq.com", true),
        ("http://mail.qq.com?x", true),
        ("http://mail.qq.com#x", true),
        ("https://exmail.qq.com/", false),
        ("https://mail.qq.com.evil.example/", false),
        ("https://mail.qq.com:443/", false),
        ("http://mail.qq.com:80/", false),
        ("https://MAIL.qq.com/", false),
        ("https://mail.qq.com\\.evil.example/", true),
        ("https://evil.example\\@mail.qq.com/", false),
        ("https://mail.qq.com./", false),
    ] {
        assert_eq!(
            fits("mail.qq.com", redirect, &strict),
            expected,
            "{redirect}"
        );
    }
}

#[test]
fn switches_soften_default_ports_and_case() {
    let soft = Switches {
        default_port: DefaultPort::Same,
        domain_case: DomainCase::Folded,
        ..Switches::default()
    };
    for (domain, redirect, expected) in [
        ("mail.qq.com", "https://mail.qq.com:443/", true),
        ("mail.qq.com:443", "https://mail.qq.com/", true),
        ("mail.qq.com", "http://mail.qq.com:443/", false),
        ("mail.qq.com", "http://mail.qq.com:80/", true),
        ("mail.qq.com", "https://MAIL.QQ.com/", true),
        ("mail.qq.com", "https://mail.qq.com:8080/", false),
    ] {
        assert_eq!(
            fits(domain, redirect, &soft),
            expected,
            "{domain} {redirect}"
        );
    }
}

#[test]
fn a_redirect_uri_is_an_absolute_web_address_without_user_info() {
    for text in [
        "",
        "/callback",
        "//h/callback",
        "h.example/callback",
        "ftp://h/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http:///x",
        "http:h",
        "http://user@h/",
        "http://user:pass@h/",
        "http://h /",
        " http://h/",
        "http://h/\r\nSet-Cookie: a=b",
        "ht\ttp://h/",
        "http%3A%2F%2Fh%2F",
        "http://h:99999/",
    ] {
        assert!(RedirectUri::parse(text).is_none(), "{text:?}");
    }
}

#[test]
fn a_domain_is_a_host_and_perhaps_a_port() {
    for text in [
        "h",
        "h.example",
        "h.example:8443",
        "127.0.0.1:8080",
        "[::1]:80",
    ] {
        assert!(Domain::parse(text).is_ok(), "{text}");
    }
    for text in [
        "", "http://h", "h/", "h?x", "*.h", "a@h", "h h", "h:x", "h\\x", "h#",
    ] {
        assert!(Domain::parse(text).is_err(), "{text}");
    }
}

#[test]
fn code_and_state_join_the_query_before_the_fragment() {
    for (redirect, state, expected) in [
        ("https://h/a", Some("s"), "https://h/a?code=C&state=s"),
        (
            "https://h/a?x=1",
            Some("s"),
            "https://h/a?x=1&code=C&state=s",
        ),
        (
            "https://h/a/#/login",
            Some("s"),
            "https://h/a/?code=C&state=s#/login",
        ),
        (
            "https://h/a?x#y?z",
            Some("s"),
            "https://h/a?x&code=C&state=s#y?z",
        ),
        ("https://h/a", Some(""), "https://h/a?code=C&state="),
        ("https://h/a", None, "https://h/a?code=C"),
        (
            "https://h/a",
            Some("a@b&c"),
            "https://h/a?code=C&state=a%40b%26c",
        ),
        (
            "https://h/路",
            Some("s"),
            "https://h/%E8%B7%AF?code=C&state=s",
        ),
    ] {
        let redirect = RedirectUri::parse(redirect).unwrap();
        assert_eq!(redirect.location(Some("C"), state), expected);
    }
    let redirect = RedirectUri::parse("https://h/a").unwrap();
    assert_eq!(redirect.location(None, Some("s")), "https://h/a?state=s");
    assert_eq!(redirect.location(None, None), "https://h/a");
}
