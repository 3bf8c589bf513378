//! The form of an agent: what is there as values, the fields, and what was typed as a draft.
//!
//! In: an agent, or a form. Out: values, or a draft for `admin`, which judges it.

use wecom_sdk::{AgentId, DepartmentId, TagId, Timestamp};

use super::form::{Field, Maker, NUMBER, USER_ID, one, parsed, words};
use super::which;
use crate::admin::agents::Draft;
use crate::admin::{Mistakes, Range};
use crate::page::fields::Fields;
use crate::page::people::field_label;
use crate::world::{Agent, Corp, NEW_RULES_AT, SensitiveField, VisibleRange};

/// A day before the new rules: what "created before" stands for.
const OLD: &str = "2022-06-19T20:00:00+08:00";
const NEW: &str = "2022-06-20T20:00:00+08:00";

/// An agent's values, as the form shows them.
pub(super) fn values_of(agent: &Agent, now: Timestamp) -> Fields {
    let mut values = Fields::default();
    values.push("was", agent.id.to_string());
    values.push("name", agent.name.as_str());
    values.push("enabled", if agent.is_enabled { "yes" } else { "no" });
    values.push("rules", if agent.is_new() { "new" } else { "old" });
    values.push("secret", agent.secret.as_str());
    let domain = agent.oauth_domain.as_ref().map(ToString::to_string);
    values.push("oauth_domain", domain.unwrap_or_default());
    let join = |parts: Vec<String>| parts.join("\n");
    let callbacks = agent.web_callback_domains.iter();
    values.push(
        "web_callback_domains",
        join(callbacks.map(ToString::to_string).collect()),
    );
    let scripts = agent.js_domains.iter();
    values.push(
        "js_domains",
        join(scripts.map(ToString::to_string).collect()),
    );
    let ips = agent.trusted_ips.list(now).iter();
    values.push("trusted_ips", join(ips.map(ToString::to_string).collect()));
    put_range(&mut values, &agent.visible);
    for field in &agent.sensitive_fields {
        values.push("sensitive_fields", field.as_str());
    }
    values
}

/// What was typed; what did not change is left out, so that saving a form does not end tokens.
pub(super) fn draft_of(
    values: &Fields,
    before: Option<&Agent>,
    now: Timestamp,
    mistakes: &mut Mistakes,
) -> Draft {
    let name = if values.text("was").is_empty() {
        "agent"
    } else {
        "was"
    };
    let text = |name: &str| values.text(name).trim().to_owned();
    let visible = range_of(values, mistakes);
    let ips = parsed(
        values,
        "trusted_ips",
        mistakes,
        ("an IP address", "IP 地址"),
    );
    let is_old = values.text("rules") == "old";
    let rules_differ = before.is_none_or(|agent| agent.is_new() == is_old);
    let created_at = match (is_old, before) {
        _ if !rules_differ => None,
        (true, _) => Some(OLD.to_owned()),
        (false, Some(_)) => Some(NEW.to_owned()),
        (false, None) => (now < NEW_RULES_AT).then(|| NEW.to_owned()),
    };
    let secret = Some(text("secret")).filter(|secret| match before {
        Some(agent) => *secret != agent.secret,
        None => !secret.is_empty(),
    });
    let domain = Some(text("oauth_domain")).filter(|domain| {
        let had = before.and_then(|agent| agent.oauth_domain.as_ref());
        had.map_or("", |had| had.as_str()) != domain
    });
    Draft {
        corp: values.text("corp").parse().ok(),
        agent: one(values, name, mistakes, NUMBER).map(AgentId),
        name: Some(text("name")),
        enabled: Some(values.text("enabled") != "no"),
        created_at,
        secret,
        oauth_domain: domain,
        web_callback_domains: Some(words(values, "web_callback_domains")),
        js_domains: Some(words(values, "js_domains")),
        trusted_ips: Some(ips)
            .filter(|ips| before.is_none_or(|agent| agent.trusted_ips.list(now) != ips.as_slice())),
        visible: Some(visible),
        sensitive_fields: Some(words(values, "sensitive_fields")),
    }
}

