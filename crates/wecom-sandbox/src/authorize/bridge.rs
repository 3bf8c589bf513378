//! `/_sandbox/bridge.js`: what WeCom's client puts into a page, so that `config` and `agentConfig` of the
//! JS-SDK get their answers (dossier 11).
//!
//! In: a browser that loads the script into the page under test; what the page then hands to the client, as
//! `POST /_sandbox/bridge`. Out: the client's own words. It calls no other function of the client. Security:
//! the page is of another site, so every site may ask; the answer is about one signature, and nothing changes.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use wecom_sdk::{AgentId, CorpId};

use crate::hosts::{Host, Origin};
use crate::page::decided;
use crate::page::fields::Fields;
use crate::world::{JsTicketKind, SignedPage, World};

const SCRIPT: &str = include_str!("../../templates/bridge.js");
/// Stands in the script for the address that it asks.
const PLACE: &str = "\"{sandbox}\"";

/// What the client says to the page.
#[derive(Serialize)]
struct Verdict {
    errmsg: &'static str,
}

pub(super) async fn script(origin: Origin) -> Response {
    let Some(sandbox) = origin.absolute(Host::OpenWork, "/_sandbox/bridge") else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    // Security: the address is the request's; as JSON it is a text of the script and stays one.
    let sandbox = serde_json::Value::from(sandbox).to_string();
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, SCRIPT.replacen(PLACE, &sandbox, 1)).into_response()
}

pub(super) async fn judge(State(world): State<World>, body: Bytes) -> Response {
    let Some(page) = read(&Fields::parse(&body)) else {
        return answer("fail", "js.fields (11)");
    };
    match world.read(|state, now| state.check_signed_page(now, &page)) {
        Ok(()) => answer("ok", "js.accepted (11)"),
        Err(refusal) => answer(refusal.errmsg, refusal.rule),
    }
}

/// The page, when nothing is missing that the call needs.
fn read(form: &Fields) -> Option<SignedPage> {
    let text = |name| Some(form.text(name).to_owned()).filter(|text| !text.is_empty());
    let (kind, agent_id) = match form.text("call") {
        "config" => (JsTicketKind::Corp, None),
        "agentConfig" => {
            let agent_id = form.text("agent").parse().ok()?;
            (JsTicketKind::Agent, Some(AgentId(agent_id)))
        }
        _ => return None,
    };
    Some(SignedPage {
        corp_id: CorpId::parse(form.text("corp")).ok()?,
        agent_id,
        kind,
        nonce: text("nonce")?,
        timestamp: text("timestamp")?,
        url: text("url")?,
        signature: text("signature")?,
    })
}

fn answer(errmsg: &'static str, rule: &'static str) -> Response {
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    decided((headers, Json(Verdict { errmsg })).into_response(), rule)
}
