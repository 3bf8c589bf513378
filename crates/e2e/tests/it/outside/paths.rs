//! The path that is judged is the path that is served: the differential tests.

use std::collections::BTreeMap;

use e2e::outside::{Client, Kind, Message, Proxy};
use e2e::stage::HOST;

use super::gate::{Gate, let_through, reported};

/// As many paths go through each proxy.
pub(super) const PATHS: usize = 10_000;

/// What paths are made of: words, and everything by which two programs ever read one path differently.
const PIECES: [&str; 47] = [
    "public",
    "admin",
    "finance",
    "a",
    "/",
    "/",
    "//",
    ".",
    "..",
    "...",
    "%2e",
    "%2e%2e",
    "%2E.",
    ".%2e",
    "%2f",
    "%2F",
    "%5c",
    "%5C",
    "\\",
    ";",
    ";x=1",
    "..;",
    "..;/",
    "%3b",
    "%23",
    "%3f",
    "%00",
    "%0a",
    "%20",
    "%09",
    "%25",
    "%252e",
    "%252f",
    "%25252e",
    "%c0%ae",
    "%c0%af",
    "%ef%bc%8f",
    "%e2%80%ae",
    "%zz",
    "~",
    "+",
    "Public",
    "PUBLIC",
    "%70ublic",
    // Letters that some servers fold, Caddy the first two.
    "f%C4%B0nance",
    "publ%C4%B0c",
    "f%C4%B1nance",
];

/// Numbers by chance, the same in every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// A path that often begins in the public folder and often leads out of it again.
pub(super) fn path(dice: &mut Dice) -> String {
    let mut path = match dice.below(4) {
        0 => "/".to_owned(),
        1 => "/public/".to_owned(),
        2 => "/finance/".to_owned(),
        _ => "/admin/".to_owned(),
    };
    for _ in 0..=dice.below(6) {
        path += PIECES[dice.below(PIECES.len())];
        if dice.below(2) == 0 {
            path.push('/');
        }
    }
    path
}

/// One way of cleaning a path up.
type Step = fn(&str) -> String;

/// What servers do to a path, each in its own order.
const STEPS: [Step; 5] = [
    decoded,
    |path| path.replace('\\', "/"),
    without_parameters,
    resolved,
    merged,
];

/// All paths that some server could read here: as it was sent, decoded once or more often, dots resolved or not,
/// backslashes as slashes or not, parameters cut or not, slashes merged or not.
pub(super) fn readings(path: &str) -> Vec<String> {
    read(path, &STEPS)
}

fn read(path: &str, steps: &[Step]) -> Vec<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut all = vec![path.to_owned()];
    // Twice, in any order, because servers stand behind servers.
    for _ in 0..3 {
        let known = all.clone();
        for path in &known {
            all.extend(steps.iter().map(|step| step(path)));
        }
        all.sort();
        all.dedup();
        all.truncate(512);
    }
    all
}

fn decoded(path: &str) -> String {
    let mut letters = path.chars();
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        let rest = letters.as_str();
        let digits = rest.get(..2).filter(|_| letter == '%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                text.push(char::from(byte));
                letters = rest[2..].chars();
            }
            None => text.push(letter),
        }
    }
    text
}

fn without_parameters(path: &str) -> String {
    let cut = path
        .split('/')
        .map(|segment| segment.split(';').next().unwrap_or_default());
    cut.collect::<Vec<_>>().join("/")
}

fn resolved(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => _ = kept.pop(),
            other => kept.push(other),
        }
    }
    format!("/{}", kept.join("/"))
}

fn merged(path: &str) -> String {
    let mut text = path.to_owned();
    while text.contains("//") {
        text = text.replace("//", "/");
    }
    text
}

/// Whether every reading stays in the public folder.
pub(super) fn is_public(path: &str) -> bool {
    let is_inside = |reading: &String| reading == "/public" || reading.starts_with("/public/");
    // Some take white space out as well.
    let closed_up: Step = |path| path.replace(['\0', ' ', '\t', '\n'], "");
    read(path, &[&STEPS[..], &[closed_up]].concat())
        .iter()
        .all(is_inside)
}

#[test]
fn the_judge_of_this_test_knows_the_ways_out() {
    for path in ["/public/a", "/public/a%20b", "/public/", "/public/x;y/z"] {
        assert!(is_public(path), "{path}: {:?}", readings(path));
    }
    for path in [
        "/public/../admin",
        "/public/%2e%2e/admin",
        "/public/..%2fadmin",
        "/public/..;/admin",
        "/public/%252e%252e/admin",
        "/public\\..\\admin",
        "/public/..%5cadmin",
        "/publicly",
        "/Public/a",
        "/%70ublic/a",
    ] {
        assert!(!is_public(path), "{path}");
    }
}

