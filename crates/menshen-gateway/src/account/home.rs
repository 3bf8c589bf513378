//! `GET /`
//!
//! The gateway's own page: who is signed in and for how long, or how to sign in. Called by a browser;
//! a program that is not signed in gets 401. It starts no login by itself: inside the WeCom client a
//! login is silent, and would undo a sign-out (S-159).

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::HeaderMap;
use http::header::VARY;

use super::{AccountRoom, LOGIN, LOGOUT};
use crate::door::pages::Home;
use crate::door::{Context, Failure, codes, csrf};
use crate::session::Loaded;

/// The handler.
pub(super) async fn home(
    State(room): State<AccountRoom>,
    context: Context,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let page = match room.load(&headers).await? {
        Some(loaded) => signed_in(&room, &context, &loaded),
        None if context.is_navigation => room
            .pages
            .home_signed_out(&context.page(), LOGIN)
            .into_response(),
        None => return Err(Failure::new(codes::UNAUTHENTICATED)),
    };
    Ok((AppendHeaders([(VARY, "cookie")]), page).into_response())
}

fn signed_in(room: &AccountRoom, context: &Context, loaded: &Loaded) -> Response {
    let Loaded { session, identity } = loaded;
    let departments: Vec<Vec<String>> = identity
        .departments
        .iter()
        .map(|department| match department.path.as_slice() {
            [] => vec![department.id.to_string()],
            path => path.to_vec(),
        })
        .collect();
    let connector = room.connectors.get(&session.connector_id);
    let page = Home {
        name: identity.name.as_deref().unwrap_or(&identity.user_id),
        user_id: &identity.user_id,
        position: identity.position.as_deref(),
        departments: &departments,
        corp: session.corp_id.as_str(),
        connector: connector.map_or(session.connector_id.as_str(), |c| c.label()),
        signed_in_at: session.created_at,
        expires_at: session.expires_at,
        sign_out: LOGOUT,
        csrf_token: &csrf::token(&room.vault, &session.id_digest),
    };
    room.pages.home(&context.page(), &page).into_response()
}
