//! `/_sandbox/switches`: where WeCom's documents disagree or are silent, which reading holds.
//!
//! `GET` lists every switch with its meaning and all its words, `POST` sets those of a chapter, `…/defaults`
//! sets every one to its stricter reading. What is set holds until the next reset, which goes back to the seed.

mod told;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use self::told::{CHAPTERS, Chapter, Told, section};
use super::form::Field;
use super::frame::{Frame, show_with};
use crate::page::fields::{Fields, OwnForm};
use crate::page::see_other;
use crate::room::Room;
use crate::world::Switches;

const HERE: &str = "/_sandbox/switches";

#[derive(Template)]
#[template(path = "console/switches.html")]
struct Page {
    frame: Frame,
    chapters: Vec<ChapterShown>,
    /// How many switches are not at their default.
    turned: usize,
    are_defaults_saved: bool,
    is_wrong: bool,
    others: Vec<String>,
    fields: Vec<Field>,
}

struct ChapterShown {
    key: &'static str,
    title: &'static str,
    is_saved: bool,
    switches: Vec<Shown>,
}

/// A switch in the page's language.
struct Shown {
    name: &'static str,
    question: &'static str,
    because: &'static str,
    /// Number and matter of each section.
    sections: Vec<(&'static str, &'static str)>,
    words: Vec<Answer>,
    is_turned: bool,
}

/// One of a switch's words, with what it does.
struct Answer {
    word: &'static str,
    text: &'static str,
    is_chosen: bool,
    is_default: bool,
}

pub(super) async fn look(
    State(room): State<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let asked = Fields::parse(raw.unwrap_or_default().as_bytes());
    page(&room, frame, asked.text("saved"), Vec::new())
}

pub(super) async fn set(
    State(room): State<Room>,
    frame: Frame,
    OwnForm(form): OwnForm,
) -> Response {
    let saved = room.world.change(|state, _| {
        let mut switches = state.switches;
        let named = Switches::NAMES.iter();
        let named = named.filter_map(|(name, _)| Some((*name, form.get(name)?)));
        let unknown: Vec<_> = named
            .filter(|(name, word)| !switches.set(name, word))
            .collect();
        if unknown.is_empty() {
            state.switches = switches;
        }
        unknown
    });
    if saved.is_empty() {
        let key = CHAPTERS.iter().find(|chapter| chapter.is_in(&form));
        let key = key.map_or("", |chapter| chapter.key);
        return see_other(&format!("{HERE}?saved={key}#{key}"));
    }
    let say = |(name, word): (&str, &str)| {
        let en = format!("`{word}` is no word of the switch `{name}`");
        let zh = format!("“{word}”不是开关“{name}”的取值");
        frame.say(&en, &zh).to_owned()
    };
    let others = saved.into_iter().map(say).collect();
    page(&room, frame, "", others)
}

pub(super) async fn defaults(State(room): State<Room>, OwnForm(_): OwnForm) -> Response {
    room.world
        .change(|state, _| state.switches = Switches::default());
    see_other(&format!("{HERE}?saved=defaults"))
}

fn page(room: &Room, frame: Frame, saved: &str, others: Vec<String>) -> Response {
    let switches = room.world.read(|state, _| state.switches);
    let chapters = CHAPTERS
        .iter()
        .map(|chapter| ChapterShown::of(&frame, chapter, switches, saved));
    let chapters: Vec<_> = chapters.collect();
    let turned = chapters.iter().flat_map(|chapter| &chapter.switches);
    let turned = turned.filter(|shown| shown.is_turned).count();
    let status = if others.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = Page {
        chapters,
        turned,
        are_defaults_saved: saved == "defaults",
        is_wrong: !others.is_empty(),
        others,
        fields: Vec::new(),
        frame,
    };
    show_with(status, &page)
}

impl ChapterShown {
    fn of(frame: &Frame, chapter: &'static Chapter, switches: Switches, saved: &str) -> Self {
        let present = switches.list();
        let word_of = |told: &Told| {
            let mut present = present.iter();
            let found = present.find(|(name, _)| *name == told.name);
            found.map_or("", |(_, word)| *word)
        };
        let switches = chapter.switches.iter();
        Self {
            key: chapter.key,
            title: frame.say(chapter.title.0, chapter.title.1),
            is_saved: saved == chapter.key,
            switches: switches
                .map(|told| Shown::of(frame, told, word_of(told)))
                .collect(),
        }
    }
}

impl Shown {
    fn of(frame: &Frame, told: &'static Told, present: &str) -> Self {
        let say = |text: told::Text| frame.say(text.0, text.1);
        let words = told.words.iter().enumerate();
        let words = words.map(|(place, (word, text))| Answer {
            word,
            text: say(*text),
            is_chosen: *word == present,
            is_default: place == 0,
        });
        let words: Vec<_> = words.collect();
        let sections = told.sections.iter();
        Self {
            name: told.name,
            question: say(told.question),
            because: say(told.because),
            sections: sections
                .filter_map(|number| Some((*number, say(section(number)?))))
                .collect(),
            is_turned: words.iter().any(|word| word.is_chosen && !word.is_default),
            words,
        }
    }
}
