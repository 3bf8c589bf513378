//! `GET` and `OPTIONS /_menshen/me`, on the host of a site
//!
//! Who is signed in at this site, by the site's own cookie: for the site's front end. The names are those of the
//! gateway's own host, but nothing that the site's identity headers would not say: what came by consent stays
//! there. 401 as a problem document when nobody is signed in here. Scripts of the origins in the site's `cors`
//! may read it too, and no others (S-068). Never redirects and never sets a cookie.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method};

use super::AccountRoom;
use super::me::{MeError, say};
use crate::connector::PersonalFields;
use crate::door::cors::Shared;
use crate::door::{Context, Failure, codes};
use crate::judgement::cors;
use crate::judgement::site::Site;

/// The handler of both methods.
pub(super) async fn me_at_site(
    State(room): State<AccountRoom>,
    context: Context,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let Some(site) = room.site(&context) else {
        return Failure::new(codes::NOT_FOUND).into_response();
    };
    let origin = cors::shared_with(&site, &headers);
    if let Some(preflight) = origin.and_then(|origin| cors::preflight(origin, &method, &headers)) {
        return preflight;
    }
    let answer = match method {
        Method::OPTIONS => Err(Failure::new(codes::METHOD_NOT_ALLOWED).for_programs()),
        _ => at_site(&room, &site, &headers).await.map_err(Failure::from),
    };
    let mut response = answer.unwrap_or_else(Failure::into_response);
    if let Some(origin) = origin {
        let shared = Shared::with(origin.clone());
        response.extensions_mut().insert(shared);
    }
    response
}

async fn at_site(
    room: &AccountRoom,
    site: &Site,
    headers: &HeaderMap,
) -> Result<Response, MeError> {
    let (host, now) = (site.config.host.as_str(), room.clock.now());
    let loaded = room.sessions.load_at(host, headers, now).await?;
    // Security: whom another connector signed in is nobody at this site, here as in every judgement.
    let loaded = loaded.filter(|loaded| site.is_connected_by(&loaded.session.connector_id));
    let loaded = loaded.ok_or(MeError::Nobody)?;
    let personal = PersonalFields {
        email: room.personal(&loaded)?.email,
        ..PersonalFields::default()
    };
    say(room, &loaded, personal).await
}
