//! `[[site]]`: what is read, and every mistake with its remedy.

use std::time::Duration;

use menshen_gateway::config::{Fact, SignedOut};

use super::{bad, good, load};
use crate::harness::{CONFIG, Folder};

fn with_sites(sites: &str) -> String {
    format!("{CONFIG}\n{sites}")
}

/// The findings about these sites, without the numbers of their lines.
fn mistakes(sites: &str) -> Vec<String> {
    let found = bad(&with_sites(sites), &[]);
    let without_line = |finding: String| finding.split_once(' ').unwrap().1.to_owned();
    found.into_iter().map(without_line).collect()
}

fn warnings(config: &str) -> Vec<String> {
    let loaded = load(&Folder::new(config), &[]).unwrap();
    loaded
        .warnings
        .iter()
        .map(|warning| format!("{} {}", warning.key, warning.wrong.what))
        .collect()
}

#[test]
fn a_site_is_read() {
    let config = good(
        &with_sites(
            r#"
[[site]]
host      = "Wiki.example.com.:443"
upstream  = ["http://10.0.0.5:3000", "https://10.0.0.6"]
connector = "hq"
allow     = ["department:2", "tag:5", "member:zhangsan"]
cors      = ["https://app.example.com"]
signed_out = "302"

[[site.rule]]
path  = "/healthz"
allow = "public"

[[site.rule]]
path    = "/api/*"
methods = ["GET", "POST"]
allow   = ["corp:ww5f1e2d3c4b5a6978", "external"]

[site.headers]
X-Forwarded-User = "userid"
Remote-Name      = "name"

[site.timeouts]
answer = "2m"

[[site]]
host = "文档.example.com"
"#,
        ),
        &[],
    );
    let [wiki, docs] = config.sites.as_slice() else {
        panic!("two sites: {:?}", config.sites)
    };
    assert_eq!(wiki.host, "wiki.example.com");
    assert_eq!(wiki.upstreams.len(), 2);
    assert_eq!(wiki.signed_out, SignedOut::Redirect);
    assert_eq!(wiki.timeouts.answer, Duration::from_mins(2));
    assert_eq!(wiki.timeouts.connect, Duration::from_secs(5));
    let facts: Vec<Fact> = wiki.headers.iter().map(|(_, fact)| *fact).collect();
    assert_eq!(facts, [Fact::User, Fact::Name]);
    assert_eq!(wiki.cors, ["https://app.example.com"]);
    assert_eq!(docs.host, "xn--7dvp7d.example.com");
    assert_eq!(
        docs.connectors,
        ["hq"],
        "the only connector goes without saying"
    );
    assert!(docs.upstreams.is_empty() && docs.signed_out == SignedOut::Unauthorized);
}

#[test]
fn every_mistake_of_a_site_is_named_at_once() {
    let found = mistakes(
        r#"
[[site]]
upstream = "http://10.0.0.5:3000/app"
connector = "nowhere"
allow = ["department:x", "public"]
cors = ["*"]
signed_out = "307"
color = "red"

[[site.rule]]
path = "/a/../b"
methods = ["get"]
allow = []

[[site.rule]]
allow = "everybody"

[site.headers]
Cookie = "userid"
X-User = "phone"

[site.timeouts]
answer = "0s"
"#,
    );
    let expected = [
        "site[1].host is missing",
        "site[1].upstream holds \"http://10.0.0.5:3000/app\", which has a path",
        "site[1].connector names \"nowhere\"",
        "site[1].allow holds \"department:x\"",
        "site[1].cors holds \"*\"",
        "site[1].signed_out is \"307\"",
        "site[1].color is not a known key",
        "site[1].headers.Cookie has a meaning of its own",
        "site[1].headers.X-User is \"phone\"",
        "site[1].timeouts.answer is \"0s\"",
        "site[1].rule[/a/../b].path can never match",
        "site[1].rule[/a/../b].methods holds \"get\"",
        "site[1].rule[/a/../b].allow names nobody",
        "site[1].rule[2].path is missing",
        "site[1].rule[2].allow holds \"everybody\"",
    ];
    for expected in expected {
        assert!(
            found.iter().any(|finding| finding.starts_with(expected)),
            "{expected}: {found:#?}"
        );
    }
}

#[test]
fn two_sites_of_one_host_are_a_mistake() {
    let found =
        mistakes("[[site]]\nhost = \"a.example.com\"\n[[site]]\nhost = \"A.example.com.\"\n");
    assert_eq!(
        found,
        ["site[A.example.com.].host is a.example.com, which another site has already"]
    );
}

