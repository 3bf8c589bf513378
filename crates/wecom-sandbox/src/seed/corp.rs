//! `[[corp]]` of a seed.
//!
//! In: its table. Out: the corp, read in an order that lets each part check its references:
//! departments, members, tags, agents, contact sync, outsiders.

use std::collections::BTreeMap;
use std::net::IpAddr;

use wecom_sdk::{CorpId, ExternalUserId, LinkedUserId, OpenId, Timestamp, UserId};

use super::table::Table;
use super::{agent, directory};
use crate::world::{
    Callback, ContactSync, Corp, Members, Noted, OutsiderName, Person, TrustedIps, TwoStep,
    VisibleRange,
};

pub(super) fn read(table: Table<'_>) -> Option<Corp> {
    let id = table.parsed(table.needed_text("id"), |id| CorpId::parse(id));
    let name = table.needed_text("name");
    let mut corp = Corp {
        // A corp whose id is wrong is read on, so that its other mistakes are found too.
        id: match id {
            Some(id) => id.value,
            None => CorpId::parse("unreadable").ok()?,
        },
        name: name.map_or_else(String::new, |name| name.value),
        agents: BTreeMap::new(),
        contact_sync: None,
        departments: Noted::default(),
        members: Members::default(),
        tags: Noted::default(),
        outsiders: Vec::new(),
        outsider_names: BTreeMap::new(),
        two_step: None,
    };
    directory::read_departments(&table, &mut corp);
    directory::read_members(&table, &mut corp);
    directory::read_tags(&table, &mut corp);
    agent::read_all(&table, &mut corp);
    if let Some(sync) = table.table("contact_sync") {
        corp.contact_sync = Some(read_contact_sync(sync, &corp));
    }
    if let Some(set) = table.table("two_step") {
        corp.two_step = read_two_step(set, &corp);
    }
    for outsider in table.tables("outsider") {
        let person = read_outsider(&outsider, &corp);
        if person
            .as_ref()
            .is_some_and(|person| corp.outsiders.contains(person))
        {
            outsider.wrong(
                "open_id",
                "this outsider is there twice",
                "keep one of them",
            );
        }
        if let Some(person) = person {
            name_outsider(&outsider, &person, &mut corp);
            corp.outsiders.push(person);
        }
        outsider.finish();
    }
    table.finish();
    Some(corp)
}

fn read_contact_sync(table: Table<'_>, corp: &Corp) -> ContactSync {
    let secret = read_secret(&table, corp);
    let sync = ContactSync {
        secret: secret.unwrap_or_default(),
        created_at: read_time(&table, "created_at"),
        trusted_ips: read_trusted_ips(&table),
        reads_details: table.flag("reads_details").unwrap_or(false),
        callback: table.table("callback").and_then(read_callback),
    };
    table.finish();
    sync
}

/// A callback address as it was saved; nobody asks it again at the start.
pub(super) fn read_callback(table: Table<'_>) -> Option<Callback> {
    let text = |key| table.needed_text(key).map(|text| text.value);
    let (url, token, aes_key) = (text("url"), text("token"), text("aes_key"));
    let saved_at = read_time(&table, "saved_at");
    table.finish();
    Some(Callback {
        url: url?,
        token: token?,
        aes_key: aes_key?,
        saved_at,
    })
}

fn read_two_step(table: Table<'_>, corp: &Corp) -> Option<TwoStep> {
    let url = table.needed_text("url");
    let range = table.table("range");
    let set = TwoStep {
        url: url.map(|url| url.value)?,
        range: range.map_or_else(VisibleRange::default, |range| {
            agent::read_visible(range, corp)
        }),
    };
    if set.target().is_none() {
        let remedy = "give the address of a page, or of an OAuth link with its redirect_uri";
        table.wrong("url", "not an http or https address", remedy);
    }
    table.finish();
    Some(set)
}

fn read_outsider(table: &Table<'_>, corp: &Corp) -> Option<Person> {
    let linked = table.parsed(table.text("linked"), LinkedUserId::parse);
    let open_id = table.parsed(table.text("open_id"), |id| OpenId::parse(id));
    let external = table.text("external_user_id");
    let external = table.parsed(external, |id| ExternalUserId::parse(id));
    let follower = table.parsed(table.text("follower"), |id| UserId::parse(id));
    let follower = follower.map(|follower| follower.value);
    match (linked, open_id, external, follower) {
        (Some(linked), None, None, None) => Some(Person::Linked(linked.value)),
        (None, Some(open_id), None, None) => Some(Person::Stranger(open_id.value)),
        (None, Some(open_id), Some(external), Some(follower)) => {
            if corp.members.get(&follower).is_none() {
                table.wrong("follower", "no such member", "name a member of this corp");
            }
            Some(Person::ExternalContact {
                open_id: open_id.value,
                external_user_id: external.value,
                follower,
            })
        }
        _ => {
            let remedy = "give either `linked`, or `open_id`, or `open_id` with \
                          `external_user_id` and `follower`";
            table.wrong("open_id", "not an outsider", remedy);
            None
        }
    }
}

fn name_outsider(table: &Table<'_>, person: &Person, corp: &mut Corp) {
    let text = |key| table.text(key).map(|text| text.value);
    let named = OutsiderName {
        name: text("name"),
        corp_name: text("corp_name"),
    };
    if named != OutsiderName::default() {
        corp.outsider_names.insert(person.key(), named);
    }
}

/// A secret: there, and not another app's of this corp.
pub(super) fn read_secret(table: &Table<'_>, corp: &Corp) -> Option<String> {
    let secret = table.needed_text("secret")?.value;
    let is_taken = corp.agents.values().any(|agent| agent.secret == secret);
    if is_taken {
        table.wrong(
            "secret",
            "another app has this secret",
            "give each app its own",
        );
    }
    Some(secret)
}

pub(super) fn read_time(table: &Table<'_>, key: &'static str) -> Timestamp {
    let text = table.needed_text(key);
    let time = table.parsed(text, str::parse::<jiff::Timestamp>);
    let millis = time.map(|time| time.value.as_millisecond());
    Timestamp::from_millis(millis.unwrap_or_default())
}

pub(super) fn read_trusted_ips(table: &Table<'_>) -> TrustedIps {
    let texts = table.texts("trusted_ips").into_iter();
    let ips = texts.filter_map(|text| table.parsed(Some(text), str::parse::<IpAddr>));
    TrustedIps::in_force(ips.map(|ip| ip.value).collect())
}
