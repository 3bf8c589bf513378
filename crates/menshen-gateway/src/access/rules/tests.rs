mod properties;

use menshen_store::SubjectKind;
use wecom_sdk::{CorpId, DepartmentId, TagId};

use super::{Rule, Rules, Verdict};
use crate::access::method::Methods;
use crate::access::path::Path;
use crate::access::pattern::Pattern;
use crate::access::term::{Allow, Facts, Term};

const CORP: &str = "ww5f1e2d3c4b5a6978";

fn facts<'p>(user_id: &'p str, departments: &'p [DepartmentId], tags: &'p [TagId]) -> Facts<'p> {
    Facts {
        kind: SubjectKind::Member,
        corp_id: CORP,
        user_id,
        departments,
        tags,
    }
}

fn allow(text: &str) -> Allow {
    match text {
        "public" => Allow::Public,
        "nobody" => Allow::Any(Box::default()),
        words => Allow::Any(
            words
                .split(' ')
                .map(|word| Term::parse(word).unwrap())
                .collect(),
        ),
    }
}

/// `site allow`, then rows of `[METHOD,METHOD ]path = allow`.
fn rules(default: &str, rows: &[&str]) -> Rules {
    let rule = |row: &&str| {
        let (left, right) = row.split_once(" = ").unwrap();
        let (methods, path) = left.split_once(' ').unwrap_or(("", left));
        let methods = methods.split(',').filter(|name| !name.is_empty());
        Rule {
            path: Pattern::parse(path).unwrap(),
            methods: Methods::new(methods.map(str::to_owned)),
            allow: allow(right),
        }
    };
    Rules {
        corp_id: CorpId::parse(CORP).ok(),
        allow: allow(default),
        list: rows.iter().map(rule).collect(),
    }
}

fn verdict(rules: &Rules, method: &str, raw: &str, person: Option<&Facts<'_>>) -> Verdict {
    let path = Path::parse(raw).unwrap();
    rules.decide(&rules.needs(method, &path), &path, person)
}

/// What a stranger, zhangsan (department 2, tag 1) and lisi (department 3) get.
fn check(rules: &Rules, method: &str, raw: &str, expected: [Verdict; 3]) {
    let of_zhangsan = ([DepartmentId(1), DepartmentId(2)], [TagId(1)]);
    let zhangsan = facts("zhangsan", &of_zhangsan.0, &of_zhangsan.1);
    let lisi = facts("lisi", &[DepartmentId(3)], &[]);
    let found = [None, Some(&zhangsan), Some(&lisi)].map(|who| verdict(rules, method, raw, who));
    assert_eq!(found, expected, "{method} {raw}");
}

use Verdict::{Allow as Pass, Public, Refuse, SignIn};

const OPEN: [Verdict; 3] = [Public, Public, Public];
const ANY: [Verdict; 3] = [SignIn, Pass, Pass];
const ONE: [Verdict; 3] = [SignIn, Pass, Refuse];
const NONE: [Verdict; 3] = [Refuse, Refuse, Refuse];

#[test]
fn the_first_rule_that_matches_decides() {
    let rules = rules(
        "member",
        &[
            "/healthz = public",
            "/lab/open = member",
            "/lab/* = department:2",
            "/old/* = nobody",
        ],
    );
    check(&rules, "GET", "/", ANY);
    check(&rules, "GET", "/healthz", OPEN);
    check(&rules, "GET", "/healthz/", ANY);
    check(&rules, "GET", "/healthz/x", ANY);
    check(&rules, "GET", "/lab", ONE);
    check(&rules, "GET", "/lab/x", ONE);
    check(&rules, "GET", "/lab/open", ANY);
    check(&rules, "GET", "/old/x", NONE);
}

#[test]
fn s_017_only_the_path_is_judged() {
    let rules = rules("member", &["/public/* = public"]);
    check(&rules, "GET", "/api/secret", ANY);
    // The query never reaches a rule; a path that pretends to hold one is refused.
    assert!(Path::parse("/api/secret?/public/a").is_err());
    check(&rules, "GET", "/api/secret%3F/public/a", ANY);
}

#[test]
fn s_019_nothing_that_can_be_read_twice_is_public() {
    let rules = rules("member", &["/public/* = public"]);
    for raw in [
        "/public/a%2fb",
        "/public/a%5cb",
        "/public//a",
        "/public/a;b",
        "/public/%2561",
        "/public/a%23b",
        "/public/%ff",
        "/public/%c0%af",
        "/public%2fa",
        "/public/%EF%BC%8Fa",
        "/public/a.",
        "/public/a\\b",
    ] {
        check(&rules, "GET", raw, ANY);
    }
    for raw in [
        "/public/a%20b",
        "/public/%E6%96%87",
        "/public/a%7Eb%2Dc",
        "/public/",
    ] {
        check(&rules, "GET", raw, OPEN);
    }
    // As it was sent this is another folder (S-025).
    check(&rules, "GET", "/publi%63/a", ANY);
}

#[test]
fn s_019_the_rules_of_every_reading_must_agree() {
    let rules = rules("member", &["/admin/* = department:2"]);
    for raw in [
        "/admin/x",
        "/%61dmin/x",
        "/%2561dmin/x",
        "//admin/x",
        "/x%2f/admin",
        "/ADMIN/x",
        "/Admin",
        "/admin;/x",
        "/admin%3b/x",
        "/%c0%afadmin/x",
        "\\admin\\x",
        "/%5cadmin%5cx",
        "/admin./x",
        "/%EF%BD%81dmin/x",
        "/admin%2fx",
    ] {
        if raw.starts_with('/') && !raw.starts_with("/x") {
            check(&rules, "GET", raw, ONE);
        }
    }
    // An encoded slash is data to some servers: then the path is no part of the folder.
    let strict = super::tests::rules("department:2", &["/open/* = member"]);
    check(&strict, "GET", "/open/x", ANY);
    check(&strict, "GET", "/open%2fx", ONE);
}

