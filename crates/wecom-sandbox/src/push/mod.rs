//! What WeCom's server does by itself: it checks a callback address when it is saved, and pushes events to
//! it (dossier 12).
//!
//! In: settings, and the world's outbox. Out: requests to the address, sealed and signed; a journal entry
//! for each. An answer within 5 seconds ends a push, three tries are the most; what counts as a failure is a
//! switch, because the documents disagree. It never retries later: delivery is not guaranteed.

mod crypto;
mod event;
mod example;
mod run;
mod settings;

use std::time::Duration;

use axum::http::{Method, StatusCode};
use url::Url;
use wecom_sdk::{AgentId, CorpId, Entropy, EntropyError};

use self::crypto::Sealer;
pub(crate) use self::event::Change;
use self::event::cdata;
pub(crate) use self::example::{EVENTS, example};
pub(crate) use self::run::run;
pub(crate) use self::settings::save;
use crate::errand::{self, Errand, Reach};
use crate::journal::{Kind, Note};
use crate::redact;
use crate::room::Room;
use crate::world::{Callback, PushRetry};

/// How long an address may take to be verified (12.2).
const VERIFYING_TAKES: Duration = Duration::from_secs(1);
/// How long an address may take to answer a push (12.3).
const PUSHING_TAKES: Duration = Duration::from_secs(5);
/// How often an event is tried (12.3).
const TRIES: u32 = 3;
/// The most bytes of an answer: it is empty, an echostr, or a passive reply.
const MOST: usize = 64 * 1024;

/// Why an address is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotVerified {
    Url,
    Token,
    AesKey,
    /// What it did instead of answering with the decrypted text, in English and Chinese.
    Answer(String, String),
    Entropy,
}

/// Asks an address to prove that it has the keys: the answer is the decrypted `echostr`, and nothing else.
pub(crate) async fn verify(
    room: &Room,
    corp_id: &CorpId,
    callback: &Callback,
) -> Result<(), NotVerified> {
    let is_token = (1..=32).contains(&callback.token.len())
        && callback.token.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_token {
        return Err(NotVerified::Token);
    }
    let sealer = Sealer::new(&callback.token, &callback.aes_key, corp_id.as_str());
    let sealer = sealer.map_err(|_| NotVerified::AesKey)?;
    let entropy = room.world.entropy();
    let random = entropy.bytes().map_err(|_| NotVerified::Entropy)?;
    let echo = echo(entropy).map_err(|_| NotVerified::Entropy)?;
    let encrypted = sealer.seal(random, echo.as_bytes());
    let mut url = signed(room, &sealer, callback, &encrypted).ok_or(NotVerified::Url)?;
    url.query_pairs_mut().append_pair("echostr", &encrypted);
    let sent = sent("echostr", &url, "", &echo);
    let errand = Errand {
        method: Method::GET,
        url,
        body: String::new(),
        reach: reach(room),
        most: MOST,
        trust: &room.trust,
    };
    let answer = errand::send(errand, VERIFYING_TAKES).await;
    let (status, outcome) = match &answer {
        Ok((status, _)) if *status != StatusCode::OK => {
            let en = format!("the answer is HTTP {status}");
            (
                status.as_u16(),
                Err((en, format!("应答是 HTTP {}", status.as_u16()))),
            )
        }
        Ok((_, body)) if body.as_ref() == echo.as_bytes() => (200, Ok(())),
        Ok((_, body)) => (200, Err(describe(body, &echo))),
        Err(trouble) => (0, Err((trouble.to_string(), trouble.zh().to_owned()))),
    };
    let text = outcome.as_ref().err();
    let text = text.map_or_else(|| "verified".to_owned(), |(en, _)| en.clone());
    note(
        room,
        ("GET", &callback.url),
        (&sent, text),
        status,
        "push.verified (12.2)",
    );
    outcome.map_err(|(en, zh)| NotVerified::Answer(en, zh))
}

/// Where a callback address may lead.
fn reach(room: &Room) -> Reach {
    if room.is_far_allowed {
        Reach::Far
    } else {
        Reach::Here
    }
}

/// A number of 19 digits, as in every official sample.
fn echo(entropy: &Entropy) -> Result<String, EntropyError> {
    let first = 1_000_000_000_000_000_000;
    let number = entropy.below(9 * first)?;
    Ok((first + number).to_string())
}

