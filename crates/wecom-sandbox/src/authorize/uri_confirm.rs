//! `GET /wwopen/uriconfirm?err_type=domain_err&uri=`: where a link with a foreign domain ends
//! (dossier 4.5). Also the end of links with a wrong agent or no address at all.
//!
//! WeCom says one sentence; the sandbox adds which domains are trusted and what most likely went
//! wrong, worked out from `uri` and the seed alone.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::page::fields::Fields;
use crate::page::refusal::{Refusal, Way};
use crate::page::said::Said;
use crate::world::{self, Agent, Domain, RedirectUri, World};

pub(super) async fn handle(State(world): State<World>, headers: HeaderMap, uri: Uri) -> Response {
    let fields = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let refusal = world.read(|state, _| explain(state, fields.text("uri")));
    refusal.with_way(Way::back(&headers)).page()
}

/// The page for one address.
fn explain(state: &world::State, uri: &str) -> Refusal {
    let (why, remedy) = diagnose(state, uri);
    let mut shown = format!("redirect_uri  {uri}\n");
    for agent in agents(state) {
        let domains: Vec<_> = agent.code_domains(false).map(ToString::to_string).collect();
        let domains = if domains.is_empty() {
            "(none)".to_owned()
        } else {
            domains.join(", ")
        };
        shown.extend([format!(
            "agent {} {}  trusts  {domains}\n",
            agent.id, agent.name
        )]);
    }
    Refusal {
        shown,
        ..Refusal::new(
            "authorize.domain_not_trusted (15.2 step 4, 4.5)",
            "redirect_uri需使用应用可信域名",
            why,
            remedy,
        )
    }
}

fn agents(state: &world::State) -> impl Iterator<Item = &Agent> {
    state.corps.values().flat_map(|corp| corp.agents.values())
}

/// What is wrong, and what to do.
fn diagnose(state: &world::State, uri: &str) -> (Said, Both) {
    let folded = uri.to_ascii_lowercase();
    if uri.is_empty() {
        return (NONE.into(), ADD);
    }
    if folded.starts_with("http%3a") || folded.starts_with("https%3a") {
        return (TWICE.into(), ONCE);
    }
    let Some(redirect) = RedirectUri::parse(uri) else {
        return (RELATIVE.into(), ABSOLUTE);
    };
    let domain = redirect.domain();
    let trusting = |agent: &&Agent| redirect.is_on(agent.code_domains(false), &state.switches);
    if let Some(agent) = agents(state).find(trusting) {
        let id = agent.id;
        let why = (
            format!(
                "{domain} is trusted by agent {id} of some corp, but not by the agent this link names."
            ),
            format!("{domain} 是某个企业的应用 {id} 的可信域名，但不是这个链接所写应用的。"),
        );
        return (why.into(), OWNER);
    }
    let host = domain.rsplit_once(':').map_or(domain, |(host, _)| host);
    let is_near = |agent: &Agent| {
        let mut near = agent.code_domains(false).map(Domain::as_str);
        near.any(|known| known.rsplit_once(':').map_or(known, |(host, _)| host) == host)
    };
    if agents(state).any(is_near) {
        let why = (
            format!("The host of {domain} is trusted, but with another port."),
            format!("{domain} 的主机名是可信的，但端口不同。"),
        );
        return (why.into(), SAME_PORT);
    }
    let why = (
        format!("{domain} equals no trusted domain: host and port are compared as text."),
        format!("{domain} 与任何可信域名都不相同：主机名和端口按文本比较。"),
    );
    (why.into(), REGISTER)
}

type Both = (&'static str, &'static str);

const NONE: Both = ("The link has no redirect_uri.", "链接里没有 redirect_uri。");
const ADD: Both = (
    "Add redirect_uri to the link, percent-encoded once.",
    "在链接里加上 redirect_uri，只编码一次。",
);
const TWICE: Both = (
    "The redirect_uri was percent-encoded twice.",
    "redirect_uri 被编码了两次。",
);
const ONCE: Both = (
    "Encode it exactly once when the link is built.",
    "生成链接时只编码一次。",
);
const RELATIVE: Both = (
    "The redirect_uri is not an absolute http or https address.",
    "redirect_uri 不是完整的 http 或 https 地址。",
);
const ABSOLUTE: Both = (
    "Send an absolute address, percent-encoded once.",
    "发送完整的地址，只编码一次。",
);
const OWNER: Both = (
    "Use the appid and agentid of the app that owns the domain.",
    "使用拥有该域名的应用的 appid 和 agentid。",
);
const SAME_PORT: Both = (
    "Register host and port as the browser shows them (oauth_domain of the agent in the seed; \
     网页授权及JS-SDK → 可信域名 in WeCom's console).",
    "按浏览器显示的样子登记主机名和端口（种子文件中应用的 oauth_domain；企业微信管理后台的“网页授权及JS-SDK → 可信域名”）。",
);
const REGISTER: Both = (
    "Register the domain (oauth_domain of the agent in the seed; 网页授权及JS-SDK → 可信域名 in \
     WeCom's console). Parents and wildcards do not cover it.",
    "登记该域名（种子文件中应用的 oauth_domain；企业微信管理后台的“网页授权及JS-SDK → 可信域名”）。上级域名和通配符不算。",
);
