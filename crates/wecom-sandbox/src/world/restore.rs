//! The state as it was when it was written: the reading side of [`super::keeping`].
//!
//! In: the things of a state file. Out: the state, or what in it makes no sense. What stands for the newest
//! of several (the token that `gettoken` repeats) is found again from the order they came in.

use std::collections::BTreeMap;

use wecom_sdk::{AgentId, CorpId, DepartmentId, TagId};

use super::agent::Agent;
use super::corp::{ContactSync, Corp, Department, OutsiderName, Tag};
use super::counters::Counters;
use super::kept::Kept;
use super::member::Member;
use super::members::{KIND, Members};
use super::noted::Noted;
use super::person::{Person, PersonKey};
use super::shelf::Shelf;
use super::state::State;
use super::switches::Switches;
use super::two_step::TwoStep;
use crate::keep::{Things, Unreadable};

/// What a corp is besides its directory and its agents.
type Head = (Admin, Vec<Person>, BTreeMap<PersonKey, OutsiderName>);
type Admin = (String, Option<ContactSync>, Option<TwoStep>);

type Corps = BTreeMap<CorpId, Corp>;

impl State {
    /// The state that was written. The next writing of it is everything.
    pub(crate) fn restore(things: &mut Things<'_>) -> Result<Self, Unreadable> {
        let mut state = Self {
            switches: read_switches(things)?,
            limits: things.one("limits")?,
            desktop: things.one("desktop")?,
            corps: read_corps(things)?.into(),
            tokens: Shelf::read("token", things)?,
            codes: Shelf::read("code", things)?,
            tickets: Shelf::read("user_ticket", things)?,
            consents: Kept::read("consent", things)?,
            consent_pages: Shelf::read("consent_page", things)?,
            scans: Shelf::read("scan", things)?,
            js_tickets: Shelf::read("js_ticket", things)?,
            tfa_codes: Shelf::read("tfa_code", things)?,
            two_step_waiting: Kept::read("two_step_waiting", things)?,
            counters: Counters::read(things)?,
            ..Self::default()
        };
        state.find_current();
        state.keep_whole();
        Ok(state)
    }
}

fn read_switches(things: &mut Things<'_>) -> Result<Switches, Unreadable> {
    let mut switches = Switches::default();
    for (name, word) in things.one::<Vec<(String, String)>>("switches")? {
        if !switches.set(&name, &word) {
            return Err(Unreadable(format!("no switch {name} with the word {word}")));
        }
    }
    Ok(switches)
}

fn read_corps(things: &mut Things<'_>) -> Result<Corps, Unreadable> {
    let mut corps = Corps::new();
    for (id, (admin, outsiders, outsider_names)) in things.take::<CorpId, Head>("corp")? {
        let (name, contact_sync, two_step) = admin;
        let corp = Corp {
            id: id.clone(),
            name,
            agents: BTreeMap::new(),
            contact_sync,
            departments: Noted::default(),
            members: Members::default(),
            tags: Noted::default(),
            outsiders,
            outsider_names,
            two_step,
        };
        corps.insert(id, corp);
    }
    for ((id, number), department) in take::<DepartmentId, Department>(things, "department")? {
        corp(&mut corps, &id)?
            .departments
            .insert(number, department);
    }
    for ((id, number), tag) in take::<TagId, Tag>(things, "tag")? {
        corp(&mut corps, &id)?.tags.insert(number, tag);
    }
    for ((id, number), agent) in take::<AgentId, Agent>(things, "agent")? {
        corp(&mut corps, &id)?.agents.insert(number, agent);
    }
    for ((id, _), (place, member)) in take::<String, (u64, Member)>(things, KIND)? {
        corp(&mut corps, &id)?.members.put_back(place, member);
    }
    Ok(corps)
}

type OfCorp<N, V> = Vec<((CorpId, N), V)>;

fn take<N, V>(things: &mut Things<'_>, kind: &str) -> Result<OfCorp<N, V>, Unreadable>
where
    N: serde::de::DeserializeOwned,
    V: serde::de::DeserializeOwned,
{
    things.take(kind)
}

fn corp<'a>(corps: &'a mut Corps, id: &CorpId) -> Result<&'a mut Corp, Unreadable> {
    let corp = corps.get_mut(id);
    corp.ok_or_else(|| Unreadable(format!("something of the unknown corp {id}")))
}
