//! Any path under any rules: what is judged is what is sent on, and whatever a server might make of the path
//! has the consent of the rule for that (S-018, S-019, S-025, S-027).
//!
//! The input is text: the site's own word, a line `METHODS PATH WORD` for each rule, an empty line, and then
//! method, decodings and habits of the server, and the path.
#![no_main]

mod server;

use http::Uri;
use libfuzzer_sys::fuzz_target;
use menshen_gateway::fuzzing::{Gate, canonical};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};
use server::served;

const RAW: &AsciiSet = &CONTROLS.add(b' ');
/// A stranger, a member of department 2, and one of department 3.
const PEOPLE: [Option<u32>; 3] = [None, Some(2), Some(3)];

/// A rule as an operator reads it.
struct Rule<'t> {
    methods: &'t str,
    path: Vec<u8>,
    is_folder: bool,
    word: &'t str,
}

impl<'t> Rule<'t> {
    fn read((methods, path, word): &(&'t str, &'t str, &'t str)) -> Self {
        let bare = path.strip_suffix("/*");
        Self {
            methods,
            path: percent_decode(bare.unwrap_or(path).as_bytes()).collect(),
            is_folder: bare.is_some(),
            word,
        }
    }

    fn is_for(&self, method: &str, path: &[u8], eye: Eye) -> bool {
        let is_method = self.methods.is_empty() || self.methods.split(',').any(|one| one == method);
        let (path, own) = (eye.sees(path), eye.sees(&self.path));
        let rest = path.strip_prefix(&*own);
        let is_path =
            rest.is_some_and(|rest| rest.is_empty() || (self.is_folder && rest[0] == b'/'));
        is_method && is_path
    }
}

/// How a server compares letters.
#[derive(Clone, Copy, Debug)]
enum Eye {
    AsTheyAre,
    Ascii,
    Small,
    Capital,
}

impl Eye {
    const ALL: [Self; 4] = [Self::AsTheyAre, Self::Ascii, Self::Small, Self::Capital];

    fn sees(self, path: &[u8]) -> Vec<u8> {
        let each = |change: fn(char) -> char| {
            let text = String::from_utf8_lossy(path);
            text.chars().map(change).collect::<String>().into_bytes()
        };
        match self {
            Self::AsTheyAre => path.to_vec(),
            Self::Ascii => path.to_ascii_lowercase(),
            Self::Small => each(|letter| letter.to_lowercase().next().unwrap()),
            Self::Capital => each(|letter| letter.to_uppercase().next().unwrap()),
        }
    }
}

fn admits(word: &str, person: Option<u32>) -> bool {
    match (word, person) {
        ("public", _) => true,
        ("nobody", _) | (_, None) => false,
        ("member", Some(_)) => true,
        (word, Some(id)) => {
            word == format!("department:{id}")
                || word == "member:zhangsan"
                || word == "corp:ww5f1e2d3c4b5a6978"
        }
    }
}

struct Input<'t> {
    allow: &'t str,
    rules: Vec<(&'t str, &'t str, &'t str)>,
    method: &'t str,
    server: (u8, u8),
    path: &'t str,
}

fn read(text: &str) -> Option<Input<'_>> {
    let (site, request) = text.split_once("\n\n")?;
    let mut lines = site.lines();
    let allow = lines.next()?;
    let mut rules = Vec::new();
    for line in lines.take(6) {
        let (methods, rest) = line.split_once(' ')?;
        let (path, word) = rest.rsplit_once(' ')?;
        rules.push((methods, path, word));
    }
    let (method, rest) = request.split_once(' ')?;
    let (decodings, rest) = rest.split_once(' ')?;
    let (habits, path) = rest.split_once(' ')?;
    let server = (decodings.parse().ok()?, habits.parse().ok()?);
    Some(Input {
        allow,
        rules,
        method,
        server,
        path,
    })
}

fuzz_target!(|text: &str| {
    let Some(Input {
        allow,
        rules,
        method,
        server,
        path,
    }) = read(text)
    else {
        return;
    };
    // What is judged is what is sent on: the parser's path and query are the bytes of the request line.
    if !path.contains('#')
        && let Ok(uri) = path.parse::<Uri>()
        && path.starts_with('/')
        && canonical(uri.path()).is_some()
    {
        assert_eq!(uri.path(), path.split('?').next().unwrap());
        assert_eq!(uri.path_and_query().unwrap().as_str(), path);
    }
    let again = check_canonical(path);
    let (Some(gate), Some((form, is_clear))) = (Gate::new(allow, &rules), canonical(path)) else {
        return;
    };
    let read: Vec<Rule<'_>> = rules.iter().map(Rule::read).collect();
    let is_wholly_public = allow == "public" && rules.iter().all(|rule| rule.2 == "public");
    for person in PEOPLE {
        let is_open = gate
            .is_open(method, path, person)
            .expect("the path is judged");
        if !is_open {
            continue;
        }
        assert!(
            person.is_some() || is_clear || is_wholly_public,
            "unclear and public: {form}"
        );
        if let Some(again) = &again {
            assert_eq!(gate.is_open(method, again, person), Some(true), "{again}");
        }
        // Every server: the drawn one, with and without an eye for letter case, and those that decode once.
        for (decodings, habits) in [server, (0, 0), (1, 0), (1, 0x7f), (2, 0x7f), (3, 0x7f)] {
            let served = served(path, decodings, habits);
            for eye in Eye::ALL {
                let deciding = read.iter().find(|rule| rule.is_for(method, &served, eye));
                let word = deciding.map_or(allow, |rule| rule.word);
                assert!(
                    admits(word, person),
                    "{path} is open to {person:?}, but served as {:?} ({eye:?}) under {word}",
                    String::from_utf8_lossy(&served),
                );
            }
        }
    }
});

/// The canonical form is judged as itself: writing it down again changes nothing. Answers what was written.
fn check_canonical(path: &str) -> Option<String> {
    let (form, is_clear) = canonical(path)?;
    assert!(
        path.bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'#' && byte != b'?')
    );
    assert!(form.starts_with('/') && !form.contains(char::is_control) || !is_clear);
    for segment in form.split('/') {
        assert!(
            !matches!(segment, "." | ".."),
            "a dot segment was let through: {form}"
        );
    }
    if !is_clear {
        return None;
    }
    let again = utf8_percent_encode(&form, RAW).to_string();
    assert_eq!(canonical(&again), Some((form, true)));
    Some(again)
}
