//! Deletes rows that are past their end, a little at a time.
//!
//! In: the clock. Out: fewer rows, and no personal fields whose consent is over, whether the person comes
//! back or not. No access depends on it: what is expired is refused whether it was swept or not.
//! Never: deletes a person, or anything that is still in force.

#[cfg(test)]
mod tests;

use std::time::Duration;

use menshen_store::StoreError;

use crate::connector::CONSENT_FOR;
use crate::parts::Parts;

/// How often.
const PERIOD: Duration = Duration::from_mins(1);
/// The most rows of one kind that one statement deletes, so that a login never waits long for it.
const MOST: u32 = 500;
/// The most statements of one kind in a round: together they delete more than `door/rate` lets be
/// written in a period, or the store would grow for as long as somebody wishes.
const STATEMENTS: u32 = 200;
/// How long an ended attempt stays, so that the browser that repeats its callback hears the outcome.
const ATTEMPT_GRACE: Duration = Duration::from_mins(1);

/// Starts the loop; it ends with the other jobs.
pub(crate) fn start(parts: &Parts) {
    let parts = parts.clone();
    parts.jobs.clone().repeat(PERIOD, move || {
        let parts = parts.clone();
        async move { sweep(&parts).await }
    });
}

/// One round. A store that fails is tried again in the next.
pub(crate) async fn sweep(parts: &Parts) {
    if let Err(error) = sweep_all(parts).await {
        tracing::error!(%error, "expired rows could not be deleted");
    }
}

async fn sweep_all(parts: &Parts) -> Result<(), StoreError> {
    let now = parts.clock.now();
    let before = now.minus(ATTEMPT_GRACE);
    let seen_before = now.minus(parts.config.session.idle);
    for _ in 0..STATEMENTS {
        let rows = parts.store.sweep_login_attempts(before, MOST).await?;
        parts.metrics.swept("login_attempt", rows);
        if rows < u64::from(MOST) {
            break;
        }
    }
    for _ in 0..STATEMENTS {
        let rows = parts.store.sweep_sessions(now, seen_before, MOST).await?;
        parts.metrics.swept("session", rows);
        if rows < u64::from(MOST) {
            break;
        }
    }
    for _ in 0..STATEMENTS {
        let rows = parts.store.sweep_site_tickets(now, MOST).await?;
        parts.metrics.swept("site_ticket", rows);
        if rows < u64::from(MOST) {
            break;
        }
    }
    for _ in 0..STATEMENTS {
        let before = now.minus(CONSENT_FOR);
        let rows = parts.store.sweep_consents(before, MOST).await?;
        parts.metrics.swept("consent", rows);
        if rows < u64::from(MOST) {
            break;
        }
    }
    let rows = parts.store.sweep_wecom_tokens(now).await?;
    parts.metrics.swept("wecom_token", rows);
    let rows = parts.store.sweep_signing_keys(now).await?;
    parts.metrics.swept("signing_key", rows);
    Ok(())
}
