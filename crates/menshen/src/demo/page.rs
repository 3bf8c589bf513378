//! The small site's pages, as values for their templates.
//!
//! Same look as the gateway's own pages; no script, no outside resource, nothing a cache may keep. In: what was
//! received and what the sandbox knows. Out: a document and its headers. It decides nothing.

use askama::Template;
use axum::http::header;
use axum::response::{Html, IntoResponse as _, Response};
use menshen_gateway::look::STYLE;
use wecom_sandbox::World;

use super::act::Done;
use super::assertion::Checked;
use super::forge::FORGED;
use super::people::{self, Someone, Verdict};
use super::place::Place;
use super::received::{Line, Who};
use super::words::Words;

/// What every page shows of its surroundings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    /// The language.
    pub(super) words: Words,
    /// Names the one inline style.
    pub(super) nonce: &'a str,
    /// The gateway's address.
    pub(super) gateway: &'a str,
    /// The sandbox's address.
    pub(super) sandbox: &'a str,
}

/// A document.
pub(super) struct Shown(askama::Result<String>);

impl Shown {
    /// The whole answer. Security: no script, no frame, no outside resource; forms only to ourselves.
    pub(super) fn answer(self, nonce: &str) -> Response {
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'"
        );
        let headers = [
            (header::CONTENT_SECURITY_POLICY, policy.as_str()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "strict-origin"),
            (header::CACHE_CONTROL, "no-store"),
            (header::VARY, "accept-language, cookie"),
        ];
        (headers, Html(self.0.unwrap_or_default())).into_response()
    }
}

/// `/`.
pub(super) struct Home {
    pub(super) who: Option<Who>,
    pub(super) done: Option<Done>,
}

/// A page behind a rule.
pub(super) struct Behind {
    pub(super) place: Place,
    pub(super) who: Option<Who>,
    pub(super) lines: Vec<Line>,
    pub(super) checked: Checked,
}

/// What became of forged headers.
pub(super) struct Forged {
    pub(super) arrived: Vec<Option<String>>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    w: Words,
    look: Look<'a>,
    style: &'static str,
    told: Option<&'a str>,
    who: Option<&'a Who>,
    tags: Vec<String>,
    places: Vec<Signpost<'a>>,
    people: Vec<Row<'a>>,
}

#[derive(Template)]
#[template(path = "behind.html")]
struct BehindPage<'a> {
    w: Words,
    look: Look<'a>,
    style: &'static str,
    here: Signpost<'a>,
    places: Vec<Signpost<'a>>,
    meaning: &'a str,
    rule: String,
    who: Option<&'a Who>,
    tags: Vec<String>,
    lines: &'a [Line],
    checked: &'a Checked,
    claims: String,
}

#[derive(Template)]
#[template(path = "forged.html")]
struct ForgedPage<'a> {
    w: Words,
    look: Look<'a>,
    style: &'static str,
    rows: Vec<(&'static str, &'static str, Option<&'a str>)>,
}

/// The way to a page.
struct Signpost<'a> {
    path: &'static str,
    name: &'a str,
    whom: &'a str,
    /// Those of the directory who may open it now; empty where that says nothing.
    may: Vec<String>,
}

/// One row of the list of people.
struct Row<'a> {
    name: &'a str,
    id: &'a str,
    verdict: &'a str,
    is_welcome: bool,
    is_disabled: bool,
}

impl Home {
    pub(super) fn show(&self, look: Look<'_>, world: &World) -> Shown {
        let w = look.words;
        let people = people::all(world);
        let page = HomePage {
            w,
            look,
            style: STYLE,
            told: self.done.map(|done| w.pick(done.texts())),
            who: self.who.as_ref(),
            tags: tags(self.who.as_ref(), world),
            places: signposts(w, world, Place::ALL),
            people: people.iter().map(|someone| row(w, someone)).collect(),
        };
        Shown(page.render())
    }
}

impl Behind {
    pub(super) fn show(&self, look: Look<'_>, world: &World) -> Shown {
        let w = look.words;
        let others = Place::ALL.into_iter().filter(|place| *place != self.place);
        let claims = match &self.checked {
            Checked::Genuine(genuine) => serde_json::to_string_pretty(&genuine.claims),
            Checked::Absent | Checked::Refused(_) => Ok(String::new()),
        };
        let page = BehindPage {
            w,
            look,
            style: STYLE,
            here: signpost(w, world, self.place),
            places: signposts(w, world, others),
            meaning: w.pick(self.place.meaning()),
            rule: self.place.rule(),
            who: self.who.as_ref(),
            tags: tags(self.who.as_ref(), world),
            lines: &self.lines,
            checked: &self.checked,
            claims: claims.unwrap_or_default(),
        };
        Shown(page.render())
    }
}

impl Forged {
    pub(super) fn show(&self, look: Look<'_>) -> Shown {
        let arrived = self.arrived.iter().map(Option::as_deref);
        let rows = FORGED.into_iter().zip(arrived);
        let page = ForgedPage {
            w: look.words,
            look,
            style: STYLE,
            rows: rows
                .map(|((name, sent), arrived)| (name, sent, arrived))
                .collect(),
        };
        Shown(page.render())
    }
}

fn signposts<'a>(
    w: Words,
    world: &World,
    places: impl IntoIterator<Item = Place>,
) -> Vec<Signpost<'a>> {
    let places = places.into_iter();
    places.map(|place| signpost(w, world, place)).collect()
}

fn signpost<'a>(w: Words, world: &World, place: Place) -> Signpost<'a> {
    Signpost {
        path: place.path(),
        name: w.pick(place.name()),
        whom: w.pick(place.whom()),
        may: people::inside(world, place),
    }
}

fn row(w: Words, someone: &Someone) -> Row<'_> {
    Row {
        name: &someone.name,
        id: &someone.id,
        verdict: w.pick(someone.verdict.texts()),
        is_welcome: someone.verdict == Verdict::Welcome,
        is_disabled: someone.verdict == Verdict::Disabled,
    }
}

/// The tags with their names, which only WeCom knows.
fn tags(who: Option<&Who>, world: &World) -> Vec<String> {
    let numbers = who.iter().flat_map(|who| &who.tags);
    numbers
        .map(|number| match people::tag(world, number) {
            Some(name) => format!("{number} {name}"),
            None => number.clone(),
        })
        .collect()
}
