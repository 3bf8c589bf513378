//! What a person sees between the application and its code: the link inside the client, the
//! consent page, the web-login page with its QR code, and the phone's side of it.
//!
//! In: browsers. Out: pages and redirects. Every rule is judged by [`crate::world`]; here it is
//! only shown. WeCom's own addresses keep WeCom's words; below them a box that only the sandbox
//! has says which rule decided and what to change.

mod bridge;
mod confirm;
mod consent;
mod in_app;
mod panel;
mod refusals;
mod scan;
mod two_step;
mod uri_confirm;
mod web_login;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use wecom_sdk::CorpId;

use crate::page::initial;
use crate::room::Place;
use crate::world::State;

/// The addresses of this room.
pub(crate) fn places() -> Vec<Place> {
    vec![
        Place::new("/connect/oauth2/authorize", get(in_app::handle)),
        Place::new("/wwopen/uriconfirm", get(uri_confirm::handle)),
        Place::new("/wwlogin/sso/login", get(web_login::web_login)),
        Place::new("/wwopen/sso/qrConnect", get(web_login::qr_connect)),
        Place::new("/wwopen/sso/confirm2", get(confirm::handle)),
        Place::new("/_sandbox/bridge.js", get(bridge::script)),
        Place::new("/_sandbox/bridge", post(bridge::judge)),
        Place::new("/_sandbox/panel.js", get(panel::script)),
        Place::new("/_sandbox/panel/{key}", get(panel::standing)),
        Place::new("/_sandbox/two_step", post(two_step::begin)),
        Place::new("/_sandbox/confirm2/{key}", post(confirm::answer)),
        Place::new("/_sandbox/scan/{key}", get(scan::look).post(scan::answer)),
        Place::new(
            "/_sandbox/consent/{key}",
            get(consent::look).post(consent::answer),
        ),
    ]
}

/// An agent as a page names it.
#[derive(Clone, Debug)]
struct AgentShown {
    initial: String,
    name: String,
    corp: String,
}

impl AgentShown {
    fn of(state: &State, corp_id: &CorpId, agent_id: wecom_sdk::AgentId) -> Self {
        let corp = state.corps.get(corp_id);
        let agent = state.agent(corp_id, agent_id);
        let name = agent.map_or_else(|| agent_id.to_string(), |agent| agent.name.clone());
        Self {
            initial: initial(&name),
            name,
            corp: corp.map_or_else(String::new, |corp| corp.name.clone()),
        }
    }
}

/// The random source failed; nothing was issued.
fn broken() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
