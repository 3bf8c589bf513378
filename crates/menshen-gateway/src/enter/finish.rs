//! `GET /_menshen/enter?ticket=`, on the host of a site.
//!
//! The browser comes back from the sign-in. Free checks first: the ticket's shape, the browser's own
//! binding; then one atomic step takes the ticket and opens the site session, for this browser at this host.
//! A repeat by the same browser gets the same answer while the ticket lives, because a connection may break
//! before the answer is there; every other browser gets a page that offers a fresh start (product rules 3 and
//! 5). Lands with 303 on a clean address, so that the ticket stays out of the history.

use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use menshen_store::{StoreError, TakenTicket, TicketClaim};
use wecom_sdk::Timestamp;

use super::EnterRoom;
use crate::door::{Failure, codes};
use crate::judgement::site::Site;
use crate::session::cookie;
use crate::session::id::{SessionId, is_token};
use crate::vault::sha256;

/// Why nobody entered.
#[derive(Debug, thiserror::Error)]
pub(super) enum EnterError {
    #[error("the ticket is repeated, or not one of ours")]
    Malformed,
    #[error("the ticket is unknown, too old or used up")]
    Expired,
    #[error("the ticket belongs to another browser or another site")]
    OtherBrowser,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<EnterError> for Failure {
    fn from(error: EnterError) -> Self {
        let code = match error {
            EnterError::Malformed => codes::ENTER_TICKET_INVALID,
            EnterError::Expired => codes::ENTER_EXPIRED,
            EnterError::OtherBrowser => codes::ENTER_OTHER_BROWSER,
            EnterError::Store(error) => return error.into(),
        };
        // The site's own front page starts afresh, if it is not open to everybody anyway.
        Self::new(code)
            .with_detail(error.to_string())
            .with_way_on("/")
    }
}

/// The other half of the handler.
pub(super) async fn finish(
    room: &EnterRoom,
    site: &Site,
    headers: &HeaderMap,
    ticket: &str,
) -> Result<Response, EnterError> {
    if !is_token(ticket) {
        return Err(EnterError::Malformed);
    }
    let now = room.clock.now();
    let host = site.config.host.as_str();
    let ticket_digest = sha256(ticket.as_bytes());
    let cookies = room.sessions.cookies;
    let binding = cookie::find(headers, &cookies.site_browser_name()).only();
    // Security: without the binding of this very browser the ticket is somebody else's.
    let Some(binding) = binding.filter(|value| is_token(value)) else {
        return Err(name_stranger(room, ticket, now).await?);
    };
    let id = SessionId::at_site(&room.vault, host, ticket, binding);
    let presented = room.sessions.presented(headers).map(|id| id.digest());
    // Security: the free checks end here. The store takes the ticket and opens the session in one step, or
    // does nothing.
    let claim = TicketClaim {
        ticket_digest: &ticket_digest,
        browser_digest: &sha256(binding.as_bytes()),
        host,
        session_digest: &id.digest(),
        replaces: presented.as_ref(),
    };
    let ticket = match room.sessions.enter(claim, now).await? {
        TakenTicket::Entered(taken) => {
            tracing::info!(
                session.id = taken.parent_digest.prefix(),
                site = host,
                "a browser entered a site"
            );
            taken
        }
        TakenTicket::Before(taken) => taken,
        TakenTicket::Absent => return Err(name_stranger(room, ticket, now).await?),
    };
    let lifetime = Some(room.lifetime.as_secs());
    let set = cookies.set(cookies.session_name(), id.expose(), lifetime);
    let landing = AppendHeaders([(LOCATION, ticket.return_to), (SET_COOKIE, set)]);
    Ok((StatusCode::SEE_OTHER, landing).into_response())
}

/// Which page a ticket gets that this browser may not show here. Security: this only names the refusal.
async fn name_stranger(
    room: &EnterRoom,
    ticket: &str,
    now: Timestamp,
) -> Result<EnterError, StoreError> {
    let digest = sha256(ticket.as_bytes());
    let found = room.store.find_site_ticket(&digest).await?;
    Ok(match found {
        Some(ticket) if now < ticket.expires_at => EnterError::OtherBrowser,
        _ => EnterError::Expired,
    })
}
