//! `/_sandbox/api/waiting…`: scans and consent pages that wait for somebody's answer.
//!
//! `GET` lists them; `POST …/approve` and `…/refuse` answer one as the person would: the newest, unless a
//! key says which. Out: where the browser goes next. It never goes round a rule that binds the person's page.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Problem;
use super::read::Command;
use crate::room::Room;
use crate::world::{PersonKey, SensitiveField};

/// The newest pages that wait.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Waiting {
    /// The key of the newest scan that waits.
    scan: Option<String>,
    /// The key of the newest consent page that waits.
    consent: Option<String>,
}

/// Which kind of page is answered.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WaitingKind)]
pub(super) enum Kind {
    /// A web-login or QR page.
    Scan,
    /// A consent page.
    Consent,
}

/// An approval.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Approval {
    /// Which kind of page.
    kind: Kind,
    /// Which page; the newest that waits when absent.
    key: Option<String>,
    /// Who confirms a scan: a `person` of the list. Needed for a scan.
    person: Option<String>,
    /// The fields a consent ticks; all that are asked for when absent.
    fields: Option<Vec<String>>,
}

/// A refusal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Refused {
    /// Which kind of page.
    kind: Kind,
    /// Which page; the newest that waits when absent.
    key: Option<String>,
}

/// Where the waiting browser goes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GoesTo {
    /// The address; absent when the browser stays.
    location: Option<String>,
}

/// What waits for an answer.
#[utoipa::path(get, path = "/_sandbox/api/waiting", responses((status = 200, body = Waiting)))]
pub(super) async fn list(State(room): State<Room>) -> Json<Waiting> {
    Json(room.world.read(|state, now| Waiting {
        scan: state.newest_scan(now),
        consent: state.newest_consent_page(),
    }))
}

/// Confirms a scan as somebody, or grants a consent. The waiting page goes on by itself.
#[utoipa::path(
    post, path = "/_sandbox/api/waiting/approve", request_body = Approval,
    responses(
        (status = 200, body = GoesTo), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
pub(super) async fn approve(
    State(room): State<Room>,
    Command(approval): Command<Approval>,
) -> Result<Json<GoesTo>, Problem> {
    let location = match approval.kind {
        Kind::Scan => confirm_scan(&room, approval)?,
        Kind::Consent => grant_consent(&room, approval)?,
    };
    Ok(Json(GoesTo {
        location: Some(location),
    }))
}

/// Refuses a scan or a consent. The waiting page goes on by itself.
#[utoipa::path(
    post, path = "/_sandbox/api/waiting/refuse", request_body = Refused,
    responses(
        (status = 200, body = GoesTo), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)
    )
)]
pub(super) async fn refuse(
    State(room): State<Room>,
    Command(refused): Command<Refused>,
) -> Result<Json<GoesTo>, Problem> {
    let key = chosen(&room, refused.kind, refused.key)?;
    let location = room.world.change(|state, now| match refused.kind {
        Kind::Scan => state.refuse_scan(now, &key).map_err(Problem::from),
        Kind::Consent => state.refuse_consent_page(now, &key).map_err(Problem::from),
    })?;
    Ok(Json(GoesTo { location }))
}

fn confirm_scan(room: &Room, approval: Approval) -> Result<String, Problem> {
    if approval.fields.is_some() {
        return Err(Problem::bad("fields", "a scan ticks no fields"));
    }
    let key = chosen(room, Kind::Scan, approval.key)?;
    let person = approval.person;
    let person = person.ok_or_else(|| Problem::bad("person", "say who confirms the scan"))?;
    let person = room.world.read(|state, _| {
        let request = state.scan_request(&key);
        let corp = request.and_then(|request| state.corps.get(&request.corp_id));
        let person = corp.and_then(|corp| corp.person(&PersonKey::new(person)));
        person.ok_or_else(|| Problem::not_found("person", "there is no such person"))
    })?;
    let confirmed = room.world.confirm_scan(&key, &person);
    Ok(confirmed.map_err(|_| Problem::entropy())??)
}

fn grant_consent(room: &Room, approval: Approval) -> Result<String, Problem> {
    if approval.person.is_some() {
        return Err(Problem::bad("person", "a consent page knows its member"));
    }
    let key = chosen(room, Kind::Consent, approval.key)?;
    let fields: BTreeSet<SensitiveField> = match approval.fields {
        None => SensitiveField::ALL.into_iter().collect(),
        Some(names) => {
            let fields = names.iter().map(|name| {
                let unknown = || Problem::bad("fields", format!("`{name}` is no sensitive field"));
                SensitiveField::parse(name).ok_or_else(unknown)
            });
            fields.collect::<Result<_, _>>()?
        }
    };
    let granted = room.world.grant_consent_page(&key, &fields);
    Ok(granted.map_err(|_| Problem::entropy())??)
}

/// The page that is meant: the named one, or the newest of its kind.
fn chosen(room: &Room, kind: Kind, key: Option<String>) -> Result<String, Problem> {
    let newest = || {
        room.world.read(|state, now| match kind {
            Kind::Scan => state.newest_scan(now),
            Kind::Consent => state.newest_consent_page(),
        })
    };
    let key = key.or_else(newest);
    key.ok_or_else(|| Problem::not_found("waiting", "nothing of this kind waits"))
}
