//! `POST /_sandbox/clock`: moves the sandbox's clock forward by one of the steps its page offers.
//!
//! In: the name of a step. Out: the clock moved, and the way back. It never moves it to the past.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;

use crate::page::fields::OwnForm;
use crate::page::see_other;
use crate::world::World;

/// A step, as the form names it and as the page explains it.
pub(super) struct Step {
    pub(super) seconds: u64,
    pub(super) label: &'static str,
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
}

/// What a person wants to see end.
pub(super) const STEPS: [Step; 4] = [
    step(301, "+5 min", "codes, scan pages", "code、扫码页"),
    step(1801, "+30 min", "user tickets", "user_ticket"),
    step(7201, "+2 h", "access tokens", "access_token"),
    step(31 * 86_400, "+31 d", "consents", "个人信息授权"),
];

const fn step(seconds: u64, label: &'static str, en: &'static str, zh: &'static str) -> Step {
    Step {
        seconds,
        label,
        en,
        zh,
    }
}

pub(super) async fn answer(State(world): State<World>, OwnForm(form): OwnForm) -> Response {
    let asked: Option<u64> = form.text("seconds").parse().ok();
    let step = STEPS.iter().find(|step| asked == Some(step.seconds));
    if let Some(step) = step {
        world.clock().advance(Duration::from_secs(step.seconds));
    }
    see_other("/_sandbox/#clock")
}
