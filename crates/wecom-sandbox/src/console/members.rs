//! `/_sandbox/members`: who is in the directory, and the form of one member.
//!
//! `GET` lists a page of those that fit, `GET`/`POST …/edit` makes or changes one, `POST …/remove` takes one
//! out, as when somebody leaves.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::frame::{Frame, query, show};
use super::member_form::{draft_of, form, values_of};
use super::which::{self, CorpLink};
use crate::admin::{Mistakes, members};
use crate::page::fields::{Fields, OwnForm};
use crate::page::{initial, see_other};
use crate::room::Room;
use crate::world::{Corp, Member, MemberStatus};

pub(super) const HERE: &str = "/_sandbox/members";
pub(super) const EDIT: &str = "/_sandbox/members/edit";
/// How many members a page shows.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "console/members.html")]
struct Page {
    frame: Frame,
    corp: String,
    corps: Vec<CorpLink>,
    new: String,
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

pub(super) async fn look(
    State(room): State<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let page = room.world.read(|state, _| {
        let corp = which::corp(state, &fields)?;
        let search = fields.text("q").trim().to_owned();
        let count = corp.members.search(&search).count();
        let skip: usize = fields.text("skip").parse().unwrap_or(0);
        let skip = skip.min(count.saturating_sub(1)) / SHOWN * SHOWN;
        let found = corp.members.search(&search).skip(skip).take(SHOWN);
        let at = |skip: usize| {
            let skip = skip.to_string();
            let place = [("corp", corp.id.as_str()), ("q", &search), ("skip", &skip)];
            format!("{HERE}{}", query(&place))
        };
        Some(Page {
            corp: corp.id.to_string(),
            corps: which::links(state, corp, HERE),
            new: format!("{EDIT}{}", query(&[("corp", corp.id.as_str())])),
            rows: found.map(|member| Row::of(corp, member)).collect(),
            earlier: (skip > 0).then(|| at(skip - SHOWN)),
            later: (skip + SHOWN < count).then(|| at(skip + SHOWN)),
            count,
            search: search.clone(),
            frame: frame.clone(),
        })
    });
    page.map_or_else(|| see_other("/_sandbox/"), |page| show(&page))
}

impl Row {
    fn of(corp: &Corp, member: &Member) -> Self {
        let places = member.memberships.iter();
        let places: Vec<_> = places
            .map(|place| which::way(corp, place.department))
            .collect();
        let place = [("corp", corp.id.as_str()), ("id", member.user_id.as_str())];
        Self {
            initial: initial(&member.name),
            user_id: member.user_id.to_string(),
            name: member.name.clone(),
            places: places.join(" · "),
            status: member.status,
            edit: format!("{EDIT}{}", query(&place)),
        }
    }

    fn status(&self, frame: &Frame) -> &'static str {
        let (en, zh) = match self.status {
            MemberStatus::Active => ("", ""),
            MemberStatus::Disabled => ("disabled", "已禁用"),
            MemberStatus::NotActivated => ("not activated", "未激活"),
            MemberStatus::Left => ("left", "已退出"),
        };
        frame.say(en, zh)
    }
}

pub(super) async fn edit(
    State(room): State<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let asked = Fields::parse(raw.unwrap_or_default().as_bytes());
    room.world.read(|state, _| {
        let Some(corp) = which::corp(state, &asked) else {
            return see_other("/_sandbox/");
        };
        let user_id = asked.text("id").parse().ok();
        let member = user_id.and_then(|user_id| corp.members.get(&user_id));
        let values = member.map_or_else(Fields::default, values_of);
        form(&frame, corp, &values, &Mistakes::default()).page()
    })
}

pub(super) async fn save(
    State(room): State<Room>,
    frame: Frame,
    OwnForm(values): OwnForm,
) -> Response {
    let mut mistakes = Mistakes::default();
    let draft = draft_of(&values, &mut mistakes);
    let is_new = values.text("was").is_empty();
    let done = room.world.change(|state, _| {
        if is_new {
            members::create(state, draft, mistakes)
        } else {
            members::change(state, draft, mistakes)
        }
    });
    done.map_or_else(
        |mistakes| again(&room, &frame, &values, &mistakes),
        |()| back(&values),
    )
}

pub(super) async fn remove(
    State(room): State<Room>,
    frame: Frame,
    OwnForm(values): OwnForm,
) -> Response {
    let corp = values.text("corp").parse().ok();
    let Ok(user_id) = values.text("was").parse() else {
        return back(&values);
    };
    let done = room
        .world
        .change(|state, _| members::remove(state, corp.as_ref(), &user_id));
    done.map_or_else(
        |mistakes| again(&room, &frame, &values, &mistakes),
        |()| back(&values),
    )
}

fn back(values: &Fields) -> Response {
    see_other(&format!(
        "{HERE}{}",
        query(&[("corp", values.text("corp"))])
    ))
}

fn again(room: &Room, frame: &Frame, values: &Fields, mistakes: &Mistakes) -> Response {
    room.world
        .read(|state, _| match which::corp(state, values) {
            Some(corp) => form(frame, corp, values, mistakes).page(),
            None => see_other("/_sandbox/"),
        })
}