#[test]
fn s_020_a_rule_that_can_never_match_stops_the_start() {
    let found = mistakes(
        "[[site]]\nhost = \"a.example.com\"\n\
         [[site.rule]]\npath = \"/a/*\"\nallow = \"member\"\n\
         [[site.rule]]\npath = \"/a/b\"\nallow = \"public\"\n",
    );
    assert_eq!(
        found,
        [
            "site[a.example.com].rule[/a/b].path can never match: the rule for /a/* above it is for all its requests"
        ]
    );
}

#[test]
fn s_022_patterns_are_anchored_or_refused() {
    for path in ["public", "^/public", "/pub*", "/*/public", "/a/**", ""] {
        let site = format!(
            "[[site]]\nhost = \"a.example.com\"\n[[site.rule]]\npath = '{path}'\nallow = \"public\"\n"
        );
        let found = mistakes(&site);
        assert!(found[0].contains(".path"), "{path}: {found:?}");
    }
}

#[test]
fn s_028_an_allow_that_names_nobody_is_a_mistake() {
    let found = mistakes("[[site]]\nhost = \"a.example.com\"\nallow = []\n");
    assert_eq!(found, ["site[a.example.com].allow names nobody"]);
    let found = mistakes("[[site]]\nhost = \"a.example.com\"\nallow = [\"public\", \"member\"]\n");
    assert_eq!(
        found,
        ["site[a.example.com].allow has public or nobody beside other words"]
    );
}

#[test]
fn s_034_names_that_fold_to_a_managed_or_reserved_one_are_refused() {
    for name in [
        "X-Menshen-User",
        "X-Menshen-New",
        "Cookie",
        "X-Forwarded-For",
        "Content-Length",
        "X_User",
        "X.User",
    ] {
        let site = format!(
            "[[site]]\nhost = \"a.example.com\"\n[site.headers]\n\"{name}\" = \"userid\"\n"
        );
        assert_eq!(mistakes(&site).len(), 1, "{name}");
    }
    let found = mistakes(
        "[[site]]\nhost = \"a.example.com\"\n[site.headers]\nRemote-User = \"userid\"\nRemoteUser = \"name\"\n",
    );
    assert_eq!(
        found,
        [
            "site[a.example.com].headers.RemoteUser is the same as Remote-User to servers that drop dashes"
        ]
    );
}

#[test]
fn s_088_a_site_on_the_login_host_is_warned_of_and_refused_when_strict() {
    let site = "[[site]]\nhost = \"login.example.com\"\nupstream = \"http://127.0.0.1:3000\"\n";
    let found = warnings(&with_sites(site));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("site[login.example.com].host is the host of public_url"));
    let found = bad(&format!("strict = true\n{}", with_sites(site)), &[]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn s_032_a_site_that_nobody_may_ask_about_is_warned_of() {
    let without = CONFIG.replace("trusted_proxies = [\"10.0.0.0/8\"]", "");
    let found = warnings(&format!("{without}[[site]]\nhost = \"a.example.com\"\n"));
    assert!(
        found[0]
            .starts_with("site[a.example.com].upstream is missing, and trusted_proxies is empty"),
        "{found:?}"
    );
    for everybody in ["0.0.0.0/0", "::/0"] {
        let config = CONFIG.replace("10.0.0.0/8", everybody);
        assert!(bad(&config, &[])[0].contains("trusts everybody"));
    }
}

const TWO: &str = r#"
[[connector]]
id = "branch"
corp_id = "ww00aa11bb22cc33dd"
agent_id = 1000003
secret_file = "hq.secret"
"#;

#[test]
fn with_several_connectors_a_site_names_its_own() {
    let found = mistakes(&format!("{TWO}[[site]]\nhost = \"a.example.com\"\n"));
    assert_eq!(
        found,
        ["site[a.example.com].connector is missing, and there are several"]
    );
    let one = format!(
        "{TWO}[[site]]\nhost = \"a.example.com\"\nconnector = \"branch\"\nallow = [\"department:2\"]\n"
    );
    assert_eq!(good(&with_sites(&one), &[]).sites[0].connectors, ["branch"]);
    let several = "[[site]]\nhost = \"a.example.com\"\nconnector = [\"hq\", \"branch\"]\n";
    assert_eq!(
        good(&with_sites(&format!("{TWO}{several}")), &[]).sites[0]
            .connectors
            .len(),
        2
    );
    let found = mistakes(&format!(
        "{TWO}{several}allow = [\"department:2\", \"corp:ww00aa11bb22cc33dd\"]\n"
    ));
    assert_eq!(
        found,
        [
            "site[a.example.com].allow holds \"department:2\", and the site's connectors are of several corps"
        ]
    );
}
