//! `allow` and `[[site.rule]]`: who may open which path.
//!
//! In: the words as they were written. Out: checked rules, or notes about each mistake; a rule that
//! can never match is one, because it does not do what somebody believes it does.

use wecom_sdk::CorpId;

use super::super::findings::Wrong;
use super::super::section::Section;
use super::{Rule, Rules};
use crate::access::method::Methods;
use crate::access::pattern::Pattern;
use crate::access::term::{Allow, Term};

const WORDS: &str = "write public, member, department:2, tag:5, member:zhangsan, corp:ww5f1e2d3c4b5a6978, external or nobody";

/// One word: two of them stand alone.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Public,
    Nobody,
    Term(Term),
}

/// Reads `allow` and the rules of a site. `corps` are those of its connectors.
pub(super) fn read(section: &Section<'_>, corps: &[CorpId]) -> Option<Rules> {
    let corp_id = match corps {
        [corp_id] => Some(corp_id.clone()),
        _ => None,
    };
    let allow = match read_allow(section, corps) {
        None if section.is_given("allow") => None,
        None => Some(Allow::Any([Term::Member].into())),
        given => given,
    };
    let sections = section.sections("rule", "path");
    let (mut rules, mut is_whole) = (Vec::new(), true);
    let mut names = Vec::new();
    for section in sections {
        match read_rule(&section, corps) {
            Some(rule) => {
                rules.push(rule);
                names.push((section.name("path"), section.place("path")));
            }
            None => is_whole = false,
        }
        section.finish();
    }
    let rules = Rules {
        corp_id,
        allow: allow?,
        list: rules.into(),
    };
    for (later, earlier) in rules.shadowed() {
        let earlier = &rules.list[earlier].path;
        let what =
            format!("can never match: the rule for {earlier} above it is for all its requests");
        let remedy = "put it above that rule, or remove it";
        let (name, place) = names[later].clone();
        section.notes.mistake(place, name, Wrong::new(what, remedy));
        is_whole = false;
    }
    is_whole.then_some(rules)
}

fn read_rule(section: &Section<'_>, corps: &[CorpId]) -> Option<Rule> {
    let remedy = "write one path, such as /healthz, or a folder, such as /assets/*";
    let path = section.required("path", remedy, |text| {
        Pattern::parse(text).map_err(|what| Wrong::new(what.to_string(), remedy))
    });
    let methods = section.list("methods", |text| {
        if Methods::is_name(text) {
            return Ok(text.to_owned());
        }
        let remedy =
            "write methods in capital letters, such as GET; leave the key out for all of them";
        Err(Wrong::new(format!("holds \"{text}\""), remedy))
    });
    if section.is_empty("methods") {
        let what = "names no method, so the rule can never match";
        section.mistake(
            "methods",
            Wrong::new(what, "leave the key out for all methods"),
        );
    }
    if !section.is_given("allow") {
        section.mistake("allow", Wrong::new("is missing", WORDS));
    }
    let allow = read_allow(section, corps);
    Some(Rule {
        path: path?,
        methods: Methods::new(methods),
        allow: allow?,
    })
}

fn read_allow(section: &Section<'_>, corps: &[CorpId]) -> Option<Allow> {
    let words = section.texts("allow", |text| read_word(text, corps));
    if !section.is_given("allow") {
        return None;
    }
    match words.as_slice() {
        [] => {
            if section.is_empty("allow") {
                section.mistake("allow", Wrong::new("names nobody", WORDS));
            }
            None
        }
        [Word::Public] => Some(Allow::Public),
        [Word::Nobody] => Some(Allow::Any(Box::default())),
        words if words.contains(&Word::Public) || words.contains(&Word::Nobody) => {
            let what = "has public or nobody beside other words";
            section.mistake("allow", Wrong::new(what, "let it stand alone"));
            None
        }
        words => {
            let term = |word: &Word| match word {
                Word::Term(term) => Some(term.clone()),
                Word::Public | Word::Nobody => None,
            };
            Some(Allow::Any(words.iter().filter_map(term).collect()))
        }
    }
}

/// Departments and tags are known to people by their names, and to rules by their numbers.
fn no_word(text: &str) -> Wrong {
    let what = format!("holds \"{text}\"");
    match text.split_once(':') {
        Some((word @ ("department" | "tag"), _)) => Wrong::new(
            what,
            format!(
                "write its number, as in {word}:2: names can be given to others. `menshen check` lists the numbers \
                 with their names, once the rest of the configuration is right"
            ),
        ),
        _ => Wrong::new(what, WORDS),
    }
}

fn read_word(text: &str, corps: &[CorpId]) -> Result<Word, Wrong> {
    let term = match text {
        "public" => return Ok(Word::Public),
        "nobody" => return Ok(Word::Nobody),
        _ => Term::parse(text).ok_or_else(|| no_word(text))?,
    };
    // Security: numbers and userids of one corp mean somebody else in another (invariant 7).
    if term.is_of_one_corp() && corps.len() > 1 {
        let what = format!("holds \"{text}\", and the site's connectors are of several corps");
        let remedy = "give each corp a site of its own, or write member or corp:…";
        return Err(Wrong::new(what, remedy));
    }
    Ok(Word::Term(term))
}
