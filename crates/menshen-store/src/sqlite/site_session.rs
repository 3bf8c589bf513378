//! [`SiteSessions`] in SQLite.
//!
//! Runs the statements of `sql/site_session`. What each method promises is said at the trait.

use wecom_sdk::Timestamp;

use super::Sqlite;
use super::error::failed;
use crate::sql::site_session::{
    END, END_OLDEST, FIND, FIND_TAKEN_TICKET, FIND_TICKET, INSERT, INSERT_TICKET, LIST,
    SWEEP_TICKETS, SiteSessionRow, SiteTicketRow, TAKE_TICKET,
};
use crate::{
    Digest, MOST_AT_ONE_SITE, Result, SiteSession, SiteSessions, SiteTicket, TakenTicket,
    TicketClaim,
};

#[async_trait::async_trait]
impl SiteSessions for Sqlite {
    async fn insert_site_ticket(&self, ticket: &SiteTicket) -> Result<()> {
        sqlx::query(INSERT_TICKET)
            .bind(ticket.ticket_digest.as_bytes().as_slice())
            .bind(ticket.browser_digest.as_bytes().as_slice())
            .bind(ticket.parent_digest.as_bytes().as_slice())
            .bind(ticket.host.as_str())
            .bind(ticket.return_to.as_str())
            .bind(ticket.created_at.as_millis())
            .bind(ticket.expires_at.as_millis())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn find_site_ticket(&self, ticket_digest: &Digest) -> Result<Option<SiteTicket>> {
        let row: Option<SiteTicketRow> = sqlx::query_as(FIND_TICKET)
            .bind(ticket_digest.as_bytes().as_slice())
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        row.map(SiteTicket::try_from).transpose()
    }

    async fn take_site_ticket(
        &self,
        claim: TicketClaim<'_>,
        now: Timestamp,
    ) -> Result<TakenTicket> {
        let mut transaction = self.begin().await?;
        let asked = |statement| {
            sqlx::query_as(statement)
                .bind(claim.ticket_digest.as_bytes().as_slice())
                .bind(claim.browser_digest.as_bytes().as_slice())
                .bind(claim.host)
                .bind(now.as_millis())
        };
        let taken: Option<SiteTicketRow> = asked(TAKE_TICKET)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
        let Some(row) = taken else {
            let before: Option<SiteTicketRow> = asked(FIND_TAKEN_TICKET)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
            return Ok(match before {
                Some(row) => TakenTicket::Before(row.try_into()?),
                None => TakenTicket::Absent,
            });
        };
        let ticket = SiteTicket::try_from(row)?;
        if let Some(replaced) = claim.replaces {
            sqlx::query(END)
                .bind(replaced.as_bytes().as_slice())
                .bind(claim.host)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        sqlx::query(INSERT)
            .bind(claim.session_digest.as_bytes().as_slice())
            .bind(ticket.parent_digest.as_bytes().as_slice())
            .bind(claim.host)
            .bind(now.as_millis())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        sqlx::query(END_OLDEST)
            .bind(ticket.parent_digest.as_bytes().as_slice())
            .bind(claim.host)
            .bind(i64::from(MOST_AT_ONE_SITE))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(TakenTicket::Entered(ticket))
    }

    async fn find_site_session(&self, id_digest: &Digest) -> Result<Option<SiteSession>> {
        let row: Option<SiteSessionRow> = sqlx::query_as(FIND)
            .bind(id_digest.as_bytes().as_slice())
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        row.map(SiteSession::try_from).transpose()
    }

    async fn list_site_sessions(&self, parent_digest: &Digest) -> Result<Vec<SiteSession>> {
        let rows: Vec<SiteSessionRow> = sqlx::query_as(LIST)
            .bind(parent_digest.as_bytes().as_slice())
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        rows.into_iter().map(SiteSession::try_from).collect()
    }

    async fn sweep_site_tickets(&self, before: Timestamp, most: u32) -> Result<u64> {
        let swept = sqlx::query(SWEEP_TICKETS)
            .bind(before.as_millis())
            .bind(i64::from(most))
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(swept.rows_affected())
    }
}
