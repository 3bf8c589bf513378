//! [`LoginAttempts`] in SQLite.
//!
//! Runs the statements of `sql/login_attempt`. What each method promises is said at the trait.

use wecom_sdk::Timestamp;

use super::Sqlite;
use super::error::failed;
use super::session::insert_session;
use crate::sql::login_attempt::{
    COMPLETE, FIND, FIND_TAKEN, INSERT, LoginAttemptRow, REFUSE, SWEEP, TAKE, TakenRow,
    outcome_text,
};
use crate::sql::session::END;
use crate::{
    Digest, LoginAttempt, LoginAttempts, LoginOutcome, Result, Session, StoreError, TakenAttempt,
};

#[async_trait::async_trait]
impl LoginAttempts for Sqlite {
    async fn insert_login_attempt(&self, attempt: &LoginAttempt) -> Result<()> {
        let site_browser = attempt.site_browser_digest.as_ref();
        let site_browser = site_browser.map(|digest| digest.as_bytes().as_slice());
        sqlx::query(INSERT)
            .bind(attempt.state_digest.as_bytes().as_slice())
            .bind(attempt.browser_digest.as_bytes().as_slice())
            .bind(attempt.connector_id.as_str())
            .bind(attempt.corp_id.as_str())
            .bind(i64::from(attempt.agent_id.0))
            .bind(attempt.door.as_str())
            .bind(attempt.return_to.as_str())
            .bind(attempt.created_at.as_millis())
            .bind(attempt.expires_at.as_millis())
            .bind(site_browser)
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn find_login_attempt(&self, state_digest: &Digest) -> Result<Option<LoginAttempt>> {
        let row: Option<LoginAttemptRow> = sqlx::query_as(FIND)
            .bind(state_digest.as_bytes().as_slice())
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        row.map(LoginAttempt::try_from).transpose()
    }

    async fn take_login_attempt(
        &self,
        state_digest: &Digest,
        browser_digest: &Digest,
        connector_id: &str,
        now: Timestamp,
    ) -> Result<TakenAttempt> {
        let claimed: Option<LoginAttemptRow> = sqlx::query_as(TAKE)
            .bind(state_digest.as_bytes().as_slice())
            .bind(browser_digest.as_bytes().as_slice())
            .bind(connector_id)
            .bind(now.as_millis())
            .fetch_optional(&self.writer)
            .await
            .map_err(failed)?;
        if let Some(row) = claimed {
            return Ok(TakenAttempt::Claimed(row.try_into()?));
        }
        // Whoever claimed it has committed before our turn on the writer: every reader sees it.
        let taken: Option<TakenRow> = sqlx::query_as(FIND_TAKEN)
            .bind(state_digest.as_bytes().as_slice())
            .bind(browser_digest.as_bytes().as_slice())
            .bind(connector_id)
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        taken.map_or(Ok(TakenAttempt::Absent), TakenAttempt::try_from)
    }

    async fn refuse_login_attempt(
        &self,
        state_digest: &Digest,
        code: &str,
        now: Timestamp,
    ) -> Result<()> {
        let refused = LoginOutcome::Refused {
            code: code.to_owned(),
        };
        let ended = sqlx::query(REFUSE)
            .bind(state_digest.as_bytes().as_slice())
            .bind(now.as_millis())
            .bind(outcome_text(&refused)?)
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        exactly_one(ended.rows_affected())
    }

    async fn complete_login_attempt(
        &self,
        state_digest: &Digest,
        session: &Session,
        replaces: Option<&Digest>,
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        let ended = sqlx::query(COMPLETE)
            .bind(state_digest.as_bytes().as_slice())
            .bind(now.as_millis())
            .bind(outcome_text(&LoginOutcome::SignedIn)?)
            .bind(session.corp_id.as_str())
            .bind(session.connector_id.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        exactly_one(ended.rows_affected())?;
        if let Some(replaced) = replaces {
            sqlx::query(END)
                .bind(replaced.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        exactly_one(insert_session(&mut transaction, session).await?)?;
        transaction.commit().await.map_err(failed)
    }

    async fn sweep_login_attempts(&self, before: Timestamp, most: u32) -> Result<u64> {
        let swept = sqlx::query(SWEEP)
            .bind(before.as_millis())
            .bind(i64::from(most))
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(swept.rows_affected())
    }
}

fn exactly_one(rows: u64) -> Result<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
