//! What fetches a token or a ticket; and `gettoken` itself: one fetch, with its limit and its repeats.
//!
//! In: the key and the secret of the moment. Out: a token with its times. It keeps no token and
//! never decides when to fetch.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{LONGEST_LIFE, StoredToken, TicketFetcher, TokenKey, TokenKind};
use crate::client::{
    Answer, Circuits, Exchange, Fields, MOST_BYTES_OF_ONE, Request, answered, while_busy,
};
use crate::clock::{Clock, Timestamp};
use crate::entropy::Entropy;
use crate::error::{Error, Kind};
use crate::ids::{AgentId, CorpId};
use crate::secret::Secret;

const CALL: &str = "gettoken";
/// What we believe of a token's life, whatever is said.
const SHORTEST_LIFE: i64 = 60;
const LONGEST: i64 = LONGEST_LIFE.as_secs().cast_signed();
/// Documented are 512 bytes; beyond this it is no token.
const MOST_BYTES: usize = 4096;

/// What a source fetches.
#[derive(Debug)]
pub(crate) enum Fetcher {
    Token(TokenFetcher),
    Ticket(TicketFetcher),
}

impl Fetcher {
    /// The call that fetches it.
    pub(super) fn call(&self) -> &'static str {
        match self {
            Self::Token(_) => CALL,
            Self::Ticket(ticket) => ticket.call(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        match self {
            Self::Token(token) => token.clock.now(),
            Self::Ticket(ticket) => ticket.caller.clock.now(),
        }
    }

    pub(super) fn entropy(&self) -> &Entropy {
        match self {
            Self::Token(token) => &token.entropy,
            Self::Ticket(ticket) => &ticket.caller.entropy,
        }
    }

    /// Under which key it is kept.
    pub(super) fn key(&self, credential: [u8; 32]) -> TokenKey {
        let (kind, corp_id, agent_id) = match self {
            Self::Token(token) => (TokenKind::AccessToken, &token.corp_id, token.agent_id),
            Self::Ticket(ticket) => (ticket.kind.token_kind(), &ticket.corp_id, ticket.agent_id),
        };
        let corp_id = corp_id.clone();
        TokenKey {
            kind,
            corp_id,
            agent_id,
            credential,
        }
    }

    /// Fetches it, within the deadline of a call.
    pub(super) async fn fetch(&self, secret: &Secret) -> Result<StoredToken, Error> {
        match self {
            Self::Token(token) => token.fetch(secret).await,
            Self::Ticket(ticket) => ticket.fetch().await,
        }
    }
}

#[derive(Debug)]
pub(crate) struct TokenFetcher {
    pub(crate) exchange: Exchange,
    pub(crate) circuits: Arc<Circuits>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<Entropy>,
    pub(crate) corp_id: CorpId,
    pub(crate) agent_id: Option<AgentId>,
    pub(crate) timeout: Duration,
    pub(crate) pause: Duration,
}

impl TokenFetcher {
    /// Fetches a token with `secret`, within the deadline of a call.
    async fn fetch(&self, secret: &Secret) -> Result<StoredToken, Error> {
        // The life is counted from before the request: a slow answer makes it shorter, never longer.
        let began = self.clock.now();
        let work = while_busy(&self.entropy, self.pause, || self.once(secret));
        let answer = tokio::time::timeout(self.timeout, work)
            .await
            .unwrap_or_else(|_| Err(Error::new(CALL, Kind::Timeout)))?;
        stored(&answer, "access_token", began)
    }

    async fn once(&self, secret: &Secret) -> Result<Answer, Error> {
        let check = self.circuits.check(CALL, self.clock.now());
        check.map_err(|errcode| Error::new(CALL, Kind::CircuitOpen(errcode)))?;
        let request = Request {
            call: CALL,
            query: &[
                ("corpid", self.corp_id.as_str()),
                ("corpsecret", secret.expose()),
            ],
            body: None,
            most_bytes: MOST_BYTES_OF_ONE,
        };
        let outcome = self.exchange.send(&request).await;
        if let Some(errcode) = answered(&outcome) {
            self.circuits.note(CALL, errcode, self.clock.now());
        }
        outcome
    }
}

/// What an answer hands out under `name`, with times that can be true.
pub(super) fn stored(
    answer: &Answer,
    name: &'static str,
    began: Timestamp,
) -> Result<StoredToken, Error> {
    let token = answer.read(|fields| {
        let token = fields.text(name).ok_or("there is no token or ticket")?;
        let is_token = token.len() <= MOST_BYTES && token.bytes().all(|b| b.is_ascii_graphic());
        is_token
            .then(|| Secret::new(token))
            .ok_or("the token or ticket is none")
    })?;
    let life = u64::try_from(life(answer.fields())).unwrap_or_default();
    Ok(StoredToken {
        token,
        fetched_at: began,
        expires_at: began.plus(Duration::from_secs(life)),
    })
}

/// Seconds, forced into what can be true. A length that is missing or no number is taken as the
/// shortest: the token works, so the sign-in does, and nothing spins.
fn life(fields: &Fields) -> i64 {
    let said = fields.get("expires_in");
    let seconds = said.and_then(Value::as_i64).or_else(|| {
        let seconds = said.and_then(Value::as_f64)?;
        Some(if seconds > LONGEST_LIFE.as_secs_f64() {
            LONGEST
        } else {
            SHORTEST_LIFE
        })
    });
    seconds.map_or(SHORTEST_LIFE, |seconds| {
        seconds.clamp(SHORTEST_LIFE, LONGEST)
    })
}