#[test]
fn s_020_letter_case_never_opens_and_may_close() {
    let rules = rules("member", &["/Healthz = public", "/Admin/* = department:2"]);
    check(&rules, "GET", "/Healthz", OPEN);
    check(&rules, "GET", "/healthz", ANY);
    check(&rules, "GET", "/Admin/x", ONE);
    check(&rules, "GET", "/admin/x", ONE);
}

#[test]
fn s_026_methods_are_exact() {
    let rules = rules(
        "member",
        &["GET /feed = public", "POST,PUT /feed = department:2"],
    );
    check(&rules, "GET", "/feed", OPEN);
    for method in ["HEAD", "get", "Get", "PROPFIND", "DELETE", "OPTIONS", ""] {
        check(&rules, method, "/feed", ANY);
    }
    for method in ["POST", "PUT", "post"] {
        check(&rules, method, "/feed", ONE);
    }
}

#[test]
fn s_026_what_is_closed_to_get_is_closed_to_head() {
    let rows = ["GET /finance/* = department:2", "GET /secret = nobody"];
    let closed = rules("public", &rows);
    for method in ["GET", "HEAD", "head"] {
        check(&closed, method, "/finance/x", ONE);
        check(&closed, method, "/FINANCE/x", ONE);
        check(&closed, method, "/secret", NONE);
    }
    check(&closed, "POST", "/finance/x", OPEN);
    // A rule that names the method has the last word.
    let rows = ["HEAD /alive = public", "GET /alive = department:2"];
    let named = rules("member", &rows);
    check(&named, "HEAD", "/alive", OPEN);
    check(&named, "GET", "/alive", ONE);
}

/// Caddy 2.6 serves `/finance/*` for the first two; others compare in capital letters, or fold all there is.
#[test]
fn s_025_letters_that_some_server_folds_close() {
    let closed = rules("member", &["/finance/* = department:2", "/ask = nobody"]);
    for path in [
        "/f%C4%B0nance/x",
        "/F%C4%B0NANCE",
        "/f%C4%B1nance/x",
        "/%EF%AC%81nance/x",
    ] {
        check(&closed, "GET", path, ONE);
    }
    for path in ["/a%C5%BFk", "/as%E2%84%AA/", "/A%C5%BF%E2%84%AA"] {
        check(&closed, "GET", path, NONE);
    }
    let closed = rules("public", &["/%C3%9Cber/* = nobody"]);
    check(&closed, "GET", "/%C3%BCBER/x", NONE);
    check(&closed, "GET", "/%E6%96%87", OPEN);
    // What opens is still taken narrowly.
    let open = rules("member", &["/public/* = public"]);
    check(&open, "GET", "/publ%C4%B0c/x", ANY);
}

#[test]
fn s_028_on_a_tie_the_most_restrictive_wins() {
    let rules = rules(
        "member",
        &["GET,POST /form = member", "POST,PUT /form = department:2"],
    );
    check(&rules, "GET", "/form", ANY);
    check(&rules, "POST", "/form", ONE);
    check(&rules, "PUT", "/form", ONE);
    let rules = super::tests::rules(
        "member",
        &["GET,POST /form = public", "POST,PUT /form = department:2"],
    );
    check(&rules, "GET", "/form", OPEN);
    check(&rules, "POST", "/form", ONE);
}

#[test]
fn s_028_what_is_empty_or_unresolved_admits_nobody() {
    check(
        &rules("department:999", &[]),
        "GET",
        "/",
        [SignIn, Refuse, Refuse],
    );
    check(
        &rules("tag:999 member:nobody-of-ours", &[]),
        "GET",
        "/",
        [SignIn, Refuse, Refuse],
    );
    check(&rules("nobody", &["/a = public"]), "GET", "/", NONE);
}

#[test]
fn s_104_numbers_of_one_corp_mean_nothing_in_another() {
    let mut rules = rules("department:2 member:zhangsan tag:1", &[]);
    let departments = [DepartmentId(2)];
    let stranger = Facts {
        corp_id: "ww00aa11bb22cc33dd",
        ..facts("zhangsan", &departments, &[TagId(1)])
    };
    assert_eq!(verdict(&rules, "GET", "/", Some(&stranger)), Refuse);
    rules.corp_id = None;
    let ours = facts("zhangsan", &departments, &[]);
    assert_eq!(verdict(&rules, "GET", "/", Some(&ours)), Refuse);
}

#[test]
fn a_site_that_is_public_as_a_whole_is_public() {
    let rules = rules("public", &[]);
    check(&rules, "GET", "/a%2fb", OPEN);
    let rules = super::tests::rules("public", &["/admin/* = department:2"]);
    check(&rules, "GET", "/a", OPEN);
    check(&rules, "GET", "/a%2fb", ANY);
    check(&rules, "GET", "/a%2f/admin/x", ANY);
    check(&rules, "GET", "/admin%2fx", ONE);
}

#[test]
fn a_rule_behind_one_that_covers_it_is_named() {
    let rules = rules(
        "member",
        &[
            "/a/* = member",
            "/a/b = public",
            "GET /c = member",
            "GET,POST /c = public",
            "GET /c = public",
            "/A/x = public",
            "/A/y = tag:1",
        ],
    );
    assert_eq!(rules.shadowed(), [(1, 0), (4, 2), (5, 0)]);
}
