//! The forms of values: pure functions from a text to a checked value or to what is wrong with it.
//!
//! In: one text. Out: a value, or a [`Wrong`] with the remedy. Never: reads a file or a variable, repairs
//! what it was given, or stops at a key: whoever calls collects.

use std::net::SocketAddr;
use std::time::Duration;

use url::Url;
use wecom_sdk::Endpoints;

use super::findings::Wrong;
use super::public_url::is_loopback;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `90s`, `5m`, `12h`, `7d`.
pub(super) fn duration(text: &str, least: Duration, most: Duration) -> Result<Duration, Wrong> {
    let form = || {
        let range = format!(
            "write a whole number and s, m, h or d, from {} to {}",
            Length(least),
            Length(most)
        );
        Wrong::new(format!("is \"{text}\""), range)
    };
    let unit = text.chars().last().ok_or_else(form)?;
    let seconds = match unit {
        's' => 1,
        'm' => MINUTE,
        'h' => HOUR,
        'd' => DAY,
        _ => return Err(form()),
    };
    let digits = &text[..text.len() - unit.len_utf8()];
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = digits.parse().ok().filter(|_| is_plain).ok_or_else(form)?;
    let duration = Duration::from_secs(number.checked_mul(seconds).ok_or_else(form)?);
    if (least..=most).contains(&duration) {
        Ok(duration)
    } else {
        Err(form())
    }
}

/// A length of time as it is written.
pub(super) struct Length(pub(super) Duration);

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.as_secs();
        let (unit, name) = [(DAY, 'd'), (HOUR, 'h'), (MINUTE, 'm')]
            .into_iter()
            .find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit))
            .unwrap_or((1, 's'));
        write!(f, "{}{name}", seconds / unit)
    }
}

/// An address to listen on.
pub(super) fn socket(text: &str) -> Result<SocketAddr, Wrong> {
    text.parse().map_err(|_| {
        let remedy =
            "write an IP address and a port, such as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080";
        Wrong::new(
            format!("is \"{text}\", which is no address to listen on"),
            remedy,
        )
    })
}

/// How many connections one address may have: at least what a few browsers need, at most all there are.
pub(super) fn connections(text: &str) -> Result<usize, Wrong> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (16..=16_384).contains(number));
    number.ok_or_else(|| {
        let remedy = "write a number from 16 to 16384, such as 4096";
        Wrong::new(
            format!("is {text}, which is no number of connections"),
            remedy,
        )
    })
}

/// One of WeCom's addresses, replaced.
pub(super) fn endpoint(text: &str) -> Result<Url, Wrong> {
    let wrong = |what: &str| {
        Wrong::new(
            format!("is \"{text}\", which {what}"),
            "write scheme, host and port only, such as https://relay.example.com",
        )
    };
    let url = Url::parse(text).map_err(|_| wrong("is no address"))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a path or a query"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user name or a password"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(Wrong::new(
            format!("is \"{text}\": secrets would travel in plain text"),
            "write https://; plain http is for loopback hosts only",
        )),
        _ => Err(wrong("is no address of the web")),
    }
}

/// The one of them that is called, with secrets. Security: the rule is the sdk's, so that nothing passes here and
/// fails when the gateway is built.
pub(super) fn api_endpoint(text: &str) -> Result<Url, Wrong> {
    let url = endpoint(text)?;
    if Endpoints::may_be_called(&url) {
        return Ok(url);
    }
    Err(Wrong::new(
        format!(
            "is \"{text}\", a name that may lead to another machine: secrets would travel in plain text"
        ),
        "write https://, or one of 127.0.0.1, [::1] and localhost",
    ))
}

/// The id of a connector: it stands in addresses.
pub(super) fn connector_id(text: &str) -> Result<String, Wrong> {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let starts_well = text.bytes().next().is_some_and(|byte| byte != b'-');
    if starts_well && text.len() <= 32 && text.bytes().all(is_allowed) {
        Ok(text.to_owned())
    } else {
        let remedy = "write 1 to 32 small letters, digits or -, such as hq: it becomes part of the callback address";
        Err(Wrong::new(format!("is \"{text}\""), remedy))
    }
}

/// A name for people.
pub(super) fn label(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 64 || text.chars().any(char::is_control) {
        return Err(Wrong::new(
            "is no name",
            "write 1 to 64 characters on one line",
        ));
    }
    Ok(text.to_owned())
}

/// The name of a file that proves ownership of the host.
pub(super) fn verification_name(text: &str) -> Result<&str, Wrong> {
    let token = text
        .strip_prefix("WW_verify_")
        .and_then(|rest| rest.strip_suffix(".txt"));
    match token {
        Some(token)
            if token.len() == 16 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            Ok(token)
        }
        _ => Err(Wrong::new(
            format!("names \"{text}\""),
            "keep the name under which the WeCom console gave the file: WW_verify_ and 16 letters or digits and .txt",
        )),
    }
}
