//! Each no that a person can meet, in WeCom's words where they are on record, with what the
//! engineer has to change. Where the wording is not on record, the page says so.

use crate::page::refusal::Refusal;
use crate::world::{
    AuthorizeQuery, AuthorizeRefusal, ConsentError, LoginRefusal, MemberStatus, Person, ScanDoor,
    ScanError, State, WebLoginQuery,
};

/// The heading of error pages at open.weixin.qq.com (dossier 4.5).
const SORRY: &str = "抱歉，出错了";
/// The only sentence of the old QR page (dossier 9.3).
const UNREACHABLE: &str = "该链接无法访问";

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

/// The no's of the in-client link.
pub(super) fn of_link(
    state: &State,
    query: &AuthorizeQuery,
    refusal: &AuthorizeRefusal,
) -> Refusal {
    let said = |value: &Option<String>| match value {
        Some(value) => format!("“{value}”"),
        None => "nothing".to_owned(),
    };
    let (why, remedy) = match refusal {
        AuthorizeRefusal::ClientOnly => return client_only(refusal.rule()),
        AuthorizeRefusal::UnknownCorp => (
            format!(
                "appid says {}, which is no corp of this sandbox.",
                said(&query.appid)
            ),
            "Send the corp id as appid; the seed has the ones below.",
        ),
        AuthorizeRefusal::ResponseType => (
            format!("response_type says {}.", said(&query.response_type)),
            "It is always response_type=code.",
        ),
        AuthorizeRefusal::AgentDisabled => (
            format!("Agent {} is disabled.", said(&query.agent_id)),
            "Enable it: is_enabled in the seed, 启用 in WeCom's console.",
        ),
        AuthorizeRefusal::Scope => (
            format!("scope says {}.", said(&query.scope)),
            "Use snsapi_base or snsapi_privateinfo. What WeCom does with snsapi_userinfo today \
             is not on record; the switch user_info_scope decides.",
        ),
        AuthorizeRefusal::AgentMissing => (
            "snsapi_privateinfo came without agentid.".to_owned(),
            "Add agentid. WeCom's documents contradict each other here; the switch \
             private_info_without_agent decides.",
        ),
        AuthorizeRefusal::State => (
            format!("state says {}.", said(&query.state)),
            "Send letters and digits only, at most 128 of them. What WeCom's page does is not on \
             record; the switch bad_state decides.",
        ),
        AuthorizeRefusal::RedirectUri | AuthorizeRefusal::Domain { .. } => (
            "The redirect_uri is not on a trusted domain.".to_owned(),
            "Register its host and port.",
        ),
    };
    let shown = match refusal {
        AuthorizeRefusal::UnknownCorp => known_corps(state),
        AuthorizeRefusal::AgentMissing => known_agents(state),
        _ => String::new(),
    };
    Refusal {
        shown,
        ..Refusal::new(refusal.rule(), SORRY, why, remedy)
    }
}

/// The page an ordinary browser gets for a link that only works inside WeCom or `WeChat`.
fn client_only(rule: &'static str) -> Refusal {
    let why = "This browser is not the WeCom client: its User-Agent names neither wxwork nor \
               MicroMessenger."
        .to_owned();
    let remedy = "To try the in-app door here, open /_sandbox/client and let this browser play \
                  the WeCom client. An application sends ordinary browsers to the web-login link \
                  instead.";
    Refusal {
        text: "请在微信客户端打开链接",
        ..Refusal::new(rule, SORRY, why, remedy)
    }
}

/// `snsapi_privateinfo` asks for somebody outside the agent's visible range.
pub(super) fn not_visible(person: &Person, agent_id: &str) -> Refusal {
    let why = format!(
        "{} is not inside the visible range of agent {agent_id}.",
        person.key()
    );
    let remedy = "Add the member, a department or a tag to the agent's visible range (visible in \
                  the seed, 可见范围 in WeCom's console), or ask with snsapi_base. WeCom's wording \
                  on this page is not on record.";
    Refusal {
        text: "你不在应用的可见范围内",
        ..Refusal::new("authorize.not_visible (15.2 step 5)", SORRY, why, remedy)
    }
}

/// A member who could not be in the client at all.
pub(super) fn cannot_sign_in(person: &Person, status: MemberStatus) -> Refusal {
    let why = format!("{} is {}.", person.key(), status.as_str());
    let remedy = "Such a member cannot be signed in to the WeCom client. To see what your \
                  application does with their code, set the switch disabled_members to admit.";
    Refusal::new("authorize.member_cannot_sign_in (8.2)", SORRY, why, remedy)
}

/// The person refused, and a switch keeps the browser here.
pub(super) fn stays(rule: &'static str) -> Refusal {
    let why = "The person refused, and a switch of the seed keeps the browser here.".to_owned();
    let remedy = "The switches consent_refusal and web_login_refusal decide; what WeCom does is \
                  not on record.";
    Refusal::new(rule, "已取消", why, remedy)
}

