//! `/_sandbox/members`: who is in the directory, a page at a time; [`super::member_form`] has the form of one.
//!
//! In: the state, with a search and a place. Out: one page of members, however many there are.

use askama::Template;
use axum::response::Response;
use wecom_sdk::CorpId;

use super::form::{Field, Maker};
use super::frame::{Frame, show};
use super::managed::{At, Head, Managed, Words};
use super::member_form::{draft_of, fields, values_of};
use super::which;
use crate::admin::{Mistakes, members};
use crate::page::fields::Fields;
use crate::page::{initial, people};
use crate::room::Room;
use crate::world::{Member, MemberStatus, State};

/// How many members a page shows.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "console/members.html")]
struct Page {
    frame: Frame,
    head: Head,
    corp: String,
    search: String,
    count: usize,
    rows: Vec<Row>,
    earlier: Option<String>,
    later: Option<String>,
}

struct Row {
    initial: String,
    user_id: String,
    name: String,
    places: String,
    status: MemberStatus,
    edit: String,
}

pub(super) struct Members;

impl Managed for Members {
    const PATHS: [&'static str; 3] = [
        "/_sandbox/members",
        "/_sandbox/members/edit",
        "/_sandbox/members/remove",
    ];
    const WORDS: Words = Words {
        many: ("Members", "成员"),
        one: ("Member", "成员"),
        new: ("New member", "新建成员"),
        remove: ("Remove: has left the corp", "删除：已离职"),
    };

    fn list(at: &At<'_>) -> Response {
        let search = at.asked.text("q").trim();
        let count = at.corp.members.search(search).count();
        let skip: usize = at.asked.text("skip").parse().unwrap_or(0);
        let skip = skip.min(count.saturating_sub(1)) / SHOWN * SHOWN;
        let found = at.corp.members.search(search).skip(skip).take(SHOWN);
        let page_at = |skip: usize| {
            at.link(
                Self::PATHS[0],
                &[("q", search), ("skip", &skip.to_string())],
            )
        };
        show(&Page {
            frame: at.frame.clone(),
            head: at.head::<Self>(),
            corp: at.corp.id.to_string(),
            rows: found.map(|member| Row::of(at, member)).collect(),
            earlier: (skip > 0).then(|| page_at(skip - SHOWN)),
            later: (skip + SHOWN < count).then(|| page_at(skip + SHOWN)),
            count,
            search: search.to_owned(),
        })
    }

    fn values(at: &At<'_>, id: &str) -> Fields {
        let member = id.parse().ok().and_then(|id| at.corp.members.get(&id));
        member.map_or_else(Fields::default, values_of)
    }

    fn fields(at: &At<'_>, make: &Maker<'_>) -> Vec<Field> {
        fields(at.corp, make)
    }

    async fn save(room: &Room, values: &Fields) -> Result<(), Mistakes> {
        room.world.change(|state, _| {
            let mut mistakes = Mistakes::default();
            let was = values.text("was");
            let before = which::corp(state, values)
                .zip(was.parse().ok())
                .and_then(|(corp, user_id)| corp.members.get(&user_id));
            let draft = draft_of(values, before, &mut mistakes);
            if was.is_empty() {
                members::create(state, draft, mistakes)
            } else {
                members::change(state, draft, mistakes)
            }
        })
    }

    fn remove(state: &mut State, corp: Option<&CorpId>, was: &str) -> Result<(), Mistakes> {
        match was.parse() {
            Ok(user_id) => members::remove(state, corp, &user_id),
            Err(_) => Ok(()),
        }
    }

    fn lead(frame: &Frame, was: &str) -> String {
        if was.is_empty() {
            return String::new();
        }
        let lead = frame.say(
            "Another userid renames the member; consents and tags go along.",
            "修改账号即为改名，授权和标签随之保留。",
        );
        lead.to_owned()
    }
}

impl Row {
    fn of(at: &At<'_>, member: &Member) -> Self {
        let places = member.memberships.iter();
        let places: Vec<_> = places
            .map(|place| which::way(at.corp, place.department))
            .collect();
        Self {
            initial: initial(&member.name),
            user_id: member.user_id.to_string(),
            name: member.name.clone(),
            places: places.join(" · "),
            status: member.status,
            edit: at.link(Members::PATHS[1], &[("id", member.user_id.as_str())]),
        }
    }

    fn status(&self, frame: &Frame) -> &'static str {
        people::status(self.status).map_or("", |(en, zh)| frame.say(en, zh))
    }
}
