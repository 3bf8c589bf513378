//! The control API, `/_sandbox/api/…`: everything the console pages do, and more, for programs.
//!
//! In: JSON from tests, scripts and the console. Out: JSON, or RFC 9457 problems. It changes the
//! world only through the world's own transitions. Security: every change needs a JSON body, which
//! a foreign site's form cannot send and a foreign site's script may not send without asking first;
//! that question (`OPTIONS`) is never answered. On loopback, names from the internet are refused.

mod agents;
mod callbacks;
mod clock;
mod consents;
mod corps;
mod departments;
mod desktop;
pub(crate) mod host;
mod journal;
mod jssdk;
mod limits;
mod members;
mod openapi;
mod people;
mod problem;
mod query;
mod read;
mod script;
mod seed;
mod switches;
mod tags;
mod tickets;
mod tokens;
mod two_step;
mod waiting;

use axum::Json;
use axum::http::{Method, StatusCode};
use axum::routing::{delete, get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wecom_sdk::{AgentId, CorpId, Timestamp};

use self::problem::Problem;
use crate::admin::Mistakes;
use crate::room::{Place, Room};
use crate::world::{Corp, State};

/// What WeCom has besides the directory: two-step verification, signatures, limits, switches.
fn more_places() -> Vec<Place> {
    vec![
        Place::new("/_sandbox/api/two_step", get(two_step::list)),
        Place::new("/_sandbox/api/two_step/settings", put(two_step::set)),
        Place::new("/_sandbox/api/two_step/begin", post(two_step::begin)),
        Place::new("/_sandbox/api/two_step/forget", post(two_step::forget)),
        Place::new(
            "/_sandbox/api/callbacks",
            get(callbacks::list).put(callbacks::save),
        ),
        Place::new("/_sandbox/api/push", post(callbacks::push)),
        Place::new("/_sandbox/api/jssdk/check", post(jssdk::check)),
        Place::new(
            "/_sandbox/api/desktop_client",
            get(desktop::show).put(desktop::set),
        ),
        Place::new("/_sandbox/api/limits", get(limits::list)),
        Place::new("/_sandbox/api/limits/lift", post(limits::lift)),
        Place::new(
            "/_sandbox/api/switches",
            get(switches::list).put(switches::set),
        ),
    ]
}

pub(crate) fn places() -> Vec<Place> {
    let mut places = own_places();
    places.extend(more_places());
    places.extend(directory_places());
    for place in &mut places {
        place.answers = std::mem::take(&mut place.answers).fallback(no_such_method);
    }
    places
}

/// The address exists and does not take this method. `Allow` lists those it takes.
async fn no_such_method(method: Method) -> Problem {
    let title = format!("this address does not take {method}; `Allow` lists what it takes");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", title)
}

/// The sandbox itself: seed, people, clock, faults, journal, tokens, consents.
fn own_places() -> Vec<Place> {
    vec![
        Place::new("/_sandbox/api/openapi.json", get(openapi::show)),
        Place::new("/_sandbox/api/seed", get(seed::show).put(seed::replace)),
        Place::new("/_sandbox/api/reset", post(seed::reset)),
        Place::new("/_sandbox/api/people", get(people::list)),
        Place::new("/_sandbox/api/sign_in_as", post(people::sign_in_as)),
        Place::new("/_sandbox/api/waiting", get(waiting::list)),
        Place::new("/_sandbox/api/waiting/approve", post(waiting::approve)),
        Place::new("/_sandbox/api/waiting/refuse", post(waiting::refuse)),
        Place::new("/_sandbox/api/clock", get(clock::show)),
        Place::new("/_sandbox/api/clock/advance", post(clock::advance)),
        Place::new(
            "/_sandbox/api/script",
            get(script::list).post(script::add).delete(script::clear),
        ),
        Place::new("/_sandbox/api/script/{id}", delete(script::remove)),
        Place::new("/_sandbox/api/script/{id}/release", post(script::release)),
        Place::new(
            "/_sandbox/api/journal",
            get(journal::list).delete(journal::clear),
        ),
        Place::new("/_sandbox/api/journal/counts", get(journal::counts)),
        Place::new("/_sandbox/api/tokens", get(tokens::list)),
        Place::new("/_sandbox/api/tokens/end", post(tokens::end)),
        Place::new("/_sandbox/api/tickets", get(tickets::list)),
        Place::new("/_sandbox/api/tickets/end", post(tickets::end)),
        Place::new("/_sandbox/api/consents", get(consents::list)),
        Place::new("/_sandbox/api/consents/forget", post(consents::forget)),
    ]
}

/// What an admin does.
fn directory_places() -> Vec<Place> {
    vec![
        Place::new("/_sandbox/api/corps", get(corps::list)),
        Place::new("/_sandbox/api/corps/create", post(corps::create)),
        Place::new("/_sandbox/api/corps/change", post(corps::change)),
        Place::new("/_sandbox/api/corps/remove", post(corps::remove)),
        Place::new("/_sandbox/api/members", get(members::list)),
        Place::new("/_sandbox/api/members/create", post(members::create)),
        Place::new("/_sandbox/api/members/change", post(members::change)),
        Place::new("/_sandbox/api/members/remove", post(members::remove)),
        Place::new(
            "/_sandbox/api/departments/create",
            post(departments::create),
        ),
        Place::new(
            "/_sandbox/api/departments/change",
            post(departments::change),
        ),
        Place::new(
            "/_sandbox/api/departments/remove",
            post(departments::remove),
        ),
        Place::new("/_sandbox/api/tags/create", post(tags::create)),
        Place::new("/_sandbox/api/tags/change", post(tags::change)),
        Place::new("/_sandbox/api/tags/remove", post(tags::remove)),
        Place::new("/_sandbox/api/agents/create", post(agents::create)),
        Place::new("/_sandbox/api/agents/change", post(agents::change)),
        Place::new("/_sandbox/api/agents/remove", post(agents::remove)),
        Place::new(
            "/_sandbox/api/agents/verify_domain",
            post(agents::verify_domain),
        ),
    ]
}

/// The number of something new.
#[derive(Debug, Serialize, ToSchema)]
struct Numbered {
    id: u32,
}

/// A numbered thing of a corp.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Meant {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    corp: Option<CorpId>,
    /// Its number.
    id: u32,
}

