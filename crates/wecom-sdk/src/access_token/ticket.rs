//! `get_jsapi_ticket` and `ticket/get`: one fetch of a JS-SDK ticket, by means of an ordinary call.
//!
//! In: which of the two. Out: the ticket with its times. WeCom hands the corp's ticket out a hundred
//! times an hour to each agent, so the source beside it keeps it. Source: dossier 11 (O-90506).

use std::sync::Arc;

use super::fetcher::stored;
use super::{StoredToken, TokenKind};
use crate::client::{Call, Caller};
use crate::error::Error;
use crate::ids::{AgentId, CorpId};
use crate::jssdk::TicketKind;

#[derive(Debug)]
pub(crate) struct TicketFetcher {
    pub(crate) caller: Arc<Caller>,
    pub(crate) kind: TicketKind,
    pub(crate) corp_id: CorpId,
    pub(crate) agent_id: Option<AgentId>,
}

impl TicketFetcher {
    pub(super) fn call(&self) -> &'static str {
        self.kind.call()
    }

    pub(super) async fn fetch(&self) -> Result<StoredToken, Error> {
        let query: &[_] = match self.kind {
            TicketKind::Corp => &[],
            TicketKind::Agent => &[("type", "agent_config")],
        };
        // The life is counted from before the request: a slow answer makes it shorter, never longer.
        let began = self.caller.clock.now();
        let answer = self.caller.call(&Call::read(self.call(), query)).await?;
        stored(&answer, "ticket", began)
    }
}

impl TicketKind {
    /// The call that fetches it.
    pub(crate) const fn call(self) -> &'static str {
        match self {
            Self::Corp => "get_jsapi_ticket",
            Self::Agent => "ticket/get",
        }
    }

    pub(super) const fn token_kind(self) -> TokenKind {
        match self {
            Self::Corp => TokenKind::CorpTicket,
            Self::Agent => TokenKind::AgentTicket,
        }
    }
}
