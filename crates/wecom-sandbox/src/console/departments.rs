//! `/_sandbox/departments`: the tree, and the form of one department.
//!
//! In: the state, or a form. Out: pages, or a draft for `admin`, which judges it.

use std::cmp::Reverse;
use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use wecom_sdk::{CorpId, DepartmentId};

use super::form::{Field, Maker, NUMBER, one};
use super::frame::{Frame, show};
use super::managed::{At, Head, Managed, Words};
use super::which;
use crate::admin::Mistakes;
use crate::admin::departments::{self, Draft};
use crate::page::fields::Fields;
use crate::room::Room;
use crate::world::{Department, State};

#[derive(Template)]
#[template(path = "console/departments.html")]
struct Page {
    frame: Frame,
    head: Head,
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

pub(super) struct Departments;

impl Managed for Departments {
    const PATHS: [&'static str; 3] = [
        "/_sandbox/departments",
        "/_sandbox/departments/edit",
        "/_sandbox/departments/remove",
    ];
    const WORDS: Words = Words {
        many: ("Departments", "部门"),
        one: ("Department", "部门"),
        new: ("New department", "新建部门"),
        remove: ("Remove the department", "删除部门"),
    };

    fn list(at: &At<'_>) -> Response {
        show(&Page {
            frame: at.frame.clone(),
            head: at.head::<Self>(),
            rows: rows(at),
        })
    }

    fn values(at: &At<'_>, id: &str) -> Fields {
        let mut values = Fields::default();
        let id = id.parse().ok().map(DepartmentId);
        if let Some(department) = id.and_then(|id| at.corp.departments.get(&id)) {
            values.push("was", department.id.to_string());
            values.push("name", department.name.as_str());
            values.push("name_en", department.name_en.as_str());
            values.push("order", department.order.to_string());
            let parent = department.parent.map(|id| id.to_string());
            values.push("parent", parent.unwrap_or_default());
        } else {
            values.push("parent", at.asked.get("parent").unwrap_or("1"));
        }
        values
    }

    fn fields(at: &At<'_>, make: &Maker<'_>) -> Vec<Field> {
        let was = make.values.text("was");
        let mut fields = make.number_of_new("id");
        fields.push(make.text("name", ("Name", "部门名称")));
        fields.push(make.text("name_en", ("English name", "英文名称")));
        if !Self::stays(was) {
            let departments = which::departments(at.corp);
            fields.push(make.select("parent", ("Above it", "上级部门"), departments));
        }
        let order = make.number("order", ("Order", "排序"));
        fields.push(order.hint(at.frame.say("bigger sorts first", "大的排在前面")));
        fields
    }

    async fn save(room: &Room, values: &Fields) -> Result<(), Mistakes> {
        let mut mistakes = Mistakes::default();
        let is_new = values.text("was").is_empty();
        let name = if is_new { "id" } else { "was" };
        let draft = Draft {
            corp: values.text("corp").parse().ok(),
            id: one(values, name, &mut mistakes, NUMBER).map(DepartmentId),
            name: Some(values.text("name").to_owned()),
            name_en: Some(values.text("name_en").trim().to_owned()),
            parent: one(values, "parent", &mut mistakes, NUMBER).map(DepartmentId),
            order: one(values, "order", &mut mistakes, NUMBER).or(Some(0)),
        };
        room.world.change(|state, _| {
            if is_new {
                departments::create(state, draft, mistakes).map(|_| ())
            } else {
                departments::change(state, draft, mistakes)
            }
        })
    }

    fn remove(state: &mut State, corp: Option<&CorpId>, was: &str) -> Result<(), Mistakes> {
        departments::remove(state, corp, DepartmentId(was.parse().unwrap_or(0)))
    }

    /// The root.
    fn stays(was: &str) -> bool {
        was == "1"
    }
}

/// Every department below its parent, sisters by order and number.
fn rows(at: &At<'_>) -> Vec<Row> {
    let mut members = HashMap::<DepartmentId, usize>::new();
    let places = at.corp.members.iter();
    for place in places.flat_map(|member| &member.memberships) {
        *members.entry(place.department).or_default() += 1;
    }
    let mut below = HashMap::<Option<DepartmentId>, Vec<&Department>>::new();
    for department in at.corp.departments.values() {
        below.entry(department.parent).or_default().push(department);
    }
    for sisters in below.values_mut() {
        sisters.sort_by_key(|one| (one.order, Reverse(one.id)));
    }
    let roots = below.get(&None).into_iter().flatten();
    let mut open: Vec<(usize, &Department)> = roots.map(|root| (0, *root)).collect();
    let mut rows = Vec::new();
    while let Some((depth, department)) = open.pop() {
        let id = department.id.to_string();
        rows.push(Row {
            id: department.id.0,
            depth: depth.min(8),
            name: department.name.clone(),
            members: members.get(&department.id).copied().unwrap_or(0),
            order: department.order,
            edit: at.link(Departments::PATHS[1], &[("id", &id)]),
            add: at.link(Departments::PATHS[1], &[("parent", &id)]),
        });
        let daughters = below.get(&Some(department.id)).into_iter().flatten();
        open.extend(daughters.map(|daughter| (depth + 1, *daughter)));
    }
    rows
}
