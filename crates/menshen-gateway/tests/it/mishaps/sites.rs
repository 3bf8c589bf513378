//! The same for signing keys and for sessions at sites.

use menshen_store::{
    Digest, KeyUse, Result, SigningKey, SigningKeys, SiteSession, SiteSessions, SiteTicket,
    TakenTicket, TicketClaim,
};
use wecom_sdk::Timestamp;

use super::Mishaps;

#[async_trait::async_trait]
impl SigningKeys for Mishaps {
    async fn list_signing_keys(&self, key_use: KeyUse, now: Timestamp) -> Result<Vec<SigningKey>> {
        let listed = self.store.list_signing_keys(key_use, now);
        self.meet("list_signing_keys", listed).await
    }

    async fn insert_first_signing_key(&self, key: &SigningKey) -> Result<bool> {
        let written = self.store.insert_first_signing_key(key);
        self.meet("insert_first_signing_key", written).await
    }

    async fn rotate_signing_key(&self, key: &SigningKey, others_end_at: Timestamp) -> Result<()> {
        let written = self.store.rotate_signing_key(key, others_end_at);
        self.meet("rotate_signing_key", written).await
    }

    async fn sweep_signing_keys(&self, now: Timestamp) -> Result<u64> {
        let swept = self.store.sweep_signing_keys(now);
        self.meet("sweep_signing_keys", swept).await
    }
}

#[async_trait::async_trait]
impl SiteSessions for Mishaps {
    async fn insert_site_ticket(&self, ticket: &SiteTicket) -> Result<()> {
        let written = self.store.insert_site_ticket(ticket);
        self.meet("insert_site_ticket", written).await
    }

    async fn find_site_ticket(&self, ticket_digest: &Digest) -> Result<Option<SiteTicket>> {
        let found = self.store.find_site_ticket(ticket_digest);
        self.meet("find_site_ticket", found).await
    }

    async fn take_site_ticket(
        &self,
        claim: TicketClaim<'_>,
        now: Timestamp,
    ) -> Result<TakenTicket> {
        let taken = self.store.take_site_ticket(claim, now);
        self.meet("take_site_ticket", taken).await
    }

    async fn find_site_session(&self, id_digest: &Digest) -> Result<Option<SiteSession>> {
        let found = self.store.find_site_session(id_digest);
        self.meet("find_site_session", found).await
    }

    async fn list_site_sessions(&self, parent_digest: &Digest) -> Result<Vec<SiteSession>> {
        let listed = self.store.list_site_sessions(parent_digest);
        self.meet("list_site_sessions", listed).await
    }

    async fn sweep_site_tickets(&self, before: Timestamp, most: u32) -> Result<u64> {
        let swept = self.store.sweep_site_tickets(before, most);
        self.meet("sweep_site_tickets", swept).await
    }
}