/// Makes something with a number: 201, or every mistake.
fn made(
    room: &Room,
    make: impl FnOnce(&mut State, Timestamp) -> Result<u32, Mistakes>,
) -> Result<(StatusCode, Json<Numbered>), Problem> {
    let id = room.world.change(make)?;
    Ok((StatusCode::CREATED, Json(Numbered { id })))
}

/// Changes something, or takes it away: 204, or every mistake.
fn changed(
    room: &Room,
    change: impl FnOnce(&mut State, Timestamp) -> Result<(), Mistakes>,
) -> Result<StatusCode, Problem> {
    room.world.change(change)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The corp that a command means: the one it names, or the first.
fn corp_of<'a>(state: &'a State, named: Option<&CorpId>) -> Result<&'a Corp, Problem> {
    let corp = match named {
        Some(corp_id) => state.corps.get(corp_id),
        None => state.corps.values().next(),
    };
    corp.ok_or_else(|| Problem::not_found("corp", "there is no such corp"))
}

fn agent_of(
    state: &State,
    corp: Option<&CorpId>,
    agent: AgentId,
) -> Result<(CorpId, AgentId), Problem> {
    let corp = corp_of(state, corp)?;
    match corp.agents.get(&agent) {
        Some(agent) => Ok((corp.id.clone(), agent.id)),
        None => Err(Problem::not_found("agent", "there is no such agent")),
    }
}
