//! The form of a member: what is there as values, the fields, and what was typed as a draft.
//!
//! In: a member, or a form. Out: values, or a draft for `admin`, which judges it. A form that nobody touched gives
//! back what was there.

use wecom_sdk::DepartmentId;

use super::form::{Field, Maker, NUMBER, USER_ID, one, parsed};
use super::{ext_attrs, which};
use crate::admin::Mistakes;
use crate::admin::members::Draft;
use crate::page::fields::Fields;
use crate::page::people::field_label;
use crate::world::{Corp, Member, SensitiveField};

/// A member's values, as the form shows them.
pub(super) fn values_of(member: &Member) -> Fields {
    let mut values = Fields::default();
    values.push("was", member.user_id.as_str());
    values.push("user_id", member.user_id.as_str());
    values.push("name", member.name.as_str());
    values.push("alias", member.alias.as_str());
    values.push("position", member.position.as_str());
    values.push("telephone", member.telephone.as_str());
    values.push("status", member.status.as_str());
    let leader = member.direct_leader.as_ref().map(ToString::to_string);
    values.push("direct_leader", leader.unwrap_or_default());
    let main = member.main_department.map(|id| id.to_string());
    values.push("main_department", main.unwrap_or_default());
    for place in &member.memberships {
        values.push("departments", place.department.to_string());
        if place.is_leader {
            values.push("leads", place.department.to_string());
        }
    }
    for (field, text) in &member.sensitive {
        values.push(field.as_str(), text.as_str());
    }
    values.push(ext_attrs::NAME, ext_attrs::lines(&member.ext_attrs));
    values
}

/// What was typed. The corp's own fields are left out where their lines are as they were: a text of several
/// lines, which only a seed or the control API can write, stays whole.
pub(super) fn draft_of(values: &Fields, before: Option<&Member>, mistakes: &mut Mistakes) -> Draft {
    let text = |name: &str| Some(values.text(name).to_owned());
    let was = values.text("was");
    let typed = one(values, "user_id", mistakes, USER_ID);
    let (user_id, rename_to) = if was.is_empty() {
        (typed, None)
    } else {
        let rename = typed.filter(|typed: &wecom_sdk::UserId| typed.as_str() != was);
        (was.parse().ok(), rename)
    };
    let lines = values.text(ext_attrs::NAME).replace("\r\n", "\n");
    let had = before.map_or_else(String::new, |member| ext_attrs::lines(&member.ext_attrs));
    let ext_attrs = (lines.trim() != had.trim()).then(|| ext_attrs::read(&lines, mistakes));
    let mut ids = |name| {
        let typed: Vec<u32> = parsed(values, name, mistakes, NUMBER);
        typed.into_iter().map(DepartmentId).collect::<Vec<_>>()
    };
    let main_department = ids("main_department").first().copied();
    let fields = SensitiveField::ALL.into_iter();
    let sensitive = fields.map(|field| {
        let name = field.as_str();
        (name.to_owned(), values.text(name).to_owned())
    });
    Draft {
        corp: values.text("corp").parse().ok(),
        user_id,
        rename_to,
        departments: Some(ids("departments")),
        main_department,
        leads: Some(ids("leads")),
        name: text("name"),
        alias: text("alias"),
        position: text("position"),
        telephone: text("telephone"),
        status: Some(values.text("status").to_owned()).filter(|word| !word.is_empty()),
        direct_leader: text("direct_leader"),
        sensitive: sensitive.collect(),
        ext_attrs,
    }
}

/// The fields.
pub(super) fn fields(corp: &Corp, make: &Maker<'_>) -> Vec<Field> {
    let frame = make.frame;
    let status = [
        ("active", "active", "已激活"),
        ("disabled", "disabled", "已禁用"),
        ("not_activated", "not activated", "未激活"),
        ("left", "left", "已退出"),
    ];
    let status = status.map(|(word, en, zh)| (word.to_owned(), frame.say(en, zh).to_owned()));
    let gender = [
        ("", "—", "—"),
        ("0", "0 not known", "0 未定义"),
        ("1", "1 male", "1 男"),
        ("2", "2 female", "2 女"),
    ];
    let gender = gender.map(|(word, en, zh)| (word.to_owned(), frame.say(en, zh).to_owned()));
    let none = frame.say("none: outside every department", "不选：不属于任何部门");
    let mut fields = vec![
        make.text("user_id", ("Userid", "账号")),
        make.text("name", ("Name", "姓名")),
        make.select("status", ("Status", "状态"), status.to_vec()),
        make.checks(
            "departments",
            ("Departments", "部门"),
            which::departments(corp),
        )
        .hint(none),
        main_department(corp, make),
        make.checks(
            "leads",
            ("Leads these", "负责的部门"),
            which::departments(corp),
        ),
        make.text(
            "direct_leader",
            ("Direct leader (userid)", "直属上级（账号）"),
        ),
        make.text("position", ("Position", "职务")),
        make.text("alias", ("Alias", "别名")),
        make.text("telephone", ("Desk phone", "座机")),
    ];
    for field in SensitiveField::ALL {
        let label = field_label(field).split_once(" · ").unwrap_or(("", ""));
        let label = (label.1, label.0);
        fields.push(match field {
            SensitiveField::Gender => make.select(field.as_str(), label, gender.to_vec()),
            _ => make.text(field.as_str(), label),
        });
    }
    let own = frame.say(
        "one a line: Name = text, or Name = https://… | title",
        "每行一个：名称 = 文本，或 名称 = https://… | 标题",
    );
    let label = ("The corp's own fields", "自定义字段");
    fields.push(make.area(ext_attrs::NAME, label).hint(own));
    fields
}

fn main_department(corp: &Corp, make: &Maker<'_>) -> Field {
    let stays = make.frame.say(
        "—: the one before while it is ticked, otherwise the first",
        "—：原主部门仍勾选则不变，否则取第一个",
    );
    let mut choices = vec![(String::new(), "—".to_owned())];
    choices.extend(which::departments(corp));
    let label = ("Main department", "主部门");
    make.select("main_department", label, choices).hint(stays)
}
