//! Each no that a person can meet, in WeCom's words where they are on record, with what the
//! engineer has to change. Where the wording is not on record, the page says so.

mod login;
mod scan;

pub(super) use self::login::of_login;
pub(super) use self::scan::of_scan;
use crate::page::refusal::Refusal;
use crate::page::said::Said;
use crate::world::{AuthorizeQuery, AuthorizeRefusal, ConsentError, MemberStatus, Person, State};

/// The heading of error pages at open.weixin.qq.com (dossier 4.5).
const SORRY: &str = "抱歉，出错了";

fn known_corps(state: &State) -> String {
    let corps = state.corps.values();
    let lines: Vec<_> = corps
        .map(|corp| format!("{}  {}", corp.id, corp.name))
        .collect();
    lines.join("\n")
}

fn known_agents(state: &State) -> String {
    let agents = state.corps.values().flat_map(|corp| corp.agents.values());
    let lines: Vec<_> = agents
        .map(|agent| {
            let domains: Vec<_> = agent.code_domains(true).map(ToString::to_string).collect();
            format!("{}  {}  {}", agent.id, agent.name, domains.join(", "))
        })
        .collect();
    lines.join("\n")
}

/// `scope says “x”`, in both languages.
fn says(name: &str, value: Option<&str>) -> Said {
    match value {
        Some(value) => (
            format!("{name} says “{value}”."),
            format!("{name} 的值是“{value}”。"),
        ),
        None => (format!("{name} is missing."), format!("缺少 {name}。")),
    }
    .into()
}

/// The no's of the in-client link.
pub(super) fn of_link(
    state: &State,
    query: &AuthorizeQuery,
    refusal: &AuthorizeRefusal,
) -> Refusal {
    let shown = match refusal {
        AuthorizeRefusal::ClientOnly => return client_only(refusal.rule()),
        AuthorizeRefusal::UnknownCorp => known_corps(state),
        AuthorizeRefusal::AgentMissing => known_agents(state),
        _ => String::new(),
    };
    let (why, remedy) = (why(query, refusal), remedy(refusal));
    Refusal {
        shown,
        ..Refusal::new(refusal.rule(), SORRY, why, remedy)
    }
}

fn why(query: &AuthorizeQuery, refusal: &AuthorizeRefusal) -> Said {
    match refusal {
        AuthorizeRefusal::UnknownCorp => says("appid", query.appid.as_deref()),
        AuthorizeRefusal::ResponseType => says("response_type", query.response_type.as_deref()),
        AuthorizeRefusal::AgentDisabled => says("agentid", query.agent_id.as_deref()),
        AuthorizeRefusal::Scope => says("scope", query.scope.as_deref()),
        AuthorizeRefusal::State => says("state", query.state.as_deref()),
        AuthorizeRefusal::AgentMissing => (
            "snsapi_privateinfo came without agentid.",
            "snsapi_privateinfo 没有带 agentid。",
        )
            .into(),
        AuthorizeRefusal::ClientOnly
        | AuthorizeRefusal::RedirectUri
        | AuthorizeRefusal::Domain { .. } => (
            "The redirect_uri is not on a trusted domain.",
            "redirect_uri 不在可信域名上。",
        )
            .into(),
    }
}

fn remedy(refusal: &AuthorizeRefusal) -> (&'static str, &'static str) {
    match refusal {
        AuthorizeRefusal::UnknownCorp => (
            "This is no corp of this sandbox: send the id of one of those above.",
            "沙箱里没有这个企业：请用上面某个企业的企业 ID。",
        ),
        AuthorizeRefusal::ResponseType => (
            "It is always response_type=code.",
            "固定写 response_type=code。",
        ),
        AuthorizeRefusal::AgentDisabled => (
            "This agent is disabled. Enable it: enabled in the seed, 启用 in WeCom's console.",
            "这个应用已停用。请启用：种子文件的 enabled，企业微信管理后台的“启用”。",
        ),
        AuthorizeRefusal::Scope => (
            "Use snsapi_base or snsapi_privateinfo. What WeCom does with snsapi_userinfo today is \
             not on record; the switch user_info_scope decides.",
            "用 snsapi_base 或 snsapi_privateinfo。企业微信今天如何处理 snsapi_userinfo 没有记载，\
             由开关 user_info_scope 决定。",
        ),
        AuthorizeRefusal::AgentMissing => (
            "Add agentid. WeCom's documents contradict each other here; the switch \
             private_info_without_agent decides.",
            "加上 agentid。官方文档在此自相矛盾，由开关 private_info_without_agent 决定。",
        ),
        AuthorizeRefusal::State => (
            "Send letters and digits only, at most 128 of them. What WeCom's page does is not on \
             record; the switch bad_state decides.",
            "只用字母和数字，最多 128 个。企业微信页面的做法没有记载，由开关 bad_state 决定。",
        ),
        AuthorizeRefusal::ClientOnly
        | AuthorizeRefusal::RedirectUri
        | AuthorizeRefusal::Domain { .. } => {
            ("Register its host and port.", "登记它的主机名和端口。")
        }
    }
}

