//! `GET /_menshen/me`, on the gateway's own host
//!
//! Who is signed in here, as JSON under the names of product section 6; 401 as a problem document
//! when nobody is. Called by pages of our own sites and by the person's own scripts. Never redirects,
//! never sets a cookie, is never stored by a cache, and is read by no other origin.

use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::HeaderMap;
use http::header::{CACHE_CONTROL, VARY};
use menshen_store::StoreError;

use super::AccountRoom;
use super::claims::{Claims, Facts};
use crate::connector::{PersonalFields, UnreadableFields};
use crate::door::{Failure, codes};
use crate::session::{Loaded, LookupError};

/// Why nothing is said.
#[derive(Debug, thiserror::Error)]
pub(super) enum MeError {
    #[error("nobody is signed in")]
    Nobody,
    #[error(transparent)]
    Lookup(#[from] LookupError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Personal(#[from] UnreadableFields),
}

impl From<MeError> for Failure {
    fn from(error: MeError) -> Self {
        let failure = match error {
            MeError::Nobody => Self::new(codes::UNAUTHENTICATED),
            MeError::Lookup(error) => error.into(),
            MeError::Store(error) => error.into(),
            MeError::Personal(error) => Self::new(codes::INTERNAL).with_detail(error.to_string()),
        };
        failure.for_programs()
    }
}

/// The handler.
pub(super) async fn me(
    State(room): State<AccountRoom>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Ok(at_gateway(&room, &headers).await?)
}

async fn at_gateway(room: &AccountRoom, headers: &HeaderMap) -> Result<Response, MeError> {
    let loaded = room.load(headers).await?.ok_or(MeError::Nobody)?;
    let personal = room.personal(&loaded)?;
    say(room, &loaded, personal).await
}

/// What is said about a session, with as much of the personal fields as the caller may have.
pub(super) async fn say(
    room: &AccountRoom,
    loaded: &Loaded,
    personal: PersonalFields,
) -> Result<Response, MeError> {
    let connector = room.connectors.get(&loaded.session.connector_id);
    let connector = connector.ok_or(MeError::Nobody)?.config();
    let subject = room.store.find_subject(&loaded.session.subject_id).await?;
    // A session without a subject is nobody's, as it is for the judgement of requests.
    let claims = Claims::of(Facts {
        kind: subject.ok_or(MeError::Nobody)?.kind,
        personal,
        session: &loaded.session,
        identity: &loaded.identity,
        connector,
    });
    let kept = AppendHeaders([(CACHE_CONTROL, "no-store"), (VARY, "cookie")]);
    Ok((kept, Json(claims)).into_response())
}
