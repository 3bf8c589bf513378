//! Any headers on their way to an upstream: nothing that any server would take for a header of ours comes from
//! the caller, no cookie of ours passes, and everything else stays as it was (S-033, S-034, S-042, S-043, S-046).
//!
//! The input is text: the names that the site gives to the subject, with commas between them, and then a line for
//! each header, name and value.
#![no_main]

use http::{HeaderMap, HeaderName, HeaderValue, Method, Version};
use libfuzzer_sys::fuzz_target;
use menshen_gateway::fuzzing::sent_on;

const OURS: [&str; 7] = [
    "x-menshen-subject",
    "x-menshen-user",
    "x-menshen-name",
    "x-menshen-email",
    "x-menshen-groups",
    "x-menshen-corp",
    "x-menshen-assertion",
];
/// What the gateway says of the caller, and how it says it.
const TOLD: [(&str, &str); 5] = [
    ("host", "wiki.example.com"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-host", "wiki.example.com"),
    ("x-forwarded-proto", "https"),
    ("x-request-id", "4e7c2b9a81d3f056"),
];
/// Beginnings of names that describe a caller, folded.
const DESCRIBING: [&str; 12] = [
    "xforwarded",
    "forwarded",
    "xoriginal",
    "xrealip",
    "xrewriteurl",
    "trueclientip",
    "xclientip",
    "cfconnecting",
    "xenvoy",
    "proxy",
    "wlproxyclientip",
    "xrequestid",
];
/// Names by which a server finds the end of a body, folded: under other signs they must not arrive.
const FRAMING: [&str; 4] = [
    "contentlength",
    "http2settings",
    "keepalive",
    "transferencoding",
];
const BETWEEN_NEIGHBOURS: [&str; 11] = [
    "connection",
    "proxy-connection",
    "keep-alive",
    "http2-settings",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "proxy-authenticate",
    "proxy-authorization",
    "expect",
];

/// What is left of a name for a server that takes every sign for the same one, or for none.
fn fold(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A variable, as CGI, WSGI and PHP make it of a name.
fn variable(name: &str) -> String {
    let letter = |letter: char| match letter {
        'a'..='z' => letter.to_ascii_uppercase(),
        'A'..='Z' | '0'..='9' => letter,
        _ => '_',
    };
    name.chars().map(letter).collect()
}

/// Whether some server takes it for a name of `FRAMING`, and others do not.
fn is_disguised(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    !name.chars().all(is_plain)
        && FRAMING
            .iter()
            .any(|framing| fold(name).starts_with(framing))
}

fn is_describing(folded: &str) -> bool {
    DESCRIBING.iter().any(|family| folded.starts_with(family))
}

/// The pairs of all `Cookie` lines.
fn cookies(headers: &HeaderMap) -> Vec<Vec<u8>> {
    let lines = headers.get_all("cookie").iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let pairs = pairs.map(|pair| pair.trim_ascii().to_vec());
    pairs.filter(|pair| !pair.is_empty()).collect()
}

fn is_our_cookie(pair: &[u8]) -> bool {
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let bare = name
        .strip_prefix("__host-")
        .or_else(|| name.strip_prefix("__secure-"));
    bare.unwrap_or(&name).starts_with("menshen_")
}

/// The names that the caller itself calls hop-by-hop.
fn listed(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all("connection").iter();
    let tokens = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    tokens
        .map(|token| String::from_utf8_lossy(token.trim_ascii()).to_ascii_lowercase())
        .collect()
}

fn check_ours(sent: &HeaderMap, own: &[&str]) {
    let own: Vec<String> = own.iter().map(|name| name.to_ascii_lowercase()).collect();
    let names: Vec<&str> = OURS
        .into_iter()
        .chain(own.iter().map(String::as_str))
        .collect();
    for name in &names {
        let values: Vec<_> = sent.get_all(*name).iter().collect();
        assert_eq!(values, [""], "{name}");
    }
    for (name, told) in TOLD {
        let values: Vec<_> = sent.get_all(name).iter().collect();
        assert!(
            values == [told] || own.iter().any(|own| own == name),
            "{name}: {values:?}"
        );
    }
    let forms: Vec<_> = names
        .iter()
        .map(|name| (fold(name), variable(name)))
        .collect();
    let others = sent.keys().map(HeaderName::as_str);
    for name in others.filter(|name| !names.contains(name)) {
        let (folded, variable) = (fold(name), variable(name));
        for (ours, other) in names.iter().zip(&forms) {
            let is_alike = folded == other.0 || variable == other.1;
            assert!(!is_alike, "{name} is {ours} to somebody");
        }
        assert!(!is_disguised(name), "{name} frames a body");
        assert!(!folded.starts_with("xmenshen"), "{name}");
        let is_told = TOLD.iter().any(|(told, _)| *told == name);
        assert!(
            is_told || !is_describing(&folded),
            "{name} describes the caller"
        );
        assert!(
            !BETWEEN_NEIGHBOURS.contains(&name),
            "{name} is not for the upstream"
        );
    }
}

/// What means nothing to us passes whole and in its order.
fn check_others(came: &HeaderMap, sent: &HeaderMap, own: &[&str]) {
    let listed = listed(came);
    for name in came.keys() {
        let folded = fold(name.as_str());
        let is_touched = folded.starts_with("xmenshen")
            || own.iter().any(|own| fold(own) == folded)
            || is_describing(&folded)
            || is_disguised(name.as_str())
            || folded.contains("clientip")
            || listed.iter().any(|listed| listed == name.as_str())
            || BETWEEN_NEIGHBOURS.contains(&name.as_str())
            || TOLD.iter().any(|(told, _)| *told == name.as_str())
            || matches!(name.as_str(), "cookie" | "via");
        if !is_touched {
            let values = |headers: &HeaderMap| -> Vec<HeaderValue> {
                headers.get_all(name).iter().cloned().collect()
            };
            assert_eq!(values(came), values(sent), "{name}");
        }
    }
    let kept: Vec<_> = cookies(came)
        .into_iter()
        .filter(|pair| !is_our_cookie(pair))
        .collect();
    let is_listed = listed.iter().any(|listed| listed == "cookie");
    assert_eq!(cookies(sent), if is_listed { Vec::new() } else { kept });
}

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let own = lines.next().and_then(|line| std::str::from_utf8(line).ok());
    let Some(own) = own else { return };
    let own: Vec<&str> = own
        .split(',')
        .filter(|name| !name.is_empty())
        .take(4)
        .collect();
    let mut came = HeaderMap::new();
    for line in lines.take(60) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        // An empty value would look like ours.
        let value = [b"v", &line[colon + 1..]].concat();
        let value = if line[colon + 1..].starts_with(b" ") {
            &line[colon + 2..]
        } else {
            &value
        };
        let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(&line[..colon]),
            HeaderValue::from_bytes(value),
        ) else {
            continue;
        };
        if !value.is_empty() {
            came.append(name, value);
        }
    }
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let Some(sent) = sent_on(came.clone(), &Method::GET, version, &own) else {
            return;
        };
        check_ours(&sent, &own);
        check_others(&came, &sent, &own);
    }
});
