//! A seed as TOML again: what the control API gives out.
//!
//! In: a seed. Out: a text that [`super::Seed::parse`] reads to the same world. Comments of the file
//! it came from are gone.

use toml::{Table, Value};
use wecom_sdk::{Timestamp, UserId};

use super::Seed;
use crate::world::{
    Agent, Callback, Corp, Domain, ExtAttr, Member, MemberStatus, Person, TrustedIps, VisibleRange,
};

pub(super) fn write(seed: &Seed, now: Timestamp) -> String {
    let mut root = Table::new();
    let switches = seed.switches.list().into_iter();
    let switches = switches.map(|(name, word)| (name.to_owned(), word.into()));
    root.insert("switches".to_owned(), Value::Table(switches.collect()));
    let limits = seed.limits;
    root.insert(
        "limits".to_owned(),
        table([
            ("corp_per_minute", limits.corp_per_minute.into()),
            ("corp_per_hour", limits.corp_per_hour.into()),
            ("ip_per_minute", limits.ip_per_minute.into()),
            ("ip_per_hour", limits.ip_per_hour.into()),
            ("debug_per_minute", limits.debug_per_minute.into()),
            ("wrong_secrets", limits.wrong_secrets.into()),
            ("scan_seconds", limits.scan_seconds.into()),
            ("js_tickets_per_corp", limits.js_tickets_per_corp.into()),
            ("js_tickets_per_agent", limits.js_tickets_per_agent.into()),
            ("two_step_at_once", limits.two_step_at_once.into()),
            ("domains_per_month", limits.domains_per_month.into()),
            ("agents_per_month", limits.agents_per_month.into()),
            ("agents", limits.agents.into()),
        ]),
    );
    let corps = seed.corps.iter().map(|corp| write_corp(corp, now));
    root.insert("corp".to_owned(), list(corps));
    // A table of texts, numbers and tables can always be written.
    toml::to_string(&root).unwrap_or_default()
}

fn write_corp(corp: &Corp, now: Timestamp) -> Value {
    let departments = corp.departments.values().map(|department| {
        let parent = department.parent.map(|parent| parent.0.into());
        optional(
            [
                ("id", department.id.0.into()),
                ("name", department.name.as_str().into()),
                ("name_en", department.name_en.as_str().into()),
                ("order", department.order.into()),
            ],
            [("parent", parent)],
        )
    });
    let tags = corp.tags.values().map(|tag| {
        table([
            ("id", tag.id.0.into()),
            ("name", tag.name.as_str().into()),
            ("members", list(tag.members.iter().map(UserId::as_str))),
            ("departments", list(tag.departments.iter().map(|id| id.0))),
        ])
    });
    let sync = corp.contact_sync.as_ref().map(|sync| {
        optional(
            [
                ("secret", sync.secret.as_str().into()),
                ("created_at", time(sync.created_at)),
                ("trusted_ips", ips(&sync.trusted_ips, now)),
                ("reads_details", sync.reads_details.into()),
            ],
            [("callback", sync.callback.as_ref().map(write_callback))],
        )
    });
    let outsiders = corp.outsiders.iter();
    let outsiders = outsiders.map(|person| write_outsider(person, corp));
    let two_step = corp.two_step.as_ref().map(|set| {
        let url = set.url.as_str().into();
        table([("url", url), ("range", write_range(&set.range))])
    });
    optional(
        [
            ("id", corp.id.as_str().into()),
            ("name", corp.name.as_str().into()),
            ("department", list(departments)),
            ("member", list(corp.members.iter().map(write_member))),
            ("tag", list(tags)),
            (
                "agent",
                list(corp.agents.values().map(|agent| write_agent(agent, now))),
            ),
            ("outsider", list(outsiders)),
        ],
        [("contact_sync", sync), ("two_step", two_step)],
    )
}

fn write_member(member: &Member) -> Value {
    let places = &member.memberships;
    let leads = places.iter().filter(|place| place.is_leader);
    let leader = member.direct_leader.as_ref();
    let status = member.status;
    let mut fields = vec![
        (
            "main_department",
            member.main_department.map(|id| id.0.into()),
        ),
        ("direct_leader", leader.map(|leader| leader.as_str().into())),
        (
            "status",
            (status != MemberStatus::Active).then(|| status.as_str().into()),
        ),
    ];
    let own = member.ext_attrs.iter().map(write_ext_attr);
    let own = (!member.ext_attrs.is_empty()).then(|| list(own));
    fields.push(("ext_attr", own));
    let sensitive = member.sensitive.iter();
    fields.extend(sensitive.map(|(field, text)| (field.as_str(), Some(text.as_str().into()))));
    optional(
        [
            ("user_id", member.user_id.as_str().into()),
            ("name", member.name.as_str().into()),
            ("alias", member.alias.as_str().into()),
            ("position", member.position.as_str().into()),
            ("telephone", member.telephone.as_str().into()),
            (
                "departments",
                list(places.iter().map(|place| place.department.0)),
            ),
            ("leads", list(leads.map(|place| place.department.0))),
        ],
        fields,
    )
}