/// The page an ordinary browser gets for a link that only works inside WeCom or `WeChat`.
fn client_only(rule: &'static str) -> Refusal {
    let why = (
        "This browser is not the WeCom client: its User-Agent names neither wxwork nor \
         MicroMessenger.",
        "这个浏览器不是企业微信客户端：User-Agent 里既没有 wxwork 也没有 MicroMessenger。",
    );
    let remedy = (
        "To try the in-app door here, open /_sandbox/client and let this browser play the WeCom \
         client. An application sends ordinary browsers to the web-login link instead.",
        "要在这里试客户端内的入口，请打开 /_sandbox/client，让这个浏览器扮演企业微信客户端。\
         应用应当把普通浏览器送到网页登录链接。",
    );
    Refusal {
        text: "请在微信客户端打开链接",
        ..Refusal::new(rule, SORRY, why, remedy)
    }
}

/// What to do about somebody whom an app does not see. Only a member can be put into its range.
fn range_remedy(person: Option<&Person>) -> Said {
    match person {
        None | Some(Person::Member(_)) => (
            "Add the member, a department or a tag to the agent's visible range (visible in the seed, \
             可见范围 in WeCom's console).",
            "把该成员、部门或标签加入应用的可见范围（种子文件的 visible，企业微信管理后台的“可见范围”）。",
        ),
        Some(Person::Linked(_)) => (
            "A member of a linked corp has no place in this corp's visible range. Be one of the \
             corp's own members, or ask with snsapi_base inside the client.",
            "互联企业的成员不在本企业的可见范围内。请换成本企业的成员，或在客户端内用 snsapi_base。",
        ),
        Some(Person::Stranger(_) | Person::ExternalContact { .. }) => (
            "Somebody who is no member can be in no visible range. Be one of the members; or ask with \
             snsapi_base inside the client, which gives an openid.",
            "非成员不可能在可见范围内。请换成某个成员，或在客户端内用 snsapi_base，它会给出 openid。",
        ),
    }
    .into()
}

/// `snsapi_privateinfo` asks for somebody outside the agent's visible range.
pub(super) fn not_visible(person: &Person, agent_id: &str) -> Refusal {
    let key = person.key();
    let why = (
        format!("{key} is not inside the visible range of agent {agent_id}."),
        format!("{key} 不在应用 {agent_id} 的可见范围内。"),
    );
    let mut remedy = range_remedy(Some(person));
    remedy
        .en
        .push_str(" WeCom's wording on this page is not on record.");
    remedy.zh.push_str("企业微信在这个页面上的用语没有记载。");
    Refusal {
        text: "你不在应用的可见范围内",
        ..Refusal::new("authorize.not_visible (15.2 step 5)", SORRY, why, remedy)
    }
}

/// A member who could not be in the client at all.
pub(super) fn cannot_sign_in(person: &Person, status: MemberStatus) -> Refusal {
    let (key, status) = (person.key(), status.as_str());
    let why = (
        format!("{key} is {status}."),
        format!("{key} 的状态是 {status}。"),
    );
    let remedy = (
        "Such a member cannot be signed in to the WeCom client. To see what your application does with \
         their code, set the switch disabled_members to admit.",
        "这样的成员无法登录企业微信客户端。要看应用如何处理其 code，请把开关 disabled_members 设为 admit。",
    );
    Refusal::new("authorize.member_cannot_sign_in (8.2)", SORRY, why, remedy)
}

/// The person refused, and a switch keeps the browser here.
pub(super) fn stays(rule: &'static str) -> Refusal {
    let why = (
        "The person refused, and a switch of the seed keeps the browser here.",
        "用户拒绝了，种子文件的开关让浏览器留在这里。",
    );
    let remedy = (
        "The switches consent_refusal and web_login_refusal decide; what WeCom does is not on record.",
        "由开关 consent_refusal 和 web_login_refusal 决定；企业微信的做法没有记载。",
    );
    Refusal::new(rule, "已取消", why, remedy)
}

/// A consent page that cannot be answered.
pub(super) fn of_consent(error: ConsentError) -> Refusal {
    let why = match error {
        ConsentError::Unknown => (
            "There is no such consent page; the sandbox may have restarted.",
            "没有这个授权页面；沙箱可能重新启动过。",
        ),
        ConsentError::Answered => (
            "This consent page was answered before.",
            "这个授权页面已经回答过。",
        ),
    };
    let remedy = (
        "Open the application's link again.",
        "请重新打开应用的链接。",
    );
    Refusal::new("consent.unknown (4.2)", SORRY, why, remedy)
}

/// Two-step verification that cannot begin.
pub(super) fn of_two_step() -> Refusal {
    let why = (
        "No verification page is set, or not for the member that this browser is.",
        "没有设置验证页面，或者它不适用于这个浏览器所扮演的成员。",
    );
    let remedy = (
        "Set url and range of two_step in the seed or through the control API.",
        "在种子文件或控制 API 里设置 two_step 的 url 和 range。",
    );
    Refusal::new("two_step.cannot_begin (10)", SORRY, why, remedy)
}
