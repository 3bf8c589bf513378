//! From the gateway's own host to a site on another one, for somebody who is signed in.
//!
//! In: a session, a checked place elsewhere, and the binding that the site gave the browser. Out: the address
//! that enters the site with a ticket. Where the session is not one of the site's connectors', or the site has
//! not sent the browser, there is no ticket, and the site will ask for itself. Never: issues a ticket for a
//! host that is not configured.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use menshen_store::{Digest, StoreError};

use super::LoginRoom;
use super::return_to::ReturnTo;
use crate::door::Failure;
use crate::session::site::{Crossing, TicketError};

/// Who would cross.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crosser<'a> {
    /// Their session.
    pub(super) session: &'a Digest,
    /// The connector that signed them in.
    pub(super) connector_id: &'a str,
    /// The binding that the site gave the browser.
    pub(super) browser: Option<&'a Digest>,
}

/// The address that enters the site, or `None`.
pub(super) async fn address(
    room: &LoginRoom,
    crosser: Crosser<'_>,
    return_to: &ReturnTo,
) -> Result<Option<String>, Failure> {
    let (Some(place), Some(browser)) = (return_to.elsewhere(), crosser.browser) else {
        return Ok(None);
    };
    let config = &room.0.config;
    let site = config.sites.iter().find(|site| site.host == place.host);
    let is_welcome = site.is_some_and(|site| {
        let mut connectors = site.connectors.iter();
        connectors.any(|known| known == crosser.connector_id)
    });
    if !is_welcome {
        return Ok(None);
    }
    let crossing = Crossing {
        parent: crosser.session,
        host: place.host,
        path: place.path,
        browser,
    };
    let now = room.0.clock.now();
    let sessions = &room.0.sessions;
    let ticket = sessions.issue_ticket(&room.0.entropy, crossing, now).await;
    let ticket = match ticket {
        Ok(ticket) => ticket,
        // Ended between the lines: the site will ask for itself.
        Err(TicketError::Store(StoreError::Conflict)) => return Ok(None),
        Err(TicketError::Store(error)) => return Err(error.into()),
        Err(TicketError::Entropy(error)) => return Err(error.into()),
    };
    let scheme = config.public_url.url().scheme();
    let (host, ticket) = (place.host, ticket.expose());
    Ok(Some(format!(
        "{scheme}://{host}/_menshen/enter?ticket={ticket}"
    )))
}

/// Reads the digest that a site puts into the address of the sign-in.
pub(super) fn parse_browser(text: &str) -> Option<Digest> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(Digest::from_bytes(bytes.try_into().ok()?))
}

/// Writes it again.
pub(super) fn write_browser(digest: &Digest) -> String {
    URL_SAFE_NO_PAD.encode(digest.as_bytes())
}
