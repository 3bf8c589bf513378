//! Departments, members and tags of a seed.
//!
//! In: the corp's table. Out: the directory inside the corp, with every reference checked.

use std::collections::{BTreeMap, BTreeSet};

use wecom_sdk::{DepartmentId, TagId, UserId};

use super::table::{Placed, Table};
use crate::world::{
    Corp, Department, ExtAttr, Member, MemberStatus, Membership, SensitiveField, Tag,
    WrittenExtAttr,
};

const ROOT: DepartmentId = DepartmentId(1);

pub(super) fn read_departments(corp_table: &Table<'_>, corp: &mut Corp) {
    let tables = corp_table.tables("department");
    for table in &tables {
        let id = table.needed_number("id");
        let department = Department {
            id: DepartmentId(id.map_or(0, |id| id.value)),
            name: table
                .needed_text("name")
                .map_or_else(String::new, |name| name.value),
            name_en: table
                .text("name_en")
                .map_or_else(String::new, |name| name.value),
            parent: table.number("parent").map(|id| DepartmentId(id.value)),
            order: table.number("order").map_or(0, |order| order.value),
        };
        if corp.departments.insert(department.id, department).is_some() {
            table.wrong("id", "this department is there twice", "keep one of them");
        }
    }
    if !corp.departments.contains_key(&ROOT) {
        corp_table.wrong("department", "no root", "add the department with id 1");
    }
    for table in tables {
        let parent = table.number("parent").map(|id| DepartmentId(id.value));
        let id = table.number("id").map(|id| DepartmentId(id.value));
        if let (Some(parent), Some(id)) = (parent, id) {
            if !corp.departments.contains_key(&parent) {
                table.wrong("parent", "no such department", "name one of this corp");
            } else if corp.line(parent).any(|above| above == id) {
                table.wrong("parent", "a department above itself", "break the circle");
            }
        }
        table.finish();
    }
}

pub(super) fn read_members(corp_table: &Table<'_>, corp: &mut Corp) {
    for table in corp_table.tables("member") {
        if let Some(member) = read_member(&table, corp) {
            if corp.members.get(&member.user_id).is_some() {
                table.wrong(
                    "user_id",
                    "this userid is taken",
                    "userids ignore case; keep one",
                );
            }
            corp.members.put(member);
        }
        table.finish();
    }
}

fn read_member(table: &Table<'_>, corp: &Corp) -> Option<Member> {
    let user_id = table.parsed(table.needed_text("user_id"), |id| UserId::parse(id));
    let name = table.needed_text("name");
    let departments = departments(table, "departments", corp);
    let leads = departments_in(table, "leads", |id| departments.contains(&id));
    let main = table
        .number("main_department")
        .map(|id| DepartmentId(id.value));
    if main.is_some_and(|main| !departments.contains(&main)) {
        table.wrong(
            "main_department",
            "not one of the member's",
            "name one of `departments`",
        );
    }
    table.needed_list("departments");
    let leader = table.text("direct_leader");
    let status = table.parsed(table.text("status"), |word| {
        let known = "use active, disabled, not_activated or left";
        MemberStatus::parse(word).ok_or(known)
    });
    let optional = |key| table.text(key).map_or_else(String::new, |text| text.value);
    Some(Member {
        alias: optional("alias"),
        position: optional("position"),
        telephone: optional("telephone"),
        memberships: memberships(&departments, &leads),
        main_department: main.or(departments.first().copied()),
        direct_leader: table
            .parsed(leader, |id| UserId::parse(id))
            .map(|leader| leader.value),
        status: status.map_or_else(MemberStatus::default, |status| status.value),
        sensitive: sensitive(table),
        ext_attrs: ext_attrs(table),
        user_id: user_id?.value,
        name: name?.value,
    })
}

fn memberships(departments: &[DepartmentId], leads: &[DepartmentId]) -> Vec<Membership> {
    let places = departments.iter().map(|department| Membership {
        department: *department,
        order: 0,
        is_leader: leads.contains(department),
    });
    places.collect()
}

fn sensitive(table: &Table<'_>) -> BTreeMap<SensitiveField, String> {
    let mut fields = BTreeMap::new();
    for field in SensitiveField::ALL {
        let Some(text) = table.text(field.as_str()) else {
            continue;
        };
        if field == SensitiveField::Gender && !matches!(text.value.as_str(), "0" | "1" | "2") {
            table.wrong(
                "gender",
                "not a gender",
                "use the text \"0\", \"1\" or \"2\"",
            );
        }
        fields.insert(field, text.value);
    }
    fields
}

fn ext_attrs(table: &Table<'_>) -> Vec<ExtAttr> {
    let mut read = Vec::new();
    for field in table.tables("ext_attr") {
        let name = field.needed_text("name");
        let text = |key| field.text(key).map(|text| text.value);
        let written = WrittenExtAttr {
            name: name.map_or_else(|| "unreadable".to_owned(), |name| name.value),
            text: text("text"),
            url: text("url"),
            title: text("title"),
        };
        match ExtAttr::read(written) {
            Some(field) => read.push(field),
            None => field.wrong(
                "text",
                "not a field",
                "give it `text`, or `url` and `title`",
            ),
        }
        field.finish();
    }
    read
}

pub(super) fn read_tags(corp_table: &Table<'_>, corp: &mut Corp) {
    for table in corp_table.tables("tag") {
        let id = table.needed_number("id").map_or(0, |id| id.value);
        let name = table.needed_text("name");
        let tag = Tag {
            id: TagId(id),
            name: name.map_or_else(String::new, |name| name.value),
            members: members(&table, "members", corp),
            departments: BTreeSet::from_iter(departments(&table, "departments", corp)),
        };
        if corp.tags.insert(tag.id, tag).is_some() {
            table.wrong("id", "this tag is there twice", "keep one of them");
        }
        table.finish();
    }
}

/// A list of members of this corp.
pub(super) fn members(table: &Table<'_>, key: &'static str, corp: &Corp) -> Vec<UserId> {
    let texts = table.texts(key).into_iter();
    let ids = texts.filter_map(|text| table.parsed(Some(text), |id| UserId::parse(id)));
    let known = ids.filter_map(|id| {
        let member = corp.members.get(&id.value);
        if member.is_none() {
            unknown(table, &id, "no such member");
        }
        member.map(|member| member.user_id.clone())
    });
    known.collect()
}

/// A list of departments of this corp.
pub(super) fn departments(table: &Table<'_>, key: &'static str, corp: &Corp) -> Vec<DepartmentId> {
    departments_in(table, key, |id| corp.departments.contains_key(&id))
}

fn departments_in(
    table: &Table<'_>,
    key: &'static str,
    is_known: impl Fn(DepartmentId) -> bool,
) -> Vec<DepartmentId> {
    let known = table.numbers(key).into_iter().filter_map(|number| {
        let id = DepartmentId(number.value);
        if !is_known(id) {
            unknown(table, &number, "no such department here");
        }
        is_known(id).then_some(id)
    });
    known.collect()
}

fn unknown<T>(table: &Table<'_>, place: &Placed<T>, problem: &str) {
    let report = table.report();
    report.add(
        &place.span,
        place.key.clone(),
        problem,
        "name one of this corp",
    );
}
