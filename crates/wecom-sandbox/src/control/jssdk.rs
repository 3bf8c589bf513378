//! `POST /_sandbox/api/jssdk/check`: would the client accept a page that called `config` or
//! `agentConfig`? (dossier 11)
//!
//! For tests of whoever signs pages. Out: yes or the client's own words. Nothing is changed.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId};

use super::agent_of;
use super::problem::Problem;
use super::read::Command;
use crate::room::Room;
use crate::world::{JsTicketKind, SignedPage};

/// Which call the page made.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Call {
    /// `config`: signed with the corp's ticket.
    Config,
    /// `agentConfig`: signed with the app's ticket.
    AgentConfig,
}

/// A signed page.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// The app.
    #[schema(value_type = u32)]
    agent: AgentId,
    /// Which call.
    call: Call,
    /// `nonceStr`
    nonce_str: String,
    /// `timestamp`, as the page sent it.
    timestamp: String,
    /// `location.href` of the page.
    url: String,
    /// `signature`
    signature: String,
}

/// What the client says.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Verdict {
    /// Whether it accepts.
    ok: bool,
    /// Its words.
    errmsg: &'static str,
    /// The errcode of WeCom's table that says the same; 0 when it accepts.
    errcode: i64,
    /// The rule that decided.
    rule: &'static str,
}

/// Judges a signed page as the client does.
#[utoipa::path(
    post, path = "/_sandbox/api/jssdk/check", request_body = Page,
    responses((status = 200, body = Verdict), (status = 404, body = Problem))
)]
pub(super) async fn check(
    State(room): State<Room>,
    Command(page): Command<Page>,
) -> Result<Json<Verdict>, Problem> {
    let verdict = room.world.read(|state, now| {
        let (corp_id, agent_id) = agent_of(state, page.corp.as_ref(), page.agent)?;
        let page = SignedPage {
            corp_id,
            agent_id: Some(agent_id),
            kind: match page.call {
                Call::Config => JsTicketKind::Corp,
                Call::AgentConfig => JsTicketKind::Agent,
            },
            nonce: page.nonce_str,
            timestamp: page.timestamp,
            url: page.url,
            signature: page.signature,
        };
        Ok::<_, Problem>(state.check_signed_page(now, &page))
    })?;
    Ok(Json(match verdict {
        Ok(()) => Verdict {
            ok: true,
            errmsg: "ok",
            errcode: 0,
            rule: "js.accepted (11)",
        },
        Err(refusal) => Verdict {
            ok: false,
            errmsg: refusal.errmsg,
            errcode: refusal.errcode,
            rule: refusal.rule,
        },
    }))
}
