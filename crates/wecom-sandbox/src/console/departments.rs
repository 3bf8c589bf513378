//! `/_sandbox/departments`: the tree, and the form of one department.
//!
//! `GET` lists, `GET`/`POST …/edit` makes or changes one, `POST …/remove` takes an empty one away.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use wecom_sdk::DepartmentId;

use super::form::{Form, Maker, NUMBER, Removal, one};
use super::frame::{Frame, query, show};
use super::which::{self, CorpLink};
use crate::admin::Mistakes;
use crate::admin::departments::{self, Draft};
use crate::page::fields::{Fields, OwnForm};
use crate::page::see_other;
use crate::room::Room;
use crate::world::{Corp, Department};

const HERE: &str = "/_sandbox/departments";
const EDIT: &str = "/_sandbox/departments/edit";

#[derive(Template)]
#[template(path = "console/departments.html")]
struct Page {
    frame: Frame,
    corps: Vec<CorpLink>,
    new: String,
    rows: Vec<Row>,
}

struct Row {
    id: u32,
    depth: usize,
    name: String,
    members: usize,
    order: u32,
    edit: String,
    add: String,
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

/// Every department below its parent, sisters by order and number.
fn rows(corp: &Corp) -> Vec<Row> {
    let mut members = std::collections::HashMap::<DepartmentId, usize>::new();
    for place in corp.members.iter().flat_map(|member| &member.memberships) {
        *members.entry(place.department).or_default() += 1;
    }
    let mut below = std::collections::HashMap::<Option<DepartmentId>, Vec<&Department>>::new();
    for department in corp.departments.values() {
        below.entry(department.parent).or_default().push(department);
    }
    for sisters in below.values_mut() {
        sisters.sort_by_key(|one| (one.order, std::cmp::Reverse(one.id)));
    }
    let mut open: Vec<(usize, &Department)> = below
        .get(&None)
        .into_iter()
        .flatten()
        .map(|root| (0, *root))
        .collect();
    let mut rows = Vec::new();
    while let Some((depth, department)) = open.pop() {
        let id = department.id.to_string();
        let place = |name| [("corp", corp.id.as_str()), (name, id.as_str())];
        rows.push(Row {
            id: department.id.0,
            depth: depth.min(8),
            name: department.name.clone(),
            members: members.get(&department.id).copied().unwrap_or(0),
            order: department.order,
            edit: format!("{EDIT}{}", query(&place("id"))),
            add: format!("{EDIT}{}", query(&place("parent"))),
        });
        let daughters = below.get(&Some(department.id)).into_iter().flatten();
        open.extend(daughters.map(|daughter| (depth + 1, *daughter)));
    }
    rows
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
        let id = values.text("id").parse().ok().map(DepartmentId);
        if let Some(department) = id.and_then(|id| corp.departments.get(&id)) {
            values.push("was", department.id.to_string());
            values.push("name", department.name.as_str());
            values.push("name_en", department.name_en.as_str());
            values.push("order", department.order.to_string());
            let parent = department.parent.map(|id| id.to_string());
            values.push("parent", parent.unwrap_or_default());
        } else if values.text("parent").is_empty() {
            values.push("parent", "1");
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
    let draft = Draft {
        corp: values.text("corp").parse().ok(),
        id: one(&values, name, &mut mistakes, NUMBER).map(DepartmentId),
        name: Some(values.text("name").to_owned()),
        name_en: Some(values.text("name_en").trim().to_owned()),
        parent: one(&values, "parent", &mut mistakes, NUMBER).map(DepartmentId),
        order: one(&values, "order", &mut mistakes, NUMBER).or(Some(0)),
    };
    let done = room.world.change(|state, _| {
        if is_new {
            departments::create(state, draft, mistakes).map(|_| ())
        } else {
            departments::change(state, draft, mistakes)
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
    let id = DepartmentId(values.text("was").parse().unwrap_or(0));
    let done = room
        .world
        .change(|state, _| departments::remove(state, corp.as_ref(), id));
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
    fields.push(make.text("name", ("Name", "部门名称")));
    fields.push(make.text("name_en", ("English name", "英文名称")));
    let is_root = was == "1";
    if !is_root {
        fields.push(make.select("parent", ("Above it", "上级部门"), which::departments(corp)));
    }
    let hint = frame.say("bigger sorts first", "大的排在前面");
    fields.push(make.number("order", ("Order", "排序")).hint(hint));
    let corp_id = corp.id.to_string();
    let hidden = vec![("corp", corp_id), ("was", was.clone())];
    let title = if was.is_empty() {
        frame.say("New department", "新建部门").to_owned()
    } else {
        format!("{} {was}", frame.say("Department", "部门"))
    };
    let removal = (!was.is_empty() && !is_root).then(|| Removal {
        action: format!("{HERE}/remove"),
        label: frame.say("Remove the department", "删除部门").to_owned(),
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