/// Sends paths as somebody who is signed out; the answers, by path.
async fn send(proxy: &Proxy, paths: &[String]) -> BTreeMap<String, Message> {
    let mut client = Client::to(proxy.address);
    let host = format!("Host: {HOST}\r\n");
    let mut answers = BTreeMap::new();
    for path in paths {
        let answer = client.ask(&format!("GET {path}"), &host).await;
        answers.insert(path.clone(), answer);
    }
    answers
}

async fn differential(kind: Kind) {
    let gate = Gate::with(&[kind], "401").await;
    let Some(proxy) = gate.proxies.first() else {
        return gate.end().await;
    };
    let mut dice = Dice(0x5eed_0025);
    let paths: Vec<String> = (0..PATHS).map(|_| path(&mut dice)).collect();
    let (mut reached, mut turned_away) = (0, 0);
    for some in paths.chunks(500) {
        let (first, second) = some.split_at(some.len() / 2);
        let (one, other) = tokio::join!(send(proxy, first), send(proxy, second));
        let hits = gate.upstream.take();
        let calls = gate.tap.take();
        let yes = let_through(&calls);
        for call in &calls {
            let sent = reported(call);
            assert!(sent.starts_with('/'), "{kind:?} reports {sent:?}");
        }
        for hit in &hits {
            let path = hit.target();
            assert!(
                yes.contains(path),
                "{kind:?}: the site got {path}, and nobody judged it"
            );
            assert!(is_public(path), "{kind:?}: {path} was public");
        }
        for (path, answer) in one.iter().chain(&other) {
            let status = answer.status();
            assert!(
                status == 200
                    || (400..500).contains(&status)
                    || status == 0
                    || status == 308
                    || status == 301,
                "{kind:?}, {path}: {answer:#?}"
            );
        }
        reached += hits.len();
        turned_away += some.len() - hits.len();
    }
    // The test would prove nothing if all went one way.
    assert!(
        reached > PATHS / 100,
        "{kind:?}: only {reached} paths reached the site"
    );
    assert!(
        turned_away > PATHS / 10,
        "{kind:?}: only {turned_away} were turned away"
    );
    gate.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_025_ten_thousand_paths_through_nginx() {
    differential(Kind::Nginx).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_025_ten_thousand_paths_through_caddy() {
    differential(Kind::Caddy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_025_ten_thousand_paths_through_haproxy() {
    differential(Kind::Haproxy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_025_ten_thousand_paths_through_traefik() {
    differential(Kind::Traefik).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_025_ten_thousand_paths_through_envoy() {
    differential(Kind::Envoy).await;
}

/// Out of the public folder, as some server reads them.
const WAYS: [&str; 15] = [
    "/public/secret%23/../admin",
    "/public#/../admin",
    "/admin#/public/",
    "/public%23/admin",
    "/public/..;/x",
    "/public/%2e%2e/admin",
    "/public/..%2fadmin",
    "/public/%2e%2e%2fadmin",
    "/public/..%5cadmin",
    "/public/.%2e/admin",
    "/public//../admin",
    "/public/%252e%252e/admin",
    "/admin?/public/",
    "/admin?x=/public/",
    "/admin/%2e%2e/public/../admin",
];

#[tokio::test]
async fn s_018_s_027_ways_out_of_the_public_folder() {
    let gate = Gate::start().await;
    for proxy in &gate.proxies {
        for way in WAYS {
            let answer = gate.get(proxy, way, "").await;
            // Traefik tidies a path up before it judges and serves it; then what is left may be public.
            let yes = let_through(&gate.tap.take());
            let hits = gate.upstream.take();
            for hit in &hits {
                let path = hit.target();
                assert!(
                    yes.contains(path) && is_public(path),
                    "{:?}, {way}: {path}",
                    proxy.kind
                );
            }
            assert_eq!(
                answer.status() == 200,
                !hits.is_empty(),
                "{:?}, {way}: {answer:#?}",
                proxy.kind
            );
            assert!(
                answer.status() < 500,
                "{:?}, {way}: {answer:#?}",
                proxy.kind
            );
        }
        // And what is judged is what is served, for those who may.
        for path in [
            "/a%20b?x=%2f",
            "/a;b/c",
            "/%e4%bd%a0",
            "/a%23b",
            "/x?y=a/../b",
        ] {
            gate.tap.take();
            let answer = gate.get(proxy, path, &gate.cookie).await;
            for request in gate.upstream.take() {
                let yes = let_through(&gate.tap.take());
                assert!(
                    yes.contains(request.target()),
                    "{:?}, {path}: {yes:?}",
                    proxy.kind
                );
            }
            assert!(
                answer.status() < 500,
                "{:?}, {path}: {answer:#?}",
                proxy.kind
            );
        }
    }
    gate.end().await;
}
