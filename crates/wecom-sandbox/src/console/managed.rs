//! What every kind of thing that an admin manages has in common: a list, a form, saving, taking away.
//!
//! In: one [`Managed`] for each kind. Out: its addresses with their handlers. A refused form comes back with
//! what was typed and every mistake at its field; whoever saved is sent to the list. It knows no kind by name.

use axum::extract::{RawQuery, State as Part};
use axum::response::Response;
use axum::routing::{get, post};
use wecom_sdk::{CorpId, Timestamp};

use super::form::{Field, Form, Maker, Removal};
use super::frame::{Frame, query};
use super::which::{self, CorpLink};
use crate::admin::Mistakes;
use crate::page::fields::{Fields, OwnForm};
use crate::page::see_other;
use crate::room::{Place, Room};
use crate::world::{Corp, State};

/// What a kind is called: many, one, a new one, and the button that takes one away; English and Chinese.
pub(super) struct Words {
    pub(super) many: (&'static str, &'static str),
    pub(super) one: (&'static str, &'static str),
    pub(super) new: (&'static str, &'static str),
    pub(super) remove: (&'static str, &'static str),
}

/// A kind of thing.
pub(super) trait Managed: Sized + 'static {
    /// The list, the form, and taking away.
    const PATHS: [&'static str; 3];
    const WORDS: Words;

    /// The page that lists them.
    fn list(at: &At<'_>) -> Response;

    /// What the form of the thing with the number `id` shows: with `was` where there is one, else what a new
    /// one begins with.
    fn values(at: &At<'_>, id: &str) -> Fields;

    fn fields(at: &At<'_>, make: &Maker<'_>) -> Vec<Field>;

    /// Makes a new one where `was` is empty, else changes that one.
    fn save(room: &Room, values: &Fields) -> impl Future<Output = Result<(), Mistakes>> + Send;

    fn remove(state: &mut State, corp: Option<&CorpId>, was: &str) -> Result<(), Mistakes>;

    /// What the form's title calls the thing.
    fn called(_at: &At<'_>, was: &str) -> String {
        was.to_owned()
    }

    /// A sentence above the form.
    fn lead(_frame: &Frame, _was: &str) -> String {
        String::new()
    }

    /// Whether it has no button that takes it away.
    fn stays(_was: &str) -> bool {
        false
    }
}

/// What a page stands on: the world as it is, the corp that is meant, and what the browser asked or typed.
pub(super) struct At<'a> {
    pub(super) room: &'a Room,
    pub(super) frame: &'a Frame,
    pub(super) state: &'a State,
    pub(super) corp: &'a Corp,
    pub(super) asked: &'a Fields,
    pub(super) now: Timestamp,
}

/// What stands above every list.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) new: String,
    pub(super) new_label: String,
    pub(super) corps: Vec<CorpLink>,
}

impl At<'_> {
    pub(super) fn head<K: Managed>(&self) -> Head {
        let say = |words: (&'static str, &'static str)| self.frame.say(words.0, words.1).to_owned();
        Head {
            title: say(K::WORDS.many),
            new: self.link(K::PATHS[1], &[]),
            new_label: say(K::WORDS.new),
            corps: which::links(self.state, self.corp, K::PATHS[0]),
        }
    }

    /// An address about this corp.
    pub(super) fn link(&self, path: &str, more: &[(&str, &str)]) -> String {
        let corp = [("corp", self.corp.id.as_str())];
        format!("{path}{}", query(&[corp.as_slice(), more].concat()))
    }
}

/// The addresses of a kind.
pub(super) fn places<K: Managed>() -> [Place; 3] {
    let [list, edit, remove] = K::PATHS;
    [
        Place::new(list, get(look::<K>)),
        Place::new(edit, get(show::<K>).post(save::<K>)),
        Place::new(remove, post(take_away::<K>)),
    ]
}

async fn look<K: Managed>(
    Part(room): Part<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let asked = Fields::parse(raw.unwrap_or_default().as_bytes());
    at(&room, &frame, &asked, K::list)
}

async fn show<K: Managed>(
    Part(room): Part<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let asked = Fields::parse(raw.unwrap_or_default().as_bytes());
    at(&room, &frame, &asked, |at| {
        let values = K::values(at, asked.text("id"));
        form::<K>(at, &values, &Mistakes::default()).page()
    })
}

async fn save<K: Managed>(
    Part(room): Part<Room>,
    frame: Frame,
    OwnForm(values): OwnForm,
) -> Response {
    let done = K::save(&room, &values).await;
    answer::<K>(&room, &frame, &values, done)
}

async fn take_away<K: Managed>(
    Part(room): Part<Room>,
    frame: Frame,
    OwnForm(values): OwnForm,
) -> Response {
    let corp = values.text("corp").parse().ok();
    let remove = |state: &mut State, _| K::remove(state, corp.as_ref(), values.text("was"));
    let done = room.world.change(remove);
    answer::<K>(&room, &frame, &values, done)
}

/// The list, or the form again.
fn answer<K: Managed>(
    room: &Room,
    frame: &Frame,
    values: &Fields,
    done: Result<(), Mistakes>,
) -> Response {
    match done {
        Ok(()) => see_other(&format!(
            "{}{}",
            K::PATHS[0],
            query(&[("corp", values.text("corp"))])
        )),
        Err(mistakes) => at(room, frame, values, |at| {
            form::<K>(at, values, &mistakes).page()
        }),
    }
}

/// Answers about the corp that is meant; where there is none at all, with the overview.
pub(super) fn at(
    room: &Room,
    frame: &Frame,
    asked: &Fields,
    answer: impl FnOnce(&At<'_>) -> Response,
) -> Response {
    room.world
        .read(|state, now| match which::corp(state, asked) {
            Some(corp) => answer(&At {
                room,
                frame,
                state,
                corp,
                asked,
                now,
            }),
            None => see_other("/_sandbox/"),
        })
}

fn form<K: Managed>(at: &At<'_>, values: &Fields, mistakes: &Mistakes) -> Form {
    let say = |words: (&'static str, &'static str)| at.frame.say(words.0, words.1);
    let was = values.text("was");
    let corp = at.corp.id.to_string();
    let hidden = vec![("corp", corp), ("was", was.to_owned())];
    let make = Maker {
        frame: at.frame,
        values,
    };
    let is_new = was.is_empty();
    let removal = (!is_new && !K::stays(was)).then(|| Removal {
        action: K::PATHS[2].to_owned(),
        label: say(K::WORDS.remove).to_owned(),
        hidden: hidden.clone(),
    });
    Form {
        frame: at.frame.clone(),
        title: if is_new {
            say(K::WORDS.new).to_owned()
        } else {
            format!("{} {}", say(K::WORDS.one), K::called(at, was))
        },
        lead: K::lead(at.frame, was),
        action: K::PATHS[1],
        submit: at.frame.say("Save", "保存").to_owned(),
        back: at.link(K::PATHS[0], &[]),
        hidden,
        fields: K::fields(at, &make),
        removal,
        others: Vec::new(),
    }
    .with(mistakes)
}
