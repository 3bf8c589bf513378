//! `/_sandbox/tags`: the tags, and the form of one.
//!
//! `GET` lists, `GET`/`POST …/edit` makes or changes one, `POST …/remove` takes one away.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use wecom_sdk::{DepartmentId, TagId};

use super::form::{Form, Maker, NUMBER, Removal, USER_ID, one, parsed};
use super::frame::{Frame, query, show};
use super::which::{self, CorpLink};
use crate::admin::Mistakes;
use crate::admin::tags::{self, Draft};
use crate::page::fields::{Fields, OwnForm};
use crate::page::see_other;
use crate::room::Room;
use crate::world::Corp;

const HERE: &str = "/_sandbox/tags";
const EDIT: &str = "/_sandbox/tags/edit";

#[derive(Template)]
#[template(path = "console/tags.html")]
struct Page {
    frame: Frame,
    corps: Vec<CorpLink>,
    new: String,
    rows: Vec<Row>,
}

struct Row {
    id: u32,
    name: String,
    on: String,
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
        Some(Page {
            corps: which::links(state, corp, HERE),
            new: format!("{EDIT}{}", query(&[("corp", corp.id.as_str())])),
            rows: rows(corp),
            frame: frame.clone(),
        })
    });
    page.map_or_else(|| see_other("/_sandbox/"), |page| show(&page))
}

fn rows(corp: &Corp) -> Vec<Row> {
    let rows = corp.tags.values().map(|tag| {
        let members = tag.members.iter().filter_map(|id| corp.members.get(id));
        let members = members.map(|member| member.name.clone());
        let departments = tag.departments.iter().map(|id| which::way(corp, *id));
        let on: Vec<_> = departments.chain(members).take(21).collect();
        let id = tag.id.to_string();
        let place = [("corp", corp.id.as_str()), ("id", &id)];
        Row {
            id: tag.id.0,
            name: tag.name.clone(),
            on: if on.len() > 20 {
                format!("{}…", on[..20].join(", "))
            } else {
                on.join(", ")
            },
            edit: format!("{EDIT}{}", query(&place)),
        }
    });
    rows.collect()
}

pub(super) async fn edit(
    State(room): State<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let mut values = Fields::parse(raw.unwrap_or_default().as_bytes());
    room.world.read(|state, _| {
        let Some(corp) = which::corp(state, &values) else {
            return see_other("/_sandbox/");
        };
        let id = values.text("id").parse().ok().map(TagId);
        if let Some(tag) = id.and_then(|id| corp.tags.get(&id)) {
            values.push("was", tag.id.to_string());
            values.push("name", tag.name.as_str());
            let members: Vec<_> = tag.members.iter().map(ToString::to_string).collect();
            values.push("members", members.join(", "));
            for id in &tag.departments {
                values.push("departments", id.to_string());
            }
        }
        form(&frame, corp, &values, &Mistakes::default()).page()
    })
}

pub(super) async fn save(
    State(room): State<Room>,
    frame: Frame,
    OwnForm(values): OwnForm,
) -> Response {
    let mut mistakes = Mistakes::default();
    let is_new = values.text("was").is_empty();
    let name = if is_new { "id" } else { "was" };
    let departments = parsed(&values, "departments", &mut mistakes, NUMBER).into_iter();
    let draft = Draft {
        corp: values.text("corp").parse().ok(),
        id: one(&values, name, &mut mistakes, NUMBER).map(TagId),
        name: Some(values.text("name").to_owned()),
        members: Some(parsed(&values, "members", &mut mistakes, USER_ID)),
        departments: Some(departments.map(DepartmentId).collect()),
    };
    let done = room.world.change(|state, _| {
        if is_new {
            tags::create(state, draft, mistakes).map(|_| ())
        } else {
            tags::change(state, draft, mistakes)
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
    let id = TagId(values.text("was").parse().unwrap_or(0));
    let done = room
        .world
        .change(|state, _| tags::remove(state, corp.as_ref(), id));
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

fn form(frame: &Frame, corp: &Corp, values: &Fields, mistakes: &Mistakes) -> Form {
    let make = Maker { frame, values };
    let was = values.text("was").to_owned();
    let mut fields = Vec::new();
    if was.is_empty() {
        let hint = frame.say("left empty: the next free number", "留空则自动编号");
        fields.push(make.number("id", ("Number", "编号")).hint(hint));
    }
    fields.push(make.text("name", ("Name", "标签名")));
    let hint = frame.say("userids, with commas between", "成员账号，用逗号分隔");
    fields.push(make.area("members", ("Members", "成员")).hint(hint));
    fields.push(make.checks(
        "departments",
        ("Departments", "部门"),
        which::departments(corp),
    ));
    let hidden = vec![("corp", corp.id.to_string()), ("was", was.clone())];
    let title = if was.is_empty() {
        frame.say("New tag", "新建标签").to_owned()
    } else {
        format!("{} {was}", frame.say("Tag", "标签"))
    };
    let removal = (!was.is_empty()).then(|| Removal {
        action: format!("{HERE}/remove"),
        label: frame.say("Remove the tag", "删除标签").to_owned(),
        hidden: hidden.clone(),
    });
    Form {
        frame: frame.clone(),
        title,
        lead: String::new(),
        action: EDIT,
        back: format!("{HERE}{}", query(&[("corp", corp.id.as_str())])),
        hidden,
        fields,
        removal,
        others: Vec::new(),
    }
    .with(mistakes)
}
