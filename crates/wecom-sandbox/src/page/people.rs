//! People as a page shows them, and which of them a browser is.

use axum::http::HeaderMap;
use wecom_sdk::{CorpId, UserId};

use super::{browser, initial};
use crate::world::{Agent, Corp, MemberStatus, Person, PersonKey, SensitiveField, State};

/// More buttons than these nobody reads; whoever is not among them is typed.
pub(crate) const SHOWN: usize = 100;

/// One person on a list of buttons.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) key: String,
    pub(crate) initial: String,
    pub(crate) label: String,
    pub(crate) note: String,
}

/// Everybody a browser can be in this corp.
pub(crate) fn everybody(corp: &Corp) -> Vec<Shown> {
    let people = corp.people();
    people.iter().map(|person| shown(corp, person)).collect()
}

/// At most so many whose userid or name holds a text: members first, then outsiders.
pub(crate) fn found(corp: &Corp, search: &str, most: usize) -> Vec<Person> {
    let text = search.to_lowercase();
    let members = corp.members.search(search);
    let members = members.map(|member| Person::Member(member.user_id.clone()));
    let outsiders = corp.outsiders.iter().cloned();
    let outsiders = outsiders
        .filter(|person| text.is_empty() || person.key().as_str().to_lowercase().contains(&text));
    members.chain(outsiders).take(most).collect()
}

/// The same, as WeCom's own pages show them.
pub(crate) fn some(corp: &Corp, search: &str, most: usize) -> Vec<Shown> {
    let people = found(corp, search, most);
    people.iter().map(|person| shown(corp, person)).collect()
}

/// The same for one app: whoever it does not see is marked, for a scan of theirs is refused.
pub(crate) fn some_for(corp: &Corp, agent: Option<&Agent>, most: usize) -> Vec<Shown> {
    let people = found(corp, "", most);
    let shown = people.iter().map(|person| {
        let mut shown = shown(corp, person);
        let member = person.user_id().zip(agent);
        if member.is_some_and(|(user_id, agent)| !corp.is_visible(agent, user_id)) {
            shown
                .note
                .push_str(" · 不在可见范围 · outside the visible range");
        }
        shown
    });
    shown.collect()
}

/// One person, with what tells them from the others, in both languages.
pub(crate) fn shown(corp: &Corp, person: &Person) -> Shown {
    told(corp, person, &|en, zh| format!("{zh} · {en}"))
}

/// The same in the words that `say` makes of English and Chinese.
pub(crate) fn told(corp: &Corp, person: &Person, say: &dyn Fn(&str, &str) -> String) -> Shown {
    let named = corp.outsider_names.get(&person.key());
    let (usual, note) = match person {
        Person::Member(user_id) => member(corp, user_id, say),
        Person::Linked(linked) => {
            let theirs = named.and_then(|named| named.corp_name.clone());
            let parts = [
                Some(linked.to_string()),
                Some(say("linked corp", "互联企业成员")),
                theirs,
            ];
            let parts = parts.into_iter().flatten().collect::<Vec<_>>();
            (linked.to_string(), parts.join(" · "))
        }
        Person::Stranger(open_id) => (
            say("stranger", "陌生人"),
            format!("{open_id} · {}", say("not a member", "非成员")),
        ),
        Person::ExternalContact {
            external_user_id,
            follower,
            ..
        } => (
            say("external contact", "外部联系人"),
            format!("{external_user_id} · {} {follower}", say("of", "添加人")),
        ),
    };
    let name = named.and_then(|named| named.name.clone());
    let label = name.unwrap_or(usual);
    Shown {
        key: person.key().to_string(),
        initial: initial(&label),
        label,
        note,
    }
}

fn member(corp: &Corp, user_id: &UserId, say: &dyn Fn(&str, &str) -> String) -> (String, String) {
    let Some(member) = corp.members.get(user_id) else {
        return (user_id.to_string(), String::new());
    };
    let places = member.memberships.iter();
    let places = places.filter_map(|place| corp.departments.get(&place.department));
    let places: Vec<_> = places.map(|department| department.name.as_str()).collect();
    let mut note = user_id.to_string();
    if !places.is_empty() {
        note.extend([" · ", &places.join("、")]);
    }
    if let Some((en, zh)) = status(member.status) {
        note.extend([" · ", &say(en, zh)]);
    }
    (member.name.clone(), note)
}

/// What is to be said of a member's status, in English and Chinese.
pub(crate) fn status(status: MemberStatus) -> Option<(&'static str, &'static str)> {
    match status {
        MemberStatus::Active => None,
        MemberStatus::Disabled => Some(("disabled", "已禁用")),
        MemberStatus::NotActivated => Some(("not activated", "未激活")),
        MemberStatus::Left => Some(("left", "已退出")),
    }
}

/// Who this browser is, in this corp; `None` before anybody was chosen.
pub(crate) fn of_browser(state: &State, corp_id: &CorpId, headers: &HeaderMap) -> Option<Person> {
    let key = browser::cookie(headers, browser::PERSON)?;
    state.corps.get(corp_id)?.person(&PersonKey::new(key))
}

/// The member that this browser is, and the corp: the first in which it is one.
pub(crate) fn member_of_browser(state: &State, headers: &HeaderMap) -> Option<(CorpId, UserId)> {
    state.corps.keys().find_map(|corp_id| {
        let person = of_browser(state, corp_id, headers)?;
        Some((corp_id.clone(), person.user_id()?.clone()))
    })
}

/// What WeCom calls a personal field.
pub(crate) fn field_label(field: SensitiveField) -> &'static str {
    match field {
        SensitiveField::Gender => "性别 · gender",
        SensitiveField::Avatar => "头像 · avatar",
        SensitiveField::QrCode => "个人二维码 · QR code",
        SensitiveField::Mobile => "手机 · mobile",
        SensitiveField::Email => "邮箱 · email",
        SensitiveField::BizMail => "企业邮箱 · corporate email",
        SensitiveField::Address => "地址 · address",
    }
}
