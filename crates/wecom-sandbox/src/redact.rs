//! Requests and answers, made fit for the journal.
//!
//! In: a raw query string or a JSON body. Out: the same with secrets cut to their first four
//! characters and their length, so that two values can still be told apart. Nothing else is changed.

use serde_json::Value;
use url::form_urlencoded;

const SECRETS: [&str; 10] = [
    "access_token",
    "aes_key",
    "ticket",
    "tfa_code",
    "token",
    "corpsecret",
    "code",
    "user_ticket",
    "secret",
    "k",
];
/// How much of a body the journal keeps.
const MOST: usize = 4096;

/// A raw query, decoded, secrets cut.
pub(crate) fn query(raw: &str) -> String {
    let pairs = form_urlencoded::parse(raw.as_bytes()).map(|(name, value)| {
        if SECRETS.contains(&name.as_ref()) {
            format!("{name}={}", cut(&value))
        } else {
            format!("{name}={value}")
        }
    });
    shorten(&pairs.collect::<Vec<_>>().join("&"))
}

/// A JSON body, secrets cut; anything else by its length only.
pub(crate) fn body(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::new();
    }
    match serde_json::from_slice::<Value>(bytes) {
        Ok(mut value) => {
            cut_values(&mut value);
            shorten(&value.to_string())
        }
        Err(_) => format!("({} bytes that are no JSON)", bytes.len()),
    }
}

/// An address the browser is sent to, its query cut like any other.
pub(crate) fn location(address: &str) -> String {
    let (before, fragment) = match address.split_once('#') {
        Some((before, fragment)) => (before, format!("#{fragment}")),
        None => (address, String::new()),
    };
    match before.split_once('?') {
        Some((place, raw)) => format!("{place}?{}{fragment}", query(raw)),
        None => address.to_owned(),
    }
}

fn cut_values(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if SECRETS.contains(&name.as_str()) => *text = cut(text),
                    other => cut_values(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(cut_values),
        _ => {}
    }
}

/// The first four characters and the length.
pub(crate) fn cut(secret: &str) -> String {
    let start: String = secret.chars().take(4).collect();
    format!("{start}…({})", secret.len())
}

/// As much of a text as the journal keeps.
pub(crate) fn shorten(text: &str) -> String {
    if text.len() <= MOST {
        return text.to_owned();
    }
    format!("{}…", text.split_at(text.floor_char_boundary(MOST)).0)
}
