//! Both languages say the same things, and nothing is left over.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

use super::super::texts::{EN, ZH};
use super::super::{Lang, Notice};
use super::gallery::all;

const USERS: [&str; 8] = [
    include_str!("../../../../templates/notice.html"),
    include_str!("../../../../templates/choose_door.html"),
    include_str!("../../../../templates/open_in_wecom.html"),
    include_str!("../../../../templates/sign_out.html"),
    include_str!("../../../../templates/home.html"),
    include_str!("../../../../templates/home_signed_out.html"),
    include_str!("../document.rs"),
    include_str!("../notice.rs"),
];

/// Each key with the placeholders of its text.
fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    FluentResource::try_new(source.to_owned()).unwrap();
    let mut keys = BTreeMap::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, text)) = line.split_once(" = ") {
            let places = text.split("{ $").skip(1);
            let places = places.filter_map(|rest| rest.split_once(" }"));
            let places = places.map(|(place, _)| place.to_owned()).collect();
            assert!(
                keys.insert(key.to_owned(), places).is_none(),
                "twice: {key}"
            );
        }
    }
    keys
}

#[test]
fn both_languages_have_the_same_keys_and_placeholders() {
    assert_eq!(keys(ZH), keys(EN));
    assert!(keys(ZH).len() > 60);
}

#[test]
fn every_key_is_used_and_every_used_key_exists() {
    let mut used = BTreeSet::new();
    for notice in Notice::ALL {
        for part in ["title", "what", "do"] {
            used.insert(format!("{}-{part}", notice.key()));
        }
        used.insert(notice.action().to_owned());
    }
    for key in keys(ZH).into_keys() {
        if USERS
            .iter()
            .any(|user| user.contains(&format!("\"{key}\"")))
        {
            used.insert(key);
        }
    }
    let known: BTreeSet<_> = keys(ZH).into_keys().collect();
    assert_eq!(used, known);
}

#[test]
fn no_page_shows_a_key_or_an_empty_place() {
    for lang in Lang::ALL {
        for (name, html) in all(lang) {
            for key in keys(ZH).into_keys().filter(|key| key.contains('-')) {
                assert!(!html.contains(&format!(">{key}<")), "{name} shows {key}");
            }
            assert!(!html.contains("{ $"), "{name}");
        }
    }
}

#[test]
fn no_template_switches_escaping_off() {
    for user in USERS {
        assert!(!user.contains("|safe") && !user.contains("| safe"));
        assert!(!user.contains("escape = \"none\""));
    }
}
