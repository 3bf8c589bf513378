//! `GET /_sandbox/`: the page an engineer opens first: who this browser is, what time it is here, what exists,
//! what happened last. `POST /_sandbox/reset` begins again from the seed.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::clock::{STEPS, Step};
use super::corps::{Count, counts};
use super::frame::{Frame, show};
use super::journal::Line;
use super::lang::Lang;
use crate::page::fields::{Fields, OwnForm};
use crate::page::people::{self, Shown};
use crate::page::time::beijing;
use crate::page::{browser, see_other};
use crate::room::Room;
use crate::world::{self, Corp, Person};

/// How many lines of the journal are shown.
const LINES: usize = 8;
/// How many people are offered at once.
const PEOPLE: usize = 30;

#[derive(Template)]
#[template(path = "console/index.html")]
struct Page {
    frame: Frame,
    now: String,
    steps: &'static [Step],
    is_client: bool,
    me: Option<Shown>,
    search: String,
    corps: Vec<CorpShown>,
    lang: Lang,
    lines: Vec<Line>,
}

struct CorpShown {
    id: String,
    name: String,
    counts: Vec<Count>,
    people: Vec<Shown>,
    is_cut: bool,
}

pub(super) async fn handle(
    State(room): State<Room>,
    frame: Frame,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let search = fields.text("q").trim().to_owned();
    let mut journal = room.journal.last(LINES);
    journal.reverse();
    let lang = frame.lang;
    let page = room.world.read(|state, now| Page {
        now: beijing(now),
        steps: &STEPS,
        is_client: browser::is_client(&headers),
        me: me(state, &frame, &headers),
        corps: state
            .corps
            .values()
            .map(|corp| CorpShown::of(&frame, corp, &search))
            .collect(),
        lines: journal.iter().map(|entry| Line::of(entry, lang)).collect(),
        lang,
        search: search.clone(),
        frame: frame.clone(),
    });
    show(&page)
}

pub(super) async fn reset(State(room): State<Room>, OwnForm(_): OwnForm) -> Response {
    room.reset();
    see_other("/_sandbox/")
}

fn me(state: &world::State, frame: &Frame, headers: &HeaderMap) -> Option<Shown> {
    state.corps.iter().find_map(|(corp_id, corp)| {
        let person = people::of_browser(state, corp_id, headers)?;
        Some(told(frame, corp, &person))
    })
}

/// A person in the page's language.
fn told(frame: &Frame, corp: &Corp, person: &Person) -> Shown {
    people::told(corp, person, &|en, zh| frame.say(en, zh).to_owned())
}

impl CorpShown {
    fn of(frame: &Frame, corp: &Corp, search: &str) -> Self {
        let found = people::found(corp, search, PEOPLE + 1);
        let is_cut = found.len() > PEOPLE;
        let people = found.iter().take(PEOPLE);
        let people = people.map(|person| told(frame, corp, person)).collect();
        Self {
            id: corp.id.to_string(),
            name: corp.name.clone(),
            counts: counts(corp),
            people,
            is_cut,
        }
    }
}
