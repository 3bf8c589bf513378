//! The harness's own promises: a browser that lets everything pass proves nothing.

use std::time::Duration;

use e2e::browser::{Document, Jar, Journey, Outcome};
use url::Url;
use wecom_sdk::Timestamp;

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
const OWN: Journey = Journey {
    is_same_site: true,
    is_top_level: true,
    is_safe: true,
};

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn is_taken(header: &str, from: &str) -> bool {
    let outcome = Jar::default().store(header, &url(from), OWN, NOW);
    matches!(outcome, Outcome::Set { .. })
}

#[test]
fn cookies_that_browsers_refuse_are_refused() {
    let https = "https://login.corp.example/x/y";
    assert!(is_taken("__Host-a=1; Path=/; Secure", https));
    for header in [
        "__Host-a=1; Path=/",
        "__Host-a=1; Secure; Path=/x",
        "__Host-a=1; Secure",
        "__host-a=1; Path=/; Secure; Domain=login.corp.example",
        "__Secure-a=1; Path=/",
        "a=1; Domain=other.example",
        "a=1; Domain=example",
        "a=1; SameSite=None",
        "=1; Path=/",
    ] {
        assert!(!is_taken(header, https), "{header}");
    }
    assert!(!is_taken("a=1; Secure", "http://login.corp.example/"));
    assert!(is_taken("a=1; Secure", "http://127.0.0.1:8080/"));
}

#[test]
fn cookies_go_where_they_may_and_no_further() {
    let mut jar = Jar::default();
    let home = url("https://login.corp.example/");
    jar.store(
        "lax=1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60",
        &home,
        OWN,
        NOW,
    );
    jar.store("deep=2; Path=/deep", &home, OWN, NOW);
    let sent = |to: &str, journey, now| jar.header(&url(to), journey, now);
    let cross = Journey {
        is_same_site: false,
        ..OWN
    };
    assert_eq!(
        sent("https://login.corp.example/deep/x", OWN, NOW).unwrap(),
        "deep=2; lax=1"
    );
    assert_eq!(
        sent("https://login.corp.example/deeper", OWN, NOW).unwrap(),
        "lax=1"
    );
    assert_eq!(
        sent("https://login.corp.example/", cross, NOW).unwrap(),
        "lax=1"
    );
    assert_eq!(
        sent(
            "https://login.corp.example/",
            Journey {
                is_safe: false,
                ..cross
            },
            NOW
        ),
        None
    );
    assert_eq!(
        sent(
            "https://login.corp.example/",
            Journey {
                is_top_level: false,
                ..cross
            },
            NOW
        ),
        None
    );
    assert_eq!(sent("http://login.corp.example/", OWN, NOW), None);
    assert_eq!(sent("https://sub.login.corp.example/", OWN, NOW), None);
    assert_eq!(
        sent(
            "https://login.corp.example/",
            OWN,
            NOW.plus(Duration::from_mins(1))
        ),
        None
    );
}

#[test]
fn pages_are_read() {
    let page = Document::parse(
        r#"<!doctype html><html><head><title>A &amp; B</title><style>p{background:url("/x.png")}</style></head>
        <body><!-- <a href="no">no</a> --><a href="/go?a=1&#38;b=2"> Go <b>on</b></a>
        <form method="post" action="/send"><input type=hidden name=csrf value='t"1'>
        <input type="checkbox" name="field" value="mobile" checked><input type="checkbox" name="field" value="email" checked>
        <button name="answer" value="yes">Allow</button><button name="answer" value="no">Refuse</button></form>
        <img src="https://evil.example/p.gif" onerror="x()"></body></html>"#,
    );
    assert_eq!(page.links[0].text, "Go on");
    assert_eq!(page.links[0].href, "/go?a=1&b=2");
    assert!(page.text.starts_with("A & B Go on"));
    assert_eq!(page.loads, ["/x.png", "https://evil.example/p.gif"]);
    assert_eq!(page.scripts, ["x()"]);
    let mut form = page.forms[0].clone();
    form.tick("mobile", false);
    let sent = form.press("Allow");
    assert!(sent.is_post);
    let pairs: Vec<_> = sent
        .fields
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    assert_eq!(pairs, ["csrf=t\"1", "field=email", "answer=yes"]);
}