/// What is wrong with a body that is nearly right: most mistakes are one of these.
fn describe(body: &[u8], echo: &str) -> (String, String) {
    let text = String::from_utf8_lossy(body);
    if text.trim_matches(['"', '\u{feff}']).trim() == echo {
        let en =
            "the text is right, but there are quotes, a byte order mark or white space around it";
        (
            en.to_owned(),
            "内容正确，但前后有引号、BOM 或空白".to_owned(),
        )
    } else {
        let length = body.len();
        (
            format!("the body is not the decrypted echostr ({length} bytes)"),
            format!("应答体不是解密后的 echostr（{length} 字节）"),
        )
    }
}

/// Pushes one message to the address of an agent, or of the contact sync. `None` when it has no address
/// that can be pushed to; otherwise whether it was taken.
pub(crate) async fn deliver(
    room: &Room,
    (corp_id, agent): (&CorpId, Option<AgentId>),
    what: &str,
    xml: &str,
) -> Option<bool> {
    let callback = room
        .world
        .read(|state, _| state.callback(corp_id, agent).cloned())?;
    let sealer = Sealer::new(&callback.token, &callback.aes_key, corp_id.as_str()).ok()?;
    let retry = room.world.read(|state, _| state.switches.push_retry);
    for attempt in 1..=TRIES {
        let random = room.world.entropy().bytes().ok()?;
        let encrypted = sealer.seal(random, xml.as_bytes());
        let url = signed(room, &sealer, &callback, &encrypted)?;
        let body = envelope(corp_id, agent, &encrypted);
        let sent = sent(what, &url, &body, xml);
        let errand = Errand {
            method: Method::POST,
            url,
            body,
            reach: reach(room),
            most: MOST,
            trust: &room.trust,
        };
        let answer = errand::send(errand, PUSHING_TAKES).await;
        let (status, text) = match &answer {
            Ok((status, _)) => (status.as_u16(), format!("HTTP {status}")),
            Err(trouble) => (0, trouble.to_string()),
        };
        let text = format!("try {attempt}: {text}");
        note(
            room,
            ("POST", &callback.url),
            (&sent, text),
            status,
            "push.event (12.3)",
        );
        let is_over = match answer {
            Ok((StatusCode::OK, _)) => return Some(true),
            Ok(_) => retry == PushRetry::NoAnswer,
            Err(_) => false,
        };
        if is_over {
            return Some(false);
        }
    }
    Some(false)
}

/// What the journal says was sent: what it is about, the query with its signature, the body as it travelled,
/// and the plain text inside. All of it is worth nothing without the keys, which are not shown.
fn sent(what: &str, url: &Url, body: &str, plain: &str) -> String {
    let query = url.query().unwrap_or_default();
    let parts = [what, query, body, plain];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.map(redact::shorten).collect::<Vec<_>>().join("\n\n")
}

/// The address with signature, time and nonce.
fn signed(room: &Room, sealer: &Sealer, callback: &Callback, encrypted: &str) -> Option<Url> {
    let mut url = Url::parse(&callback.url).ok()?;
    let timestamp = room.world.now().as_seconds().to_string();
    let nonce = room.world.entropy().below(10_000_000_000).ok()?.to_string();
    let signature = sealer.sign(&timestamp, &nonce, encrypted);
    url.query_pairs_mut()
        .append_pair("msg_signature", &signature)
        .append_pair("timestamp", &timestamp)
        .append_pair("nonce", &nonce);
    Some(url)
}

fn envelope(corp_id: &CorpId, agent: Option<AgentId>, encrypted: &str) -> String {
    let agent = agent.map_or_else(String::new, |agent| {
        format!("<AgentID>{}</AgentID>", cdata(&agent.to_string()))
    });
    format!(
        "<xml><ToUserName>{}</ToUserName>{agent}<Encrypt>{}</Encrypt></xml>",
        cdata(corp_id.as_str()),
        cdata(encrypted)
    )
}

fn note(
    room: &Room,
    (method, url): (&str, &str),
    (request, answer): (&str, String),
    status: u16,
    rule: &str,
) {
    let note = Note {
        kind: Kind::Push,
        method: method.to_owned(),
        path: url.to_owned(),
        request: request.to_owned(),
        answer,
        status,
        errcode: None,
        rule: rule.to_owned(),
        caller: None,
        whose: None,
    };
    room.journal.note(room.world.now(), note);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_has_nineteen_digits() {
        let entropy = Entropy::seeded(3);
        for _ in 0..200 {
            let echo = echo(&entropy).unwrap();
            assert!(
                echo.len() == 19 && echo.bytes().all(|b| b.is_ascii_digit()),
                "{echo}"
            );
        }
    }
}
