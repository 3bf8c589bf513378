//! `/_sandbox/api/switches`: where WeCom's documents disagree, which reading holds.
//!
//! `GET` lists every switch with its words, `PUT` sets some of them until the next reset. A mistake changes
//! nothing.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::{Mistake, Problem};
use super::read::Command;
use crate::room::Room;
use crate::world::Switches;

/// A switch.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Switch {
    /// Its name.
    name: &'static str,
    /// The word that holds now.
    word: &'static str,
    /// Every word; the first is the stricter reading and the default.
    words: &'static [&'static str],
}

/// Names and words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SwitchWords {
    /// A word for each switch to set.
    switches: BTreeMap<String, String>,
}

/// Every switch.
#[utoipa::path(get, path = "/_sandbox/api/switches", responses((status = 200, body = Vec<Switch>)))]
pub(super) async fn list(State(room): State<Room>) -> Json<Vec<Switch>> {
    let present = room.world.read(|state, _| state.switches.list());
    let switches = present.into_iter().zip(Switches::NAMES);
    let switches = switches.map(|((name, word), (_, words))| Switch { name, word, words });
    Json(switches.collect())
}

/// Sets switches until the next reset.
#[utoipa::path(
    put, path = "/_sandbox/api/switches", request_body = SwitchWords,
    responses((status = 204), (status = 400, body = Problem))
)]
pub(super) async fn set(
    State(room): State<Room>,
    Command(wanted): Command<SwitchWords>,
) -> Result<StatusCode, Problem> {
    room.world.change(|state, _| {
        let mut switches = state.switches;
        for (name, word) in &wanted.switches {
            if !switches.set(name, word) {
                return Err(unknown(name, word));
            }
        }
        state.switches = switches;
        Ok(StatusCode::NO_CONTENT)
    })
}

/// A switch or a word that does not exist, with those that do.
fn unknown(name: &str, word: &str) -> Problem {
    let words = Switches::NAMES.iter().find(|(known, _)| *known == name);
    let (title, remedy) = match words {
        Some((_, words)) => (
            format!("`{word}` is no word of the switch `{name}`"),
            format!("write one of {}", words.join(", ")),
        ),
        None => (
            format!("`{name}` is no switch"),
            "see /_sandbox/api/switches for what there is".to_owned(),
        ),
    };
    let mistake = Mistake {
        line: None,
        key: format!("switches.{name}"),
        problem: title.clone(),
        remedy,
    };
    Problem::bad("switches", title).with(vec![mistake])
}
