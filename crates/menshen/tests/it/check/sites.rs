//! Sites and their rules: names that nobody has, and decisions explained.

use super::{Bench, finding, free_port};
use crate::installation::Installation;

/// A site on the gateway's own host, with rules for the people of the default seed.
const SITE: &str = r#"
[[site]]
host = "127.0.0.1:8090"
allow = ["member"]

[[site.rule]]
path = "/open/*"
allow = "public"

[[site.rule]]
path = "/lab/*"
allow = "department:2"

[[site.rule]]
path = "/duty"
allow = ["tag:1", "member:LISI"]
"#;

fn add_to_configuration(bench: &Bench, text: &str) {
    let path = bench.installation.path("menshen.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, format!("{config}\n{text}")).unwrap();
}

#[test]
fn s_028_names_that_wecom_does_not_know_are_failures() {
    let bench = Bench::new(&[]);
    add_to_configuration(&bench, SITE);
    let ran = bench.check();
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(finding(&ran, "site 127.0.0.1:8090: rules").starts_with("ok "));
    bench.installation.edit(
        "\"department:2\"",
        "[\"department:99\", \"tag:77\", \"member:nobody-here\"]",
    );
    let ran = bench.check();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    for name in ["department:99", "tag:77", "member:nobody-here"] {
        assert!(
            ran.stdout
                .contains(&format!("names {name}, which WeCom does not know")),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn a_decision_is_explained_for_one_person_and_address() {
    let bench = Bench::new(&[]);
    add_to_configuration(&bench, SITE);
    let ask = |who: &str, url: &str| {
        let url = format!("http://127.0.0.1:8090{url}");
        let mut arguments = vec!["check", "--url", &url];
        if !who.is_empty() {
            arguments.extend(["--as", who]);
        }
        bench.installation.run(&arguments)
    };
    let rows = [
        (
            "zhangsan",
            "/lab/x?y",
            0,
            "department:4 平台组 (below department:2 研发部, department:1 总部)",
        ),
        (
            "zhangsan",
            "/LAB",
            0,
            "the rule for /lab/* (allow: department:2) admits them",
        ),
        (
            "lisi",
            "/lab/x",
            1,
            "the rule for /lab/* (allow: department:2) does not admit them",
        ),
        (
            "lisi",
            "/duty",
            0,
            "the rule for /duty (allow: tag:1, member:lisi) admits them",
        ),
        ("WangWu", "/duty", 1, "no: 403"),
        (
            "zhaoliu",
            "/",
            1,
            "zhaoliu may not be signed in: the account is disabled (账号已禁用)",
        ),
        ("zhaoliu", "/", 1, "console 通讯录 › the member › 启用"),
        ("zhangsan", "/", 0, "; tag:1 值班"),
        (
            "nobody-here",
            "/",
            1,
            "the directory does not know this userid",
        ),
        ("", "/open/a.css", 0, "yes: open to everybody"),
        (
            "",
            "/open/a%2fb",
            1,
            "can be read in several ways, so it is never public",
        ),
        ("", "/", 1, "no: they are asked to sign in"),
        (
            "lisi",
            "/open/..%2flab",
            1,
            "refused, because it has a `.` or `..` segment",
        ),
    ];
    for (who, url, code, expected) in rows {
        let ran = ask(who, url);
        assert!(
            ran.stdout.contains(expected),
            "{who} {url}: {}{}",
            ran.stdout,
            ran.stderr
        );
        assert_eq!(ran.code, code, "{who} {url}: {}", ran.stdout);
    }
    let ran = bench
        .installation
        .run(&["check", "--url", "http://other.example.com/"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("there are: 127.0.0.1:8090"),
        "{}",
        ran.stderr
    );
}

/// Agent 1000003 of the default seed, which may see department 3 alone.
const FINANCE: &str = r#"
[[connector]]
id = "finance"
corp_id = "ww5f1e2d3c4b5a6978"
agent_id = 1000003
secret_file = "finance.secret"
"#;

#[test]
fn a_decision_is_explained_for_each_connector_of_the_site() {
    let bench = Bench::new(&[]);
    let path = bench.installation.path("finance.secret");
    std::fs::copy(bench.installation.path("hq.secret"), &path).unwrap();
    std::fs::write(&path, "sandbox-secret-1000003-AAAAAAAAAAAAAAAAAAAA").unwrap();
    let config = std::fs::read_to_string(bench.installation.path("menshen.toml")).unwrap();
    let endpoints = config.lines().find(|line| line.starts_with("endpoints = "));
    let site = SITE.replace(
        "allow = [\"member\"]",
        "allow = [\"member\"]\nconnector = [\"finance\", \"hq\"]",
    );
    let text = format!("{FINANCE}{}\n{site}", endpoints.unwrap());
    add_to_configuration(&bench, &text);
    let url = "http://127.0.0.1:8090/lab/x";
    let arguments = ["check", "--url", url, "--as", "zhangsan"];
    let ran = bench.installation.run(&arguments);
    for expected in [
        "connector finance of ww5f1e2d3c4b5a6978",
        "zhangsan may not be signed in: outside the agent's visible range",
        "应用管理 › 自建 › the agent › 可见范围",
        "connector hq of ww5f1e2d3c4b5a6978",
        "yes: open to this person",
    ] {
        assert!(
            ran.stdout.contains(expected),
            "{expected}: {} {}",
            ran.stdout,
            ran.stderr
        );
    }
    assert_eq!(ran.code, 0, "one way in is enough: {}", ran.stdout);
}

#[test]
fn a_decision_that_an_unknown_name_had_a_say_in_says_so() {
    let bench = Bench::new(&[]);
    add_to_configuration(&bench, SITE);
    bench.installation.edit("tag:1", "tag:77");
    let url = "http://127.0.0.1:8090/duty";
    let ask = |who: &str| {
        let arguments = ["check", "--url", url, "--as", who];
        bench.installation.run(&arguments).stdout
    };
    let ran = ask("zhangsan");
    assert!(
        ran.contains("names tag:77, which WeCom does not know"),
        "{ran}"
    );
    assert!(ran.contains("no: 403"), "{ran}");
    // A rule without a say is not looked at.
    bench.installation.edit("/duty", "/elsewhere");
    let ran = ask("zhangsan");
    assert!(!ran.contains("tag:77"), "{ran}");
}

#[test]
fn s_028_names_that_wecom_does_not_know_keep_it_from_starting() {
    let bench = Bench::new(&[]);
    add_to_configuration(&bench, SITE);
    bench.installation.edit(
        "\"department:2\"",
        "[\"department:99\", \"department:2\", \"member:nobody-here\"]",
    );
    bench.installation.edit("tag:1", "tag:77");
    let ran = bench.installation.run(&["serve"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    for name in ["department:99", "tag:77", "member:nobody-here"] {
        let what = format!("names {name}, which WeCom does not know");
        assert!(ran.stderr.contains(&what), "{name}: {}", ran.stderr);
    }
    assert!(
        !ran.stderr.contains("names department:2,"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("→ correct the number"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_names_of_all_sites_are_asked_for_with_one_token() {
    let bench = Bench::new(&[]);
    add_to_configuration(&bench, SITE);
    let other = "[[site]]\nhost = \"other.example.com\"\nallow = \"department:98\"\n";
    add_to_configuration(&bench, other);
    bench
        .installation
        .edit("\"department:2\"", "\"department:99\"");
    bench.sandbox.journal().clear();
    let ran = bench.installation.run(&["serve"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    // Both sites were asked about.
    for name in ["department:98", "department:99"] {
        assert!(ran.stderr.contains(name), "{name}: {}", ran.stderr);
    }
    assert_eq!(bench.sandbox.journal().count("/cgi-bin/gettoken"), 1);
}

#[test]
fn a_connector_that_hangs_hides_nothing_that_another_knows() {
    let bench = Bench::new(&[]);
    // It takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let path = bench.installation.path("finance.secret");
    std::fs::copy(bench.installation.path("hq.secret"), &path).unwrap();
    let site = SITE.replace(
        "allow = [\"member\"]",
        "allow = [\"member\"]\nconnector = \"hq\"",
    );
    let text = format!(
        "{FINANCE}endpoints = {{ open = \"{address}\", login = \"{address}\", api = \"{address}\" }}\n\
         [[site]]\nhost = \"first.example.com\"\nconnector = \"finance\"\nallow = \"department:3\"\n{site}"
    );
    add_to_configuration(&bench, &text);
    bench
        .installation
        .edit("\"department:2\"", "\"department:99\"");
    let ran = bench.installation.run(&["serve"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("names department:99"), "{}", ran.stderr);
}

#[test]
fn a_silent_wecom_does_not_keep_it_from_starting() {
    let installation = Installation::new();
    let nobody = format!("http://127.0.0.1:{}", free_port());
    installation.edit(
        "# endpoints = { open = \"http://127.0.0.1:7700\", login = \"http://127.0.0.1:7700\", api = \"http://127.0.0.1:7700\" }",
        &format!("endpoints = {{ open = \"{nobody}\", login = \"{nobody}\", api = \"{nobody}\" }}"),
    );
    let path = installation.path("menshen.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let site = "[[site]]\nhost = \"127.0.0.1:8090\"\nallow = \"department:99\"\n";
    std::fs::write(&path, format!("{text}\n{site}")).unwrap();
    let serving = installation.serve();
    let is_warning =
        |line: &String| line.contains("could not be asked") && line.contains("\"WARN\"");
    assert!(serving.said.iter().any(is_warning), "{:?}", serving.said);
    let (code, lines) = serving.stop("TERM");
    assert_eq!(code, 0, "{lines:?}");
}
