//! A WeCom access token, shared by the nodes of one installation. Always sealed under the data key.
//!
//! In: a sealed token and when it ends. Out: the newest one for its key. This crate never opens it, and
//! never decides whether it is still good.

use wecom_sdk::{AgentId, CorpId, Timestamp};

use crate::{Digest, Result};

/// What a token belongs to. Never the corp alone: that is how one agent's token redeems another's code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WecomTokenKey {
    /// The corp.
    pub corp_id: CorpId,
    /// The agent.
    pub agent_id: AgentId,
    /// Digest of the secret that fetched it: a new secret never meets an old token.
    pub credential: Digest,
}

/// A token as it lies in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WecomToken {
    /// The token, sealed under the data key. Opaque here.
    pub sealed: Vec<u8>,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// When WeCom said it ends.
    pub expires_at: Timestamp,
}

/// Keeps [`WecomToken`]s.
#[async_trait::async_trait]
pub trait WecomTokens {
    /// The token, unless it is past its end at `now`.
    async fn find_wecom_token(
        &self,
        key: &WecomTokenKey,
        now: Timestamp,
    ) -> Result<Option<WecomToken>>;

    /// Writes a token in place of an older one; a stored token that was fetched later stays.
    async fn upsert_wecom_token(&self, key: &WecomTokenKey, token: &WecomToken) -> Result<()>;

    /// Removes the token if it is still the one that was fetched at `fetched_at`: a node never throws
    /// away a newer token that another node has just fetched.
    async fn delete_wecom_token(&self, key: &WecomTokenKey, fetched_at: Timestamp) -> Result<()>;

    /// Deletes tokens that ended before `before`, such as those of a secret that was replaced; answers
    /// how many.
    async fn sweep_wecom_tokens(&self, before: Timestamp) -> Result<u64>;
}
