//! What a caller may see of the directory, and how a member and a department are written.
//!
//! In: a caller and the state. Out: yes or no for members and departments, and their fields as the
//! documentation lists them (dossier 8.1, 8.2, 8.5). It never refuses a call; the calls do.

use serde_json::{Value, json};
use wecom_sdk::{DepartmentId, UserId};

use super::answer::nested;
use super::call::Fields;
use crate::world::{
    Agent, Caller, Corp, Department, ExtValue, Holder, Member, Refusal, SensitiveField, State,
    Switches, WithheldFields,
};

/// The picture of a member who shows none. Where WeCom keeps its own is not on record.
pub(super) const DEFAULT_AVATAR: &str = "https://wework.qpic.example/default-avatar/0";

/// The directory as one caller sees it.
pub(super) struct View<'a> {
    pub(super) corp: &'a Corp,
    /// `None` for the contact sync, which sees the whole corp.
    agent: Option<&'a Agent>,
    switches: Switches,
}

impl<'a> View<'a> {
    pub(super) fn of(state: &'a State, caller: &Caller) -> Result<Self, Refusal> {
        let gone = Refusal::new(40014, "token.of_a_removed_app (3)");
        let corp = state.corps.get(&caller.corp_id).ok_or(gone)?;
        let agent = match caller.holder {
            Holder::Agent(agent_id) => Some(corp.agents.get(&agent_id).ok_or(gone)?),
            Holder::ContactSync => None,
        };
        Ok(Self {
            corp,
            agent,
            switches: state.switches,
        })
    }

    pub(super) fn sees_member(&self, member: &Member) -> bool {
        let agent = self.agent;
        agent.is_none_or(|agent| self.corp.sees_member(&agent.visible, member))
    }

    pub(super) fn sees_department(&self, id: DepartmentId) -> bool {
        let agent = self.agent;
        agent.is_none_or(|agent| self.corp.sees_department(&agent.visible, id))
    }

    /// A department that is there and may be seen.
    pub(super) fn department(&self, id: DepartmentId) -> Result<&'a Department, Refusal> {
        let department = self.corp.departments.get(&id);
        let department = department.ok_or(Refusal::new(60123, "department.unknown (8.5)"))?;
        if self.sees_department(id) {
            Ok(department)
        } else {
            Err(Refusal::new(60011, "department.outside_range (8.5)"))
        }
    }

    /// The departments at and below `from` that may be seen; all of them without `from`.
    pub(super) fn departments(
        &self,
        from: Option<DepartmentId>,
    ) -> impl Iterator<Item = &'a Department> {
        let all = self.corp.departments.values();
        let is_below =
            move |corp: &Corp, id| from.is_none_or(|from| corp.line(id).any(|above| above == from));
        all.filter(move |department| {
            is_below(self.corp, department.id) && self.sees_department(department.id)
        })
    }

    /// The members that stand directly in a department and may be seen.
    pub(super) fn members_in(&self, id: DepartmentId) -> impl Iterator<Item = &'a Member> {
        let members = self.corp.members.in_department(id);
        members.filter(move |member| self.sees_member(member))
    }

    /// `userid`, `name`, `department`: what `user/simplelist` gives of a member.
    pub(super) fn member_row(&self, member: &Member) -> Value {
        nested(vec![
            ("userid", json!(member.user_id)),
            ("name", json!(member.name)),
            ("department", json!(self.seen_departments(member))),
        ])
    }

    /// Every field of a member that this caller may have.
    pub(super) fn member_fields(&self, member: &Member) -> Fields {
        let seen = || {
            let places = member.memberships.iter();
            places.filter(|place| self.sees_department(place.department))
        };
        let orders: Vec<u32> = seen().map(|place| place.order).collect();
        let leads: Vec<u8> = seen().map(|place| u8::from(place.is_leader)).collect();
        let mut fields = vec![
            ("userid", json!(member.user_id)),
            ("name", json!(member.name)),
            ("alias", json!(member.alias)),
            ("position", json!(member.position)),
            ("department", json!(self.seen_departments(member))),
            ("order", json!(orders)),
            ("is_leader_in_dept", json!(leads)),
            ("direct_leader", json!(self.seen_leader(member))),
            ("status", json!(member.status.number())),
            ("telephone", json!(member.telephone)),
            ("extattr", ext_attr(member)),
        ];
        let main = member.main_department;
        if let Some(main) = main.filter(|main| self.sees_department(*main)) {
            fields.push(("main_department", json!(main)));
        }
        self.add_sensitive(&mut fields, member);
        fields
    }

    pub(super) fn department_fields(&self, department: &Department) -> Value {
        let leaders = self.corp.members.leaders_of(department.id);
        let leaders = leaders.filter(|member| self.sees_member(member));
        let leaders: Vec<&UserId> = leaders.map(|member| &member.user_id).collect();
        nested(vec![
            ("id", json!(department.id)),
            ("name", json!(department.name)),
            ("name_en", json!(department.name_en)),
            ("department_leader", json!(leaders)),
            ("parentid", parent(department)),
            ("order", json!(department.order)),
        ])
    }

    fn seen_departments(&self, member: &Member) -> Vec<DepartmentId> {
        let places = member.memberships.iter().map(|place| place.department);
        places.filter(|id| self.sees_department(*id)).collect()
    }

    fn seen_leader(&self, member: &Member) -> Vec<&'a UserId> {
        let leader = member.direct_leader.as_ref();
        let leader = leader.and_then(|leader| self.corp.members.get(leader));
        let leader = leader.filter(|leader| self.sees_member(leader));
        leader.iter().map(|leader| &leader.user_id).collect()
    }

    /// The sensitive fields: only for apps from before 2022-06-20 and for the old contact sync.
    fn add_sensitive(&self, fields: &mut Fields, member: &Member) {
        let is_withheld = self.agent.is_some_and(Agent::is_new);
        if is_withheld && self.switches.withheld_fields == WithheldFields::Absent {
            return;
        }
        for field in SensitiveField::ALL {
            let none = if field == SensitiveField::Gender {
                "0"
            } else {
                ""
            };
            let value = member.sensitive.get(&field).filter(|_| !is_withheld);
            let value = value.map_or(none, String::as_str);
            fields.push((field.as_str(), json!(value)));
        }
    }
}

/// `extattr` (dossier 8.2).
fn ext_attr(member: &Member) -> Value {
    let attrs = member.ext_attrs.iter().map(|field| {
        let (kind, name) = (field.kind(), &field.name);
        match &field.value {
            ExtValue::Text(text) => {
                json!({ "type": kind, "name": name, "text": { "value": text } })
            }
            ExtValue::Web { url, title } => {
                json!({ "type": kind, "name": name, "web": { "url": url, "title": title } })
            }
        }
    });
    json!({ "attrs": attrs.collect::<Vec<_>>() })
}

/// `parentid`: 0 for the root (dossier 8.5).
pub(super) fn parent(department: &Department) -> Value {
    json!(department.parent.map_or(0, |parent| parent.0))
}
