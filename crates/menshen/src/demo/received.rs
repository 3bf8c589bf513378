//! What reached the small site with a request: the identity headers as they came, and as people read them.
//!
//! In: the headers of a request that the gate let through. Out: lines to show, and who it is. It believes the
//! plain headers because only the gate reaches this site; what changes something believes the assertion only.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

/// The header that this site has its own name for (`[site.headers]`).
pub(super) const OWN_NAME: &str = "remote-user";
/// The signed assertion.
pub(super) const ASSERTION: &str = "x-menshen-assertion";
/// The names of the plain headers, in the order of the handbook.
const NAMES: [&str; 7] = [
    "x-menshen-subject",
    "x-menshen-user",
    "x-menshen-name",
    "x-menshen-email",
    "x-menshen-groups",
    "x-menshen-corp",
    OWN_NAME,
];

/// One header.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its name, as people write it.
    pub(super) name: String,
    /// Its value as it came; `None`: it did not come at all.
    pub(super) raw: Option<String>,
    /// Its value decoded, where that is another text.
    pub(super) decoded: Option<String>,
}

/// Who the headers say it is.
#[derive(Clone, Debug)]
pub(super) struct Who {
    pub(super) subject: String,
    pub(super) user: String,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) corp: String,
    /// Departments by path, such as `总部 › 研发部`.
    pub(super) departments: Vec<String>,
    /// Numbers of tags.
    pub(super) tags: Vec<String>,
}

/// The plain headers, one line each.
pub(super) fn lines(headers: &HeaderMap) -> Vec<Line> {
    let line = |name: &str| {
        let raw = headers.get(name).map(text);
        let decoded = raw.as_deref().map(decode);
        Line {
            name: shown(name),
            decoded: decoded.filter(|decoded| Some(decoded) != raw.as_ref()),
            raw,
        }
    };
    NAMES.into_iter().map(line).collect()
}

/// Who it is; nobody: `None`.
pub(super) fn who(headers: &HeaderMap) -> Option<Who> {
    let fact = |name: &str| {
        let value = headers.get(name).map(text).unwrap_or_default();
        Some(decode(&value)).filter(|value| !value.is_empty())
    };
    let groups = headers.get("x-menshen-groups").map(text);
    // Security: split first, decode each member once, or a department's name could make two of one.
    let groups: Vec<String> = groups
        .iter()
        .flat_map(|groups| groups.split(','))
        .map(decode)
        .collect();
    let paths = groups.iter().filter_map(|group| group.strip_prefix('/'));
    let tags = groups.iter().filter_map(|group| group.strip_prefix("tag:"));
    Some(Who {
        subject: fact("x-menshen-subject")?,
        user: fact("x-menshen-user")?,
        name: fact("x-menshen-name"),
        email: fact("x-menshen-email"),
        corp: fact("x-menshen-corp").unwrap_or_default(),
        departments: paths.map(path).collect(),
        tags: tags.map(str::to_owned).collect(),
    })
}

impl Who {
    /// What people call them.
    pub(super) fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.user)
    }
}

/// The names under which somebody could be smuggled in, as they arrived: for the page about forged headers.
pub(super) fn arrived(headers: &HeaderMap, names: &[&str]) -> Vec<Option<String>> {
    let values = names.iter().map(|name| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.get(name).map(text)
    });
    values.collect()
}

/// `x-menshen-user` becomes `X-Menshen-User`.
fn shown(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(1.min(word.len()));
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join("-")
}

/// `总部/研发部` becomes `总部 › 研发部`; a slash inside a name is written `%2F`.
fn path(path: &str) -> String {
    let names = path.split('/');
    let names = names.map(|name| name.replace("%2F", "/").replace("%25", "%"));
    names.collect::<Vec<_>>().join(" › ")
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn decode(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}
