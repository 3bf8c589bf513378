//! `[[corp.agent]]` of a seed.
//!
//! In: the corp's table, its directory read already. Out: the agents inside the corp.

use std::collections::BTreeSet;

use wecom_sdk::{AgentId, TagId, Timestamp, UserId};

use super::corp::{read_callback, read_secret, read_time, read_trusted_ips};
use super::directory::{departments, members};
use super::table::Table;
use crate::world::{Agent, Corp, Domain, Ownership, SensitiveField, VisibleRange};

pub(super) fn read_all(corp_table: &Table<'_>, corp: &mut Corp) {
    for table in corp_table.tables("agent") {
        let agent = read(&table, corp);
        if corp.agents.insert(agent.id, agent).is_some() {
            table.wrong("id", "this agent is there twice", "keep one of them");
        }
        table.finish();
    }
}

fn read(table: &Table<'_>, corp: &Corp) -> Agent {
    let id = AgentId(table.needed_number("id").map_or(0, |id| id.value));
    let name = table.needed_text("name");
    let visible = table.table("visible");
    Agent {
        id,
        name: name.map_or_else(String::new, |name| name.value),
        secret: read_secret(table, corp).unwrap_or_default(),
        is_enabled: table.flag("enabled").unwrap_or(true),
        created_at: read_time(table, "created_at"),
        visible: visible.map_or_else(VisibleRange::default, |table| read_visible(table, corp)),
        oauth_domain: table
            .parsed(table.text("oauth_domain"), Domain::parse)
            .map(|domain| domain.value),
        ownership: read_ownership(table, id),
        web_callback_domains: read_domains(table, "web_callback_domains"),
        callback: table.table("callback").and_then(read_callback),
        js_domains: read_domains(table, "js_domains"),
        trusted_ips: read_trusted_ips(table),
        sensitive_fields: read_fields(table),
    }
}

pub(super) fn read_visible(table: Table<'_>, corp: &Corp) -> VisibleRange {
    let named = members(&table, "members", corp);
    let tags = table.numbers("tags").into_iter().filter_map(|number| {
        let id = TagId(number.value);
        if !corp.tags.contains_key(&id) {
            let report = table.report();
            let key = number.key.clone();
            report.add(&number.span, key, "no such tag", "name one of this corp");
        }
        corp.tags.contains_key(&id).then_some(id)
    });
    let range = VisibleRange {
        members: named.iter().map(UserId::folded).collect(),
        tags: tags.collect(),
        departments: BTreeSet::from_iter(departments(&table, "departments", corp)),
    };
    table.finish();
    range
}

fn read_domains(table: &Table<'_>, key: &'static str) -> Vec<Domain> {
    let texts = table.texts(key).into_iter();
    let domains = texts.filter_map(|text| table.parsed(Some(text), Domain::parse));
    domains.map(|domain| domain.value).collect()
}

fn read_fields(table: &Table<'_>) -> BTreeSet<SensitiveField> {
    let texts = table.texts("sensitive_fields").into_iter();
    let fields = texts.filter_map(|text| {
        table.parsed(Some(text), |name| {
            let known = "use gender, avatar, qr_code, mobile, email, biz_mail or address";
            SensitiveField::parse(name).ok_or(known)
        })
    });
    fields.map(|field| field.value).collect()
}

/// 16 letters and digits; without one, a token that is the same at each start.
fn read_ownership(table: &Table<'_>, id: AgentId) -> Ownership {
    let token = table.parsed(table.text("ownership_token"), |token| {
        let is_good = token.len() == 16 && token.bytes().all(|b| b.is_ascii_alphanumeric());
        let token = is_good.then(|| token.to_owned());
        token.ok_or("a token is 16 letters and digits")
    });
    let token = token.map_or_else(
        || format!("Sandbox{:09}", id.0 % 1_000_000_000),
        |t| t.value,
    );
    let mut ownership = Ownership::unverified(token);
    if table.flag("ownership_verified").unwrap_or(false) {
        ownership.verified_at = Some(Timestamp::from_seconds(0));
    }
    ownership
}