/// A consent page that cannot be answered.
pub(super) fn of_consent(error: ConsentError) -> Refusal {
    let why = match error {
        ConsentError::Unknown => "There is no such consent page; the sandbox may have restarted.",
        ConsentError::Answered => "This consent page was answered before.",
    };
    let remedy = "Open the application's link again.";
    Refusal::new("consent.unknown (4.2)", SORRY, why.to_owned(), remedy)
}

/// Two-step verification that cannot begin.
pub(super) fn of_two_step() -> Refusal {
    let why = "No verification page is set, or not for the member that this browser is.".to_owned();
    let remedy = "Set url and range of two_step in the seed or through the control API.";
    Refusal::new("two_step.cannot_begin (10)", SORRY, why, remedy)
}

/// The no's of the two pages with a QR code: a number, or the old page's one sentence.
pub(super) fn of_login(
    state: &State,
    door: ScanDoor,
    query: &WebLoginQuery,
    error: LoginRefusal,
) -> Refusal {
    let (why, remedy) = login_reason(query, error);
    let shown = match error {
        LoginRefusal::Appid => known_corps(state),
        LoginRefusal::AgentId
        | LoginRefusal::NotEnabled
        | LoginRefusal::CallbackDomain
        | LoginRefusal::TrustedDomain => known_agents(state),
        _ => String::new(),
    };
    let (title, number) = match door {
        ScanDoor::WebLogin if error == LoginRefusal::PanelDomain => {
            ("页面域名与登录授权域名不一致", None)
        }
        ScanDoor::WebLogin => ("登录链接有误", Some(error.number())),
        ScanDoor::QrConnect => (UNREACHABLE, None),
    };
    Refusal {
        number,
        shown,
        ..Refusal::new(error.rule(), title, why, remedy)
    }
}

fn login_reason(query: &WebLoginQuery, error: LoginRefusal) -> (String, &'static str) {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    match error {
        LoginRefusal::LoginType => (
            format!("login_type says “{}”.", text(&query.login_type)),
            "Use login_type=CorpApp.",
        ),
        LoginRefusal::NotAProvider => (
            "login_type=ServiceApp is for service providers; this corp is none.".to_owned(),
            "Use login_type=CorpApp for a corp's own app.",
        ),
        LoginRefusal::Appid => (
            format!(
                "appid says “{}”, which is no corp here.",
                text(&query.appid)
            ),
            "Send the corp id as appid; the seed has the ones below.",
        ),
        LoginRefusal::AgentId => (
            format!(
                "agentid says “{}”, which is no agent.",
                text(&query.agent_id)
            ),
            "Send the number of one of the corp's agents.",
        ),
        LoginRefusal::NotEnabled => (
            format!(
                "Agent {} is disabled or has no login domain.",
                text(&query.agent_id)
            ),
            "Enable it and give it a domain (oauth_domain or web_callback_domains in the seed, \
             企业微信授权登录 in WeCom's console).",
        ),
        LoginRefusal::RedirectUriEmpty => (
            "redirect_uri is missing or empty.".to_owned(),
            "Add it, percent-encoded once.",
        ),
        LoginRefusal::CallbackDomain | LoginRefusal::TrustedDomain => (
            format!(
                "{} is on none of the agent's domains.",
                text(&query.redirect_uri)
            ),
            "Register host and port exactly as they stand there (web_callback_domains in the \
             seed, 授权回调域 in WeCom's console), and encode the address only once.",
        ),
        LoginRefusal::PanelDomain => (
            format!(
                "A panel with redirect_type=callback is on another domain than {}, or on localhost.",
                text(&query.redirect_uri)
            ),
            "Show the panel on the domain of redirect_uri; for localhost set the switch \
             panel_localhost to admit.",
        ),
        LoginRefusal::Source => (
            "The request names no page it comes from: no Referer, no Origin.".to_owned(),
            "Let a page of your application lead here, with Referrer-Policy strict-origin or \
             weaker. Trying by hand? Set the switch web_login_source to unchecked.",
        ),
    }
}

/// The no's of a scan.
pub(super) fn of_scan(error: ScanError) -> Refusal {
    let (title, why, remedy) = match error {
        ScanError::Unknown => (
            UNREACHABLE,
            "There is no such scan, or nobody was chosen for it.",
            "Open the application's login page again.",
        ),
        ScanError::Expired => (
            "二维码已过期",
            "Nobody answered in time; how long WeCom waits is not on record.",
            "Ask the other screen for a new QR code. scan_seconds in the seed sets the time.",
        ),
        ScanError::Answered => (
            "二维码已失效",
            "This QR code was answered before.",
            "Ask the other screen for a new one.",
        ),
        ScanError::NotVisible => (
            "无权限",
            "This person is outside the agent's visible range, or no member of the corp.",
            "Add the member, a department or a tag to the agent's visible range (visible in the \
             seed, 可见范围 in WeCom's console).",
        ),
        ScanError::CannotSignIn(_) => (
            SORRY,
            "This member is disabled or has left, and cannot be signed in to the client.",
            "Choose somebody else, or set the switch disabled_members to admit.",
        ),
    };
    Refusal::new(error.rule(), title, why.to_owned(), remedy)
}
