//! What holds for any rules and any path.

use proptest::prelude::*;

use super::super::{Rule, Rules};
use super::{Pass, Public, Refuse, SignIn, allow, facts, rules};
use crate::access::path::Path;

fn words() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "public",
        "nobody",
        "member",
        "department:2",
        "tag:1",
        "member:lisi",
    ])
}

fn row() -> impl Strategy<Value = String> {
    let path = prop::sample::select(vec!["/*", "/a", "/a/*", "/a/b", "/A/*", "/b/*", "/"]);
    let method = prop::sample::select(vec!["", "GET ", "GET,POST ", "POST "]);
    (method, path, words()).prop_map(|(method, path, words)| format!("{method}{path} = {words}"))
}

fn any_rules() -> impl Strategy<Value = Rules> {
    (words(), prop::collection::vec(row(), 0..6)).prop_map(|(default, rows)| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        rules(default, &rows)
    })
}

/// Every way in which a server could read a path, found by trying all ways of cleaning up after each other.
fn readings(raw: &str) -> Vec<String> {
    let steps: [fn(&str) -> String; 6] = [
        |path| {
            let bytes: Vec<u8> = percent_encoding::percent_decode_str(path).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        },
        |path| path.replace('\\', "/"),
        |path| {
            let cut = path
                .split('/')
                .map(|segment| segment.split(';').next().unwrap());
            cut.collect::<Vec<_>>().join("/")
        },
        |path| {
            let mut text = path.to_owned();
            while text.contains("//") {
                text = text.replace("//", "/");
            }
            text
        },
        |path| {
            let trimmed = path
                .split('/')
                .map(|segment| segment.trim_end_matches(['.', ' ']));
            trimmed.collect::<Vec<_>>().join("/")
        },
        |path| path.split(['?', '#']).next().unwrap().to_owned(),
    ];
    let mut all = vec![raw.to_owned()];
    for _ in 0..2 {
        for path in all.clone() {
            all.extend(steps.iter().map(|step| step(&path)));
        }
        all.sort();
        all.dedup();
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    /// Public means: however a server behind us reads the path, as it was sent or after any cleaning up, the
    /// rules that could be meant are all public. The judge (`readings`) knows nothing of the code it judges.
    #[test]
    fn s_025_public_is_public_in_the_raw_and_in_the_canonical_form(
        rules in any_rules(), method in "GET|POST|HEAD|get",
        raw in "(/|/a|/A|/b|%61|%41|%2f|;|;x|//|\\\\|%5c|%2561|%2562|%252f|%c0%af|\\.|%2e|%20|%23|%3b|b){1,6}"
    ) {
        let raw = format!("/{raw}");
        let Ok(path) = Path::parse(&raw) else { return Ok(()) };
        let is_open = rules.allow.is_public() && rules.list.iter().all(|rule| rule.allow.is_public());
        if is_open || rules.decide(&rules.needs(&method, &path), &path, None) != Public {
            return Ok(());
        }
        for reading in readings(&raw) {
            for is_meant in [Rule::matches, Rule::touches] {
                let first = rules.list.iter().find(|rule| is_meant(rule, &method, &reading));
                let allow = first.map_or(&rules.allow, |rule| &rule.allow);
                prop_assert!(allow.is_public(), "{raw} as {reading}: {rules:?}");
            }
        }
    }

    /// Nobody who is signed in gets less than a stranger, and a stranger is never let in but by `public`.
    #[test]
    fn a_stranger_passes_by_public_alone(rules in any_rules(), raw in "(/a|/A|/b|%2f|;|/){1,4}") {
        if let Ok(path) = Path::parse(&raw) {
            let needs = rules.needs("GET", &path);
            let verdict = rules.decide(&needs, &path, None);
            prop_assert_ne!(verdict, Pass);
            let is_public = needs.iter().all(|part| rules.allow(part).is_public());
            prop_assert!(verdict != Public || is_public);
            let lisi = facts("lisi", &[], &[]);
            let signed_in = rules.decide(&needs, &path, Some(&lisi));
            prop_assert_ne!(signed_in, SignIn);
            prop_assert_eq!(signed_in == Public, verdict == Public);
        }
    }

    /// A further rule of the same paths never opens anything to a person.
    #[test]
    fn s_028_a_second_rule_for_the_same_paths_never_opens(mut rules in any_rules(), words in words(), raw in "(/a|/b|/){1,3}") {
        let path = Path::parse(&raw);
        if let (Ok(path), Some(last)) = (path, rules.list.last().cloned()) {
            let lisi = facts("lisi", &[], &[]);
            let before = rules.decide(&rules.needs("GET", &path), &path, Some(&lisi));
            let mut list = rules.list.to_vec();
            list.push(Rule { allow: allow(words), ..last });
            rules.list = list.into();
            let after = rules.decide(&rules.needs("GET", &path), &path, Some(&lisi));
            prop_assert!(before != Refuse || after == Refuse);
        }
    }
}
