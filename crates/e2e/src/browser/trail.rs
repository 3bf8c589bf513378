//! The trail of a browser: one line per hop. The snapshot of a walk.
//!
//! Random parts become placeholders only if they have the length and alphabet they must have; the
//! same value keeps its number, so that a reader sees where a value comes back.

use std::fmt;

use url::Url;

use super::jar::Outcome;
use super::net::Net;

#[derive(Clone, Copy, Debug)]
enum Alphabet {
    Alphanumeric,
    UrlSafe,
    LowerHex,
}

impl Alphabet {
    fn holds(self, text: &str) -> bool {
        text.bytes().all(|byte| match self {
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::UrlSafe => byte.is_ascii_alphanumeric() || b"-_".contains(&byte),
            Self::LowerHex => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
    }
}

/// Random parts of addresses and cookies: the key before them, the placeholder, their shape.
const RANDOM: [(&str, &str, usize, Alphabet); 9] = [
    ("state", "state", 32, Alphabet::Alphanumeric),
    ("code", "code", 43, Alphabet::UrlSafe),
    ("k", "scan", 43, Alphabet::UrlSafe),
    ("scan", "scan", 43, Alphabet::UrlSafe),
    ("confirm2", "scan", 43, Alphabet::UrlSafe),
    ("consent", "consent", 43, Alphabet::UrlSafe),
    ("menshen_session", "session", 43, Alphabet::UrlSafe),
    ("menshen_attempt_", "binding", 43, Alphabet::UrlSafe),
    ("csrf_token", "csrf", 43, Alphabet::UrlSafe),
];

/// One line per hop.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    lines: Vec<String>,
    /// Where the last hop led, to say so instead of repeating it.
    next: Option<Url>,
    known: Vec<(&'static str, String)>,
}

/// One hop, to be noted.
#[derive(Debug)]
pub(super) struct Hop<'h> {
    pub(super) kind: &'static str,
    pub(super) method: &'h str,
    pub(super) url: &'h Url,
    pub(super) form: Option<&'h str>,
    pub(super) status: u16,
    pub(super) next: Option<&'h Url>,
    pub(super) cookies: &'h [Outcome],
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Trail {
    pub(super) fn note(&mut self, net: &Net, hop: &Hop<'_>) {
        let place = if self.next.take().as_ref() == Some(hop.url) {
            format!("↳ {} {}", alias(net, hop.url), self.path(hop.url.path()))
        } else {
            self.place(net, hop.url)
        };
        let form = hop
            .form
            .map_or_else(String::new, |form| format!(" [{}]", self.pairs(form)));
        let mut line = format!("{}{} {place}{form} → {}", hop.kind, hop.method, hop.status);
        if let Some(next) = hop.next {
            line.push(' ');
            line.push_str(&self.place(net, next));
        }
        self.next = hop.next.cloned();
        for cookie in hop.cookies {
            line.push_str("\n    ");
            line.push_str(&self.cookie(cookie));
        }
        self.lines.push(line);
    }

    /// Notes what happened beside the browser: who did it and what.
    pub fn remark(&mut self, text: &str) {
        self.lines.push(format!("-- {text}"));
    }

    fn place(&mut self, net: &Net, url: &Url) -> String {
        let mut text = format!("{} {}", alias(net, url), self.path(url.path()));
        if let Some(query) = url.query() {
            text.push('?');
            text.push_str(&self.pairs(query));
        }
        if let Some(fragment) = url.fragment() {
            text.push('#');
            text.push_str(fragment);
        }
        text
    }

    fn pairs(&mut self, query: &str) -> String {
        let pairs: Vec<String> = query.split('&').map(|pair| self.pair(pair)).collect();
        pairs.join("&")
    }

    fn path(&mut self, path: &str) -> String {
        let mut before = "";
        let mut parts = Vec::new();
        for part in path.split('/') {
            parts.push(self.mask(before, part));
            before = part;
        }
        parts.join("/")
    }

    fn pair(&mut self, pair: &str) -> String {
        match pair.split_once('=') {
            Some((key, value)) => format!("{key}={}", self.mask(key, value)),
            None => pair.to_owned(),
        }
    }

    fn cookie(&mut self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Set {
                name,
                value,
                max_age,
            } => {
                let age =
                    max_age.map_or_else(|| "this sitting".to_owned(), |age| format!("{age} s"));
                let bare = name.trim_start_matches("__Host-");
                let key = if bare.starts_with("menshen_attempt_") {
                    "menshen_attempt_"
                } else {
                    bare
                };
                let value = self.mask(key, value);
                format!("set {}={value} for {age}", self.cookie_name(name))
            }
            Outcome::Cleared { name } => format!("clear {}", self.cookie_name(name)),
            Outcome::Refused { name, why } => format!("REFUSED {}: {why}", self.cookie_name(name)),
        }
    }

    fn cookie_name(&mut self, name: &str) -> String {
        match name.rsplit_once("menshen_attempt_") {
            Some((before, key)) if key.len() == 8 && Alphabet::LowerHex.holds(key) => {
                format!("{before}menshen_attempt_{}", self.numbered("key", key))
            }
            _ => name.to_owned(),
        }
    }

    fn mask(&mut self, key: &str, value: &str) -> String {
        if key == "next" {
            // An address inside a field, encoded once more; the hop that follows shows it.
            return "{next}".to_owned();
        }
        let shape = RANDOM.iter().find(|(known, ..)| *known == key);
        match shape {
            Some((_, word, length, alphabet))
                if value.len() == *length && alphabet.holds(value) =>
            {
                self.numbered(word, value)
            }
            _ => value.to_owned(),
        }
    }

    fn numbered(&mut self, word: &'static str, value: &str) -> String {
        let is_known = |(kind, known): &(&str, String)| *kind == word && known == value;
        if !self.known.iter().any(is_known) {
            self.known.push((word, value.to_owned()));
        }
        let mut same = self.known.iter().filter(|(kind, _)| *kind == word);
        match same.position(|(_, known)| known == value) {
            None | Some(0) => format!("{{{word}}}"),
            Some(at) => format!("{{{word} {}}}", at + 1),
        }
    }
}

fn alias(net: &Net, url: &Url) -> String {
    let alias = net.alias(url).map(str::to_owned);
    alias.unwrap_or_else(|| url.origin().ascii_serialization())
}
