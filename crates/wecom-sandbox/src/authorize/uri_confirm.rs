//! `GET /wwopen/uriconfirm?err_type=domain_err&uri=`: where a link with a foreign domain ends
//! (dossier 4.5). Also the end of links with a wrong agent or no address at all.
//!
//! WeCom says one sentence; the sandbox adds which domains are trusted and what most likely went
//! wrong, worked out from `uri` and the seed alone.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use crate::page::fields::Fields;
use crate::page::refusal::Refusal;
use crate::world::{self, Agent, Domain, RedirectUri, World};

pub(super) async fn handle(State(world): State<World>, uri: Uri) -> Response {
    let fields = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    world
        .read(|state, _| explain(state, fields.text("uri")))
        .page()
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
fn diagnose(state: &world::State, uri: &str) -> (String, &'static str) {
    let folded = uri.to_ascii_lowercase();
    if uri.is_empty() {
        let why = "The link has no redirect_uri.".to_owned();
        return (why, "Add redirect_uri to the link, percent-encoded once.");
    }
    if folded.starts_with("http%3a") || folded.starts_with("https%3a") {
        let why = "The redirect_uri was percent-encoded twice.".to_owned();
        return (why, "Encode it exactly once when the link is built.");
    }
    let Some(redirect) = RedirectUri::parse(uri) else {
        let why = "The redirect_uri is not an absolute http or https address.".to_owned();
        return (why, "Send an absolute address, percent-encoded once.");
    };
    let domain = redirect.domain();
    let trusting = |agent: &&Agent| redirect.is_on(agent.code_domains(false), &state.switches);
    if let Some(agent) = agents(state).find(trusting) {
        let why = format!(
            "{domain} is trusted by agent {} of some corp, but not by the agent this link names.",
            agent.id
        );
        return (
            why,
            "Use the appid and agentid of the app that owns the domain.",
        );
    }
    let host = domain.rsplit_once(':').map_or(domain, |(host, _)| host);
    let is_near = |agent: &Agent| {
        let mut near = agent.code_domains(false).map(Domain::as_str);
        near.any(|known| known.rsplit_once(':').map_or(known, |(host, _)| host) == host)
    };
    if agents(state).any(is_near) {
        let why = format!("The host of {domain} is trusted, but with another port.");
        return (why, SAME_PORT);
    }
    let why = format!("{domain} equals no trusted domain: host and port are compared as text.");
    (why, REGISTER)
}

const SAME_PORT: &str = "Register host and port as the browser shows them (oauth_domain of the \
                         agent in the seed; 网页授权及JS-SDK → 可信域名 in WeCom's console).";
const REGISTER: &str = "Register the domain (oauth_domain of the agent in the seed; \
                        网页授权及JS-SDK → 可信域名 in WeCom's console). Parents and wildcards do \
                        not cover it.";