/// A range, as `range_fields` shows it.
pub(super) fn put_range(values: &mut Fields, range: &VisibleRange) {
    let members: Vec<_> = range.members.iter().cloned().collect();
    values.push("visible_members", members.join(", "));
    for id in &range.departments {
        values.push("visible_departments", id.to_string());
    }
    for id in &range.tags {
        values.push("visible_tags", id.to_string());
    }
}

/// A range that was typed into `range_fields`.
pub(super) fn range_of(values: &Fields, mistakes: &mut Mistakes) -> Range {
    let departments = parsed(values, "visible_departments", mistakes, NUMBER).into_iter();
    let tags = parsed(values, "visible_tags", mistakes, NUMBER).into_iter();
    Range {
        departments: departments.map(DepartmentId).collect(),
        tags: tags.map(TagId).collect(),
        members: parsed(values, "visible_members", mistakes, USER_ID),
    }
}

/// The fields.
pub(super) fn fields(corp: &Corp, make: &Maker<'_>) -> Vec<Field> {
    let frame = make.frame;
    let choice = |word: &str, en, zh| (word.to_owned(), frame.say(en, zh).to_owned());
    let yes_no = vec![choice("yes", "yes", "是"), choice("no", "no", "否")];
    let rules = vec![
        choice("new", "after 2022-06-20 20:00", "2022-06-20 20:00 之后"),
        choice(
            "old",
            "before: fields without consent, any IP",
            "之前：无需授权，不限 IP",
        ),
    ];
    let mut fields = make.number_of_new("agent");
    let secret = frame.say(
        "another one ends its tokens; empty for a new app: drawn",
        "修改后旧令牌失效；新应用留空则自动生成",
    );
    let domain = frame.say(
        "host, and port where the address has one; no scheme",
        "主机，有端口时带端口；不写协议",
    );
    let ips = frame.say("in force a minute after saving", "保存一分钟后生效");
    fields.extend([
        make.text("name", ("Name", "名称")),
        make.select("enabled", ("Enabled", "启用"), yes_no),
        make.select("rules", ("Created", "创建时间"), rules),
        make.text("secret", ("Secret", "Secret")).hint(secret),
        make.text("oauth_domain", ("OAuth trusted domain", "网页授权可信域名"))
            .hint(domain),
        make.area(
            "web_callback_domains",
            ("Web login callback domains", "授权回调域"),
        )
        .hint(domain),
        make.area(
            "js_domains",
            ("More domains for the JS-SDK", "JS-SDK 可信域名"),
        )
        .hint(domain),
        make.area("trusted_ips", ("Trusted IPs", "企业可信IP"))
            .hint(ips),
    ]);
    fields.extend(range_fields(make, corp, ("Visible range", "可见范围")));
    let sensitive = SensitiveField::ALL.into_iter().map(|field| {
        let label = field_label(field).split_once(" · ").unwrap_or(("", ""));
        let label = frame.say(label.1, label.0).to_owned();
        (field.as_str().to_owned(), label)
    });
    fields.push(make.checks(
        "sensitive_fields",
        ("Sensitive fields it may ask for", "可申请的敏感信息"),
        sensitive.collect(),
    ));
    fields
}

/// Whom a range holds; `what` is what the range is called.
pub(super) fn range_fields(make: &Maker<'_>, corp: &Corp, what: (&str, &str)) -> [Field; 3] {
    let tags = corp.tags.values();
    let tags = tags.map(|tag| (tag.id.to_string(), format!("{} · {}", tag.id, tag.name)));
    let departments = which::departments(corp);
    let called = |en, zh| (format!("{}: {en}", what.0), format!("{}：{zh}", what.1));
    let in_departments = called("departments", "部门");
    let in_tags = called("tags", "标签");
    let by_name = called("members", "成员");
    [
        make.checks(
            "visible_departments",
            (&in_departments.0, &in_departments.1),
            departments,
        ),
        make.checks("visible_tags", (&in_tags.0, &in_tags.1), tags.collect()),
        make.user_ids("visible_members", (&by_name.0, &by_name.1)),
    ]
}