fn write_ext_attr(field: &ExtAttr) -> Value {
    let written = field.written();
    let text = |text: Option<String>| text.map(Value::from);
    optional(
        [("name", written.name.into())],
        [
            ("text", text(written.text)),
            ("url", text(written.url)),
            ("title", text(written.title)),
        ],
    )
}

fn write_agent(agent: &Agent, now: Timestamp) -> Value {
    let fields = agent.sensitive_fields.iter().map(|field| field.as_str());
    let visible = write_range(&agent.visible);
    let domains = agent.web_callback_domains.iter().map(Domain::as_str);
    let domain = agent.oauth_domain.as_ref();
    optional(
        [
            ("id", agent.id.0.into()),
            ("name", agent.name.as_str().into()),
            ("secret", agent.secret.as_str().into()),
            ("enabled", agent.is_enabled.into()),
            ("created_at", time(agent.created_at)),
            ("ownership_token", agent.ownership.token.as_str().into()),
            (
                "ownership_verified",
                agent.ownership.verified_at.is_some().into(),
            ),
            ("web_callback_domains", list(domains)),
            (
                "js_domains",
                list(agent.js_domains.iter().map(Domain::as_str)),
            ),
            ("trusted_ips", ips(&agent.trusted_ips, now)),
            ("sensitive_fields", list(fields)),
            ("visible", visible),
        ],
        [
            ("oauth_domain", domain.map(|domain| domain.as_str().into())),
            ("callback", agent.callback.as_ref().map(write_callback)),
        ],
    )
}

fn write_callback(callback: &Callback) -> Value {
    table([
        ("url", callback.url.as_str().into()),
        ("token", callback.token.as_str().into()),
        ("aes_key", callback.aes_key.as_str().into()),
        ("saved_at", time(callback.saved_at)),
    ])
}

fn write_range(range: &VisibleRange) -> Value {
    table([
        ("members", list(range.members.iter().map(String::as_str))),
        ("departments", list(range.departments.iter().map(|id| id.0))),
        ("tags", list(range.tags.iter().map(|id| id.0))),
    ])
}

fn write_outsider(person: &Person, corp: &Corp) -> Value {
    let called = corp.outsider_names.get(&person.key());
    let called = called.cloned().unwrap_or_default();
    let names = [
        ("name", called.name.map(Value::from)),
        ("corp_name", called.corp_name.map(Value::from)),
    ];
    match person {
        Person::Linked(linked) => optional([("linked", linked.to_string().into())], names),
        Person::Stranger(open_id) => optional([("open_id", open_id.as_str().into())], names),
        Person::ExternalContact {
            open_id,
            external_user_id,
            follower,
        } => optional(
            [
                ("open_id", open_id.as_str().into()),
                ("external_user_id", external_user_id.as_str().into()),
                ("follower", follower.as_str().into()),
            ],
            names,
        ),
        // A member stands in the directory, not here.
        Person::Member(_) => Value::Table(Table::new()),
    }
}

fn time(at: Timestamp) -> Value {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    at.to_string().into()
}

fn ips(ips: &TrustedIps, now: Timestamp) -> Value {
    list(ips.list(now).iter().map(ToString::to_string))
}

fn list<V: Into<Value>>(items: impl Iterator<Item = V>) -> Value {
    Value::Array(items.map(Into::into).collect())
}

fn table<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let fields = fields.into_iter();
    Value::Table(fields.map(|(key, value)| (key.to_owned(), value)).collect())
}

fn optional<'a, const N: usize>(
    fields: [(&str, Value); N],
    others: impl IntoIterator<Item = (&'a str, Option<Value>)>,
) -> Value {
    let mut written: Table = fields
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect();
    let others = others.into_iter();
    written.extend(others.filter_map(|(key, value)| Some((key.to_owned(), value?))));
    Value::Table(written)
}
