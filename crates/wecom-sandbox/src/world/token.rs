//! WeCom access tokens: drawn by `gettoken`, good for 7200 seconds, ended early on command.
//!
//! In: corp, secret and caller's address. Out: a token, or the refusal in the order of dossier 3.
//! A token is kept for a day after its end, so that 42001 (expired) and 40014 (unknown, ended) can
//! be told apart.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, CorpId, Timestamp};

use super::refusal::Refusal;
use super::state::State;
use super::switch::{ForeignSecret, RepeatExpiresIn, RepeatToken};

/// How long a token lives (dossier 3).
pub const TOKEN_LIVES: Duration = Duration::from_hours(2);
const REMEMBERED: Duration = Duration::from_hours(24);

/// Whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Holder {
    /// An agent's.
    Agent(AgentId),
    /// The contact sync's.
    ContactSync,
}

/// The two parts of a credential, as `gettoken` receives them.
#[derive(Clone, Copy, Debug)]
pub struct Credential<'a> {
    /// `corpid`
    pub corp_id: &'a str,
    /// `corpsecret`
    pub secret: &'a str,
}

/// A token that was handed out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenRecord {
    /// Its corp.
    pub corp_id: CorpId,
    /// Whose it is.
    pub holder: Holder,
    /// When it expires by itself.
    pub expires_at: Timestamp,
    /// Whether it was ended early.
    pub is_ended: bool,
}

/// The answer of `gettoken`.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// `expires_in`
    pub expires_in: Duration,
    /// The rule that decided.
    pub rule: &'static str,
}

impl State {
    /// Hands out a token. `fresh` is a value drawn beforehand, used when a new token is due.
    ///
    /// # Errors
    /// Refuses in the order of dossier 3; wrong secrets are counted against the caller's address.
    pub fn issue_token(
        &mut self,
        now: Timestamp,
        credential: Credential<'_>,
        caller: IpAddr,
        fresh: String,
    ) -> Result<IssuedToken, Refusal> {
        let corp = CorpId::parse(credential.corp_id).ok();
        let corp_id = corp
            .filter(|id| self.corps.contains_key(id))
            .ok_or(Refusal::new(40013, "gettoken.corp_unknown (3)"))?;
        if !self.is_unlimited() && self.counters.is_ip_barred(now, caller) {
            return Err(Refusal::new(
                45009,
                "gettoken.wrong_secrets_block (3, 13.1)",
            ));
        }
        let Some(holder) = self.holder_of(&corp_id, credential.secret) else {
            self.counters.count_wrong_secret(now, caller, &self.limits);
            return Err(self.wrong_secret(credential.secret));
        };
        self.count_call(now, &corp_id, caller, "/cgi-bin/gettoken")?;
        Ok(self.token_for(now, corp_id, holder, fresh))
    }

    fn token_for(
        &mut self,
        now: Timestamp,
        corp_id: CorpId,
        holder: Holder,
        fresh: String,
    ) -> IssuedToken {
        let key = (corp_id.clone(), holder);
        let current = self.current_tokens.get(&key).cloned();
        let current = current.and_then(|token| {
            let record = self.tokens.get(&token)?;
            let is_valid = !record.is_ended && record.expires_at > now;
            is_valid.then_some((token, record.expires_at))
        });
        if let Some((token, expires_at)) = current {
            match self.switches.repeat_token {
                RepeatToken::Same => {
                    let expires_in = match self.switches.repeat_expires_in {
                        RepeatExpiresIn::Remaining => expires_at.since(now),
                        RepeatExpiresIn::Full => TOKEN_LIVES,
                    };
                    return IssuedToken {
                        token,
                        expires_in,
                        rule: "gettoken.same_while_valid (3)",
                    };
                }
                RepeatToken::New => {}
                RepeatToken::NewEndsOld => {
                    if let Some(record) = self.tokens.get_mut(&token) {
                        record.is_ended = true;
                    }
                }
            }
        }
        let expires_at = now.plus(TOKEN_LIVES);
        let record = TokenRecord {
            corp_id,
            holder,
            expires_at,
            is_ended: false,
        };
        self.current_tokens.insert(key, fresh.clone());
        self.tokens
            .put(now, expires_at.plus(REMEMBERED), fresh.clone(), record);
        IssuedToken {
            token: fresh,
            expires_in: TOKEN_LIVES,
            rule: "gettoken.new (3)",
        }
    }

    /// Looks a token up: known, not ended, not expired.
    ///
    /// # Errors
    /// 40014 for an unknown or ended token, 42001 for an expired one (dossier 15.3).
    pub fn find_token(&self, now: Timestamp, token: &str) -> Result<&TokenRecord, Refusal> {
        let record = self
            .tokens
            .get(token)
            .ok_or(Refusal::new(40014, "token.unknown (3, 15.3)"))?;
        if record.is_ended {
            return Err(Refusal::new(40014, "token.ended_early (3, 15.3)"));
        }
        if record.expires_at <= now {
            return Err(Refusal::new(42001, "token.expired (3, 15.3)"));
        }
        Ok(record)
    }

    /// The tokens in force, the newest first.
    pub(crate) fn tokens_in_force(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (&str, &TokenRecord)> {
        let tokens = self.tokens.newest_first();
        tokens.filter(move |(_, record)| !record.is_ended && record.expires_at > now)
    }

    /// Ends tokens early: those of one holder, or of the whole corp. Says how many.
    pub fn end_tokens(&mut self, corp_id: &CorpId, holder: Option<Holder>) -> usize {
        let is_meant = |record: &TokenRecord| {
            let is_theirs = holder.is_none_or(|holder| holder == record.holder);
            record.corp_id == *corp_id && is_theirs && !record.is_ended
        };
        let end = |record: &mut TokenRecord| record.is_ended = true;
        self.tokens.change_each(is_meant, end)
    }

    fn holder_of(&self, corp_id: &CorpId, secret: &str) -> Option<Holder> {
        let corp = self.corps.get(corp_id)?;
        let mut agents = corp.agents.values();
        let agent = agents.find(|agent| agent.secret == secret && agent.is_enabled);
        let sync = corp.contact_sync.as_ref();
        agent.map(|agent| Holder::Agent(agent.id)).or_else(|| {
            let is_sync = sync.is_some_and(|sync| sync.secret == secret);
            is_sync.then_some(Holder::ContactSync)
        })
    }

    fn wrong_secret(&self, secret: &str) -> Refusal {
        let is_foreign = self.switches.foreign_secret == ForeignSecret::Code40091
            && self
                .corps
                .keys()
                .any(|corp| self.holder_of(corp, secret).is_some());
        if is_foreign {
            Refusal::new(40091, "gettoken.secret_of_another_corp (3)")
        } else {
            Refusal::new(40001, "gettoken.secret_wrong_or_agent_disabled (3)")
        }
    }
}
