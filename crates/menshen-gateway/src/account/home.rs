//! `GET /` and `GET /_menshen/`
//!
//! The gateway's own page: who is signed in, for how long, and what is kept of them; or how to sign in. Called
//! by a browser; a program that is not signed in gets 401. The second address is for hosts where `/` belongs to a
//! site. It starts no login by itself: inside the WeCom client a login is silent, and would undo a sign-out
//! (S-159).

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::HeaderMap;
use http::header::VARY;
use menshen_store::{Door, StoreError};

use super::{AccountRoom, LOGIN, LOGOUT};
use crate::connector::{Gender, PersonalFields, UnreadableFields};
use crate::door::pages::{Home, Personal};
use crate::door::{Context, Failure, codes, csrf};
use crate::session::Loaded;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum HomeError {
    #[error("a program asks, and nobody is signed in")]
    Nobody,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Personal(#[from] UnreadableFields),
}

impl From<HomeError> for Failure {
    fn from(error: HomeError) -> Self {
        match error {
            HomeError::Nobody => Self::new(codes::UNAUTHENTICATED),
            HomeError::Store(error) => error.into(),
            HomeError::Personal(error) => Self::new(codes::INTERNAL).with_detail(error.to_string()),
        }
    }
}

/// The handler.
pub(super) async fn home(
    State(room): State<AccountRoom>,
    context: Context,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Ok(page(&room, &context, &headers).await?)
}

async fn page(
    room: &AccountRoom,
    context: &Context,
    headers: &HeaderMap,
) -> Result<Response, HomeError> {
    let page = match room.load(headers).await? {
        Some(loaded) => signed_in(room, context, &loaded)?,
        None if context.is_navigation => room
            .pages
            .home_signed_out(&context.page(), LOGIN)
            .into_response(),
        None => return Err(HomeError::Nobody),
    };
    Ok((AppendHeaders([(VARY, "cookie")]), page).into_response())
}

fn signed_in(
    room: &AccountRoom,
    context: &Context,
    loaded: &Loaded,
) -> Result<Response, UnreadableFields> {
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
    let label = connector.map_or(session.connector_id.as_str(), |c| c.label());
    // A gateway with one connector and no name for it has nothing to tell apart.
    let is_named = room.connectors.single().is_none() || label != session.connector_id;
    let kept = room.personal(loaded)?;
    let page = Home {
        name: identity.name.as_deref().unwrap_or(&identity.user_id),
        user_id: &identity.user_id,
        position: identity.position.as_deref(),
        departments: &departments,
        corp: session.corp_id.as_str(),
        connector: is_named.then_some(label),
        personal: shown(&kept),
        is_scan: session.door == Door::Scan,
        signed_in_at: session.created_at,
        expires_at: session.expires_at,
        site: room.has_site_here().then_some("/"),
        sign_out: LOGOUT,
        csrf_token: &csrf::token(&room.vault, &session.id_digest),
    };
    Ok(room.pages.home(&context.page(), &page).into_response())
}

fn shown(kept: &PersonalFields) -> Personal<'_> {
    Personal {
        email: kept.email.as_ref().map(|email| email.address.as_str()),
        mobile: kept.mobile.as_deref(),
        is_female: kept.gender.map(|gender| gender == Gender::Female),
        address: kept.address.as_deref(),
        avatar: kept.avatar.as_deref(),
        qr_code: kept.qr_code.as_deref(),
    }
}
