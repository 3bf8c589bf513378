//! `menshen check`, against a sandbox that is set up as an engineer at night may have set it up.

mod answers;
mod sites;

use tokio::runtime::Runtime;
use wecom_sandbox::{DEFAULT_SEED, Sandbox, Seed};

use crate::installation::{Installation, Serving};
use crate::program::Ran;

const SECRET: &str = "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA";

/// An installation that runs, and a sandbox that knows it. What is wrong is made wrong in between.
struct Bench {
    installation: Installation,
    _serving: Serving,
    sandbox: Sandbox,
    _runtime: Runtime,
}

impl Bench {
    /// `seed` changes the default seed, in which the gateway's address is already right.
    fn new(seed: &[(&str, &str)]) -> Self {
        let installation = Installation::new();
        std::fs::write(installation.path("hq.secret"), SECRET).unwrap();
        let runtime = Runtime::new().unwrap();
        // The port has to be known before the configuration can name it.
        let port = free_port();
        let ours = format!("127.0.0.1:{port}");
        let mut text = DEFAULT_SEED.replace("127.0.0.1:8080", &ours);
        for (from, to) in seed {
            assert!(text.contains(from), "the seed has no {from}");
            text = text.replacen(from, to, 1);
        }
        let seed = Seed::parse(&text).unwrap();
        let sandbox = runtime
            .block_on(Sandbox::builder().seed(seed).start())
            .unwrap();
        let at = sandbox.url().to_string();
        let at = at.trim_end_matches('/');
        installation.edit("http://127.0.0.1:8080", &format!("http://{ours}"));
        installation.edit("listen = \"127.0.0.1:0\"", &format!("listen = \"{ours}\""));
        installation.edit(
            "# endpoints = { open = \"http://127.0.0.1:7700\", login = \"http://127.0.0.1:7700\", api = \"http://127.0.0.1:7700\" }",
            &format!("endpoints = {{ open = \"{at}\", login = \"{at}\", api = \"{at}\" }}"),
        );
        Self {
            _serving: installation.serve(),
            installation,
            sandbox,
            _runtime: runtime,
        }
    }

    /// Adds to the configuration.
    fn add(&self, text: &str) {
        self.installation.add(text);
    }

    fn check(&self) -> Ran {
        self.installation.run(&["check"])
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The finding about something, with its cause and remedy.
fn finding<'a>(ran: &'a Ran, about: &str) -> &'a str {
    let at = ran
        .stdout
        .find(about)
        .unwrap_or_else(|| panic!("{about} in {}", ran.stdout));
    let start = ran.stdout[..at].rfind('\n').map_or(0, |at| at + 1);
    let rest = &ran.stdout[start..];
    let mut end = 0;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        if number > 0 && !line.starts_with("        ") {
            break;
        }
        end += line.len();
    }
    &rest[..end]
}

#[test]
fn what_is_right_is_called_ok() {
    let ran = Bench::new(&[]).check();
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    for about in [
        "store",
        "public_url",
        "hq: token",
        "trusted IP",
        "trusted domain",
        "visible range",
    ] {
        let finding = finding(&ran, &format!("{about}: "));
        assert!(finding.starts_with("ok "), "{finding}");
    }
    assert!(ran.stdout.contains("0 failed"), "{}", ran.stdout);
}

#[test]
fn a_wrong_secret_is_explained_and_not_shown() {
    let bench = Bench::new(&[]);
    let wrong = "the-secret-of-another-app-BBBBBBBBBBBBBBBBBBBB";
    std::fs::write(bench.installation.path("hq.secret"), wrong).unwrap();
    let ran = bench.check();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    let finding = finding(&ran, "token");
    assert!(finding.starts_with("failed "), "{finding}");
    assert!(
        finding.contains("40001") && finding.contains("remedy:"),
        "{finding}"
    );
    assert!(!ran.stdout.contains(wrong) && !ran.stderr.contains(wrong));
}

#[test]
fn an_untrusted_domain_is_named_as_people_will_see_it() {
    let bench = Bench::new(&[]);
    let port = free_port();
    let edited = Bench::new(&[(
        "oauth_domain = \"",
        &format!("oauth_domain = \"127.0.0.1:{port}\"\n# \""),
    )]);
    drop(bench);
    let ran = edited.check();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    let finding = finding(&ran, "trusted domain");
    for text in [
        "redirect_uri参数错误",
        "the ports differ",
        "可信域名",
        "remedy:",
    ] {
        assert!(finding.contains(text), "{text} in {finding}");
    }
}

#[test]
fn an_untrusted_address_is_named_with_the_address_to_enter() {
    let ran = Bench::new(&[(
        "trusted_ips = [\"127.0.0.1\", \"::1\"]\nsensitive",
        "trusted_ips = [\"192.0.2.1\"]\nsensitive",
    )])
    .check();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("60020"), "{}", ran.stdout);
    assert!(ran.stdout.contains("add 127.0.0.1"), "{}", ran.stdout);
}

#[test]
fn an_empty_visible_range_lets_nobody_in() {
    let ran = Bench::new(&[("visible = { departments = [1] }", "visible = {}")]).check();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    let finding = finding(&ran, "visible range");
    assert!(
        finding.starts_with("failed ") && finding.contains("可见范围"),
        "{finding}"
    );
}

#[test]
fn a_gateway_that_does_not_run_is_a_warning() {
    let installation = Installation::new();
    installation.edit(
        "http://127.0.0.1:8080",
        &format!("http://127.0.0.1:{}", free_port()),
    );
    let ran = installation.run(&["check"]);
    let finding = finding(&ran, "public_url: http");
    assert!(
        finding.starts_with("warning ") && finding.contains("menshen serve"),
        "{finding}"
    );
}

#[test]
fn checking_makes_no_store() {
    let installation = Installation::new();
    let ran = installation.run(&["check"]);
    let finding = finding(&ran, "store: ");
    assert!(
        finding.starts_with("ok ") && finding.contains("does not exist yet"),
        "{finding}"
    );
    assert!(!crate::installation::exists(
        &installation.path("menshen.db")
    ));
}
