//! `GET /_sandbox/journal`, `…/news` and `POST …/clear`: every call and every step of a page, live.
//!
//! In: a filter. Out: the newest entries that fit, newest first. `news` waits until something came after the
//! entry it is told, so that the page's script needs no reload; it ends when the sandbox stops. Secrets were
//! cut before they were noted.

use std::time::Duration;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use wecom_sdk::Timestamp;

use super::frame::{Frame, query, show};
use super::lang::Lang;
use crate::journal::{Entry, Kind};
use crate::page::fields::{Fields, OwnForm};
use crate::page::see_other;
use crate::page::time::beijing;
use crate::room::Room;

/// How many entries a page shows.
const SHOWN: usize = 200;
/// How long `news` waits.
const NEWS_TAKE: Duration = Duration::from_secs(20);

/// Which entries are wanted.
#[derive(Clone, Debug, Default)]
struct Filter {
    text: String,
    kind: String,
    only_refusals: bool,
}

/// One line of the journal.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) time: String,
    pub(super) what: String,
    pub(super) request: String,
    pub(super) answer: String,
    pub(super) outcome: String,
    pub(super) is_good: bool,
    pub(super) rule: String,
    pub(super) who: String,
}

#[derive(Template)]
#[template(path = "console/journal.html")]
struct Page {
    frame: Frame,
    filter: Filter,
    kinds: Vec<(&'static str, &'static str, bool)>,
    query: String,
    last: u64,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "console/lines.html")]
struct News {
    lang: Lang,
    lines: Vec<Line>,
}

pub(super) async fn look(
    State(room): State<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let filter = Filter::of(&Fields::parse(raw.unwrap_or_default().as_bytes()));
    let last = room.journal.newest();
    let lang = frame.lang;
    show(&Page {
        lines: filter.lines(&room.journal.last(usize::MAX), lang),
        kinds: filter.kinds(lang),
        query: filter.query(),
        frame,
        filter,
        last,
    })
}

pub(super) async fn news(
    State(room): State<Room>,
    lang: Lang,
    RawQuery(raw): RawQuery,
) -> Response {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let Ok(after) = fields.text("after").parse::<u64>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let waited = tokio::select! {
        waited = tokio::time::timeout(NEWS_TAKE, room.journal.until_newer(after)) => waited,
        () = room.ending.cancelled() => Ok(()),
    };
    let newest = room.journal.newest();
    if newest < after {
        // It was cleared and counts from 1 again: what is shown is no longer there.
        return StatusCode::RESET_CONTENT.into_response();
    }
    let entries = if waited.is_ok() {
        room.journal.after(after)
    } else {
        Vec::new()
    };
    let filter = Filter::of(&fields);
    let lines = filter.lines(&entries, lang);
    // Writing into a string cannot fail.
    let html = News { lang, lines }.render().unwrap_or_default();
    let kind = "text/html; charset=utf-8".to_owned();
    let headers = [
        (HeaderName::from_static("content-type"), kind),
        (
            HeaderName::from_static("cache-control"),
            "no-store".to_owned(),
        ),
        (HeaderName::from_static("x-last"), newest.to_string()),
    ];
    (headers, html).into_response()
}

pub(super) async fn clear(State(room): State<Room>, OwnForm(_): OwnForm) -> Response {
    room.journal.clear();
    see_other("/_sandbox/journal")
}

impl Filter {
    fn of(fields: &Fields) -> Self {
        Self {
            text: fields.text("q").trim().to_owned(),
            kind: fields.text("kind").to_owned(),
            only_refusals: fields.get("refusals").is_some(),
        }
    }

    /// As the end of a query.
    fn query(&self) -> String {
        let refusals = if self.only_refusals { "on" } else { "" };
        let pairs = [
            ("q", self.text.as_str()),
            ("kind", &self.kind),
            ("refusals", refusals),
        ];
        query(&pairs).replacen('?', "&", 1)
    }

    fn kinds(&self, lang: Lang) -> Vec<(&'static str, &'static str, bool)> {
        let kinds = [
            ("", "all", "全部"),
            ("call", "calls of the API", "接口调用"),
            ("page", "steps of pages", "页面步骤"),
            ("fetch", "looks at ownership files", "域名归属校验"),
            ("push", "pushes", "事件推送"),
        ];
        let kinds = kinds.into_iter();
        let say = |en, zh| if lang == Lang::En { en } else { zh };
        kinds
            .map(|(word, en, zh)| (word, say(en, zh), word == self.kind))
            .collect()
    }

    fn fits(&self, entry: &Entry) -> bool {
        let is_kind = match self.kind.as_str() {
            "call" => entry.kind == Kind::Call,
            "page" => entry.kind == Kind::Page,
            "fetch" => entry.kind == Kind::Fetch,
            "push" => entry.path.starts_with("http"),
            _ => true,
        };
        let text = self.text.to_lowercase();
        let whose = entry.whose.as_deref().unwrap_or_default();
        let errcode = entry
            .errcode
            .map(|code| code.to_string())
            .unwrap_or_default();
        let places = [
            &entry.path,
            &entry.request,
            &entry.answer,
            &entry.rule,
            whose,
            &errcode,
        ];
        let mut places = places.into_iter();
        is_kind
            && (!self.only_refusals || !is_good(entry))
            && (text.is_empty() || places.any(|place| place.to_lowercase().contains(&text)))
    }

    /// The newest entries that fit, newest first.
    fn lines(&self, entries: &[Entry], lang: Lang) -> Vec<Line> {
        let fitting = entries.iter().rev().filter(|entry| self.fits(entry));
        fitting
            .take(SHOWN)
            .map(|entry| Line::of(entry, lang))
            .collect()
    }
}

impl Line {
    pub(super) fn of(entry: &Entry, lang: Lang) -> Self {
        let outcome = match (entry.errcode, entry.status) {
            (_, 0) if entry.kind == Kind::Call => lang.say("answer lost", "应答丢失").to_owned(),
            (_, 0) => lang.say("failed", "失败").to_owned(),
            (Some(errcode), 200) => format!("errcode {errcode}"),
            (Some(errcode), status) => format!("HTTP {status}, errcode {errcode}"),
            (None, status) => format!("HTTP {status}"),
        };
        let at = beijing(Timestamp::from_millis(entry.at));
        let who = [entry.caller.as_deref(), entry.whose.as_deref()];
        let who: Vec<_> = who.into_iter().flatten().collect();
        Self {
            time: at.replace(" (UTC+8)", ""),
            what: format!("{} {}", entry.method, entry.path),
            request: entry.request.clone(),
            answer: entry.answer.clone(),
            outcome,
            is_good: is_good(entry),
            rule: entry.rule.clone(),
            who: who.join(" · "),
        }
    }
}

fn is_good(entry: &Entry) -> bool {
    entry.errcode.unwrap_or(0) == 0 && (200..400).contains(&entry.status)
}
