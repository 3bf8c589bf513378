//! `/_sandbox/tags`: the tags, and the form of one.
//!
//! In: the state, or a form. Out: pages, or a draft for `admin`, which judges it.

use askama::Template;
use axum::response::Response;
use wecom_sdk::{CorpId, DepartmentId, TagId};

use super::form::{Field, Maker, NUMBER, USER_ID, one, parsed};
use super::frame::{Frame, show};
use super::managed::{At, Head, Managed, Words};
use super::which;
use crate::admin::Mistakes;
use crate::admin::tags::{self, Draft};
use crate::page::fields::Fields;
use crate::room::Room;
use crate::world::{State, Tag};

/// How many names stand beside a tag.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "console/tags.html")]
struct Page {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
}

struct Row {
    id: u32,
    name: String,
    on: String,
    edit: String,
}

pub(super) struct Tags;

impl Managed for Tags {
    const PATHS: [&'static str; 3] = [
        "/_sandbox/tags",
        "/_sandbox/tags/edit",
        "/_sandbox/tags/remove",
    ];
    const WORDS: Words = Words {
        many: ("Tags", "标签"),
        one: ("Tag", "标签"),
        new: ("New tag", "新建标签"),
        remove: ("Remove the tag", "删除标签"),
    };

    fn list(at: &At<'_>) -> Response {
        let tags = at.corp.tags.values();
        show(&Page {
            frame: at.frame.clone(),
            head: at.head::<Self>(),
            rows: tags.map(|tag| Row::of(at, tag)).collect(),
        })
    }

    fn values(at: &At<'_>, id: &str) -> Fields {
        let mut values = Fields::default();
        let id = id.parse().ok().map(TagId);
        if let Some(tag) = id.and_then(|id| at.corp.tags.get(&id)) {
            values.push("was", tag.id.to_string());
            values.push("name", tag.name.as_str());
            let members: Vec<_> = tag.members.iter().map(ToString::to_string).collect();
            values.push("members", members.join(", "));
            for id in &tag.departments {
                values.push("departments", id.to_string());
            }
        }
        values
    }

    fn fields(at: &At<'_>, make: &Maker<'_>) -> Vec<Field> {
        let departments = which::departments(at.corp);
        let mut fields = make.number_of_new("id");
        fields.push(make.text("name", ("Name", "标签名")));
        fields.push(make.user_ids("members", ("Members", "成员")));
        fields.push(make.checks("departments", ("Departments", "部门"), departments));
        fields
    }

    async fn save(room: &Room, values: &Fields) -> Result<(), Mistakes> {
        let mut mistakes = Mistakes::default();
        let is_new = values.text("was").is_empty();
        let name = if is_new { "id" } else { "was" };
        let departments = parsed(values, "departments", &mut mistakes, NUMBER).into_iter();
        let draft = Draft {
            corp: values.text("corp").parse().ok(),
            id: one(values, name, &mut mistakes, NUMBER).map(TagId),
            name: Some(values.text("name").to_owned()),
            members: Some(parsed(values, "members", &mut mistakes, USER_ID)),
            departments: Some(departments.map(DepartmentId).collect()),
        };
        room.world.change(|state, _| {
            if is_new {
                tags::create(state, draft, mistakes).map(|_| ())
            } else {
                tags::change(state, draft, mistakes)
            }
        })
    }

    fn remove(state: &mut State, corp: Option<&CorpId>, was: &str) -> Result<(), Mistakes> {
        tags::remove(state, corp, TagId(was.parse().unwrap_or(0)))
    }
}

impl Row {
    fn of(at: &At<'_>, tag: &Tag) -> Self {
        let members = tag.members.iter().filter_map(|id| at.corp.members.get(id));
        let members = members.map(|member| member.name.clone());
        let departments = tag.departments.iter().map(|id| which::way(at.corp, *id));
        let on: Vec<_> = departments.chain(members).take(SHOWN + 1).collect();
        Self {
            id: tag.id.0,
            name: tag.name.clone(),
            on: if on.len() > SHOWN {
                format!("{}…", on[..SHOWN].join(", "))
            } else {
                on.join(", ")
            },
            edit: at.link(Tags::PATHS[1], &[("id", &tag.id.to_string())]),
        }
    }
}
