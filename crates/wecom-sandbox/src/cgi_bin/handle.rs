//! One call from the socket to the socket.
//!
//! In: an HTTP request for a row of the table. Out: the answer, a scripted fault, or nothing at
//! all. Order: script (wait before) → read → draw → one lock: admit, run → script (wait after) →
//! journal → answer. The lock is never held across a wait.

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use serde_json::Value;

use super::answer::{self, Answer};
use super::call::{Api, Outcome, Query, Run, Visit};
use super::crowd;
use crate::journal::{Kind, Note};
use crate::redact;
use crate::room::{Lost, Peer, Room};
use crate::script::{self, Met, Moment};
use crate::world::{Caller, Knock, Legacy, Refusal, State};

/// The biggest body that is read.
const BODY_LIMIT: usize = 1024 * 1024;

pub(super) async fn handle(
    room: &Room,
    api: &'static Api,
    request: Request<Body>,
) -> Response<Body> {
    let is_served = matches!(*request.method(), Method::GET | Method::POST);
    let is_away = api.is_legacy
        && room
            .world
            .read(|state, _| state.switches.legacy == Legacy::Absent);
    if !is_served || is_away {
        return empty(StatusCode::NOT_FOUND);
    }
    let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() else {
        return empty(StatusCode::INTERNAL_SERVER_ERROR);
    };
    // Held until the answer is ready: a call that waits is under way.
    let raw = request.uri().query().unwrap_or_default();
    let place = place_of(room, api, &Query::parse(raw));
    // A failing random source meets no fault that is left to chance.
    let dice = || room.world.entropy().below(100).unwrap_or(100);
    let met = room.script.meet(api.path, dice);
    if let Some(met) = &met {
        met.wait(Moment::Before).await;
    }
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await;
    let body = body.map(http_body_util::Collected::to_bytes);
    let raw = parts.uri.query().unwrap_or_default();
    let call = Arrived {
        room,
        api,
        raw,
        body: body.as_deref().ok(),
        address: peer.ip(),
        is_crowded: place.as_ref().is_some_and(|(_, is_crowded)| *is_crowded),
    };
    let answer = call.answer(met.as_ref());
    if let Some(met) = &met {
        met.wait(Moment::After).await;
    }
    let lost = met.as_ref().is_some_and(|met| met.fault().lose);
    let status = met.as_ref().and_then(|met| met.fault().status);
    let status = if lost { 0 } else { status.unwrap_or(200) };
    let note = call.note(&parts.method, &answer, status);
    room.journal.note(room.world.now(), note);
    respond(answer, met.as_ref(), lost)
}

/// A call whose request has been read.
struct Arrived<'a> {
    room: &'a Room,
    api: &'static Api,
    raw: &'a str,
    /// `None` when it was too big or broke off.
    body: Option<&'a [u8]>,
    address: std::net::IpAddr,
    /// Whether too many of its kind are under way.
    is_crowded: bool,
}

impl Arrived<'_> {
    /// The call's own answer, or the scripted one.
    fn answer(&self, met: Option<&Met>) -> Answer {
        let fault = met.map(Met::fault);
        let is_processed = fault.is_none_or(|fault| fault.process || fault.keeps_answer());
        let own = is_processed.then(|| self.carry_out());
        let Some(fault) = fault.filter(|fault| !fault.keeps_answer()) else {
            return own.unwrap_or_else(|| self.render(&Err(BUSY), false));
        };
        let refusal = Refusal::new(fault.errcode.unwrap_or(-1), "script");
        let mut answer = match (fault.errcode, own) {
            (None, Some(own)) => own,
            _ => self.render(&Err(refusal), false),
        };
        if let Some(body) = &fault.body {
            answer.body.clone_from(body);
        }
        answer.rule = "script";
        answer
    }

    fn carry_out(&self) -> Answer {
        let Some(bytes) = self.body else {
            return self.render(&Err(Refusal::new(40206, "body.too_big (13.4)")), false);
        };
        let parsed = serde_json::from_slice::<Value>(bytes);
        let is_malformed = !bytes.is_empty() && !matches!(parsed, Ok(Value::Object(_)));
        let body = parsed.unwrap_or_default();
        let Ok(fresh) = self.room.world.entropy().url_safe(self.api.draws) else {
            return self.render(&Err(BUSY), false);
        };
        let mut whose = None;
        let outcome = self.room.world.change(|state, now| {
            let visit = Visit {
                now,
                path: self.api.path,
                address: self.address,
                query: Query::parse(self.raw),
                body: &body,
                fresh: &fresh,
            };
            run(state, self.api, &visit, &mut whose, self.is_crowded)
        });
        Answer {
            whose,
            ..self.render(&outcome, is_malformed)
        }
    }

    fn render(&self, outcome: &Outcome, is_malformed: bool) -> Answer {
        let world = &self.room.world;
        let switches = world.read(|state, _| state.switches);
        let form = answer::Form {
            switches,
            now: world.now(),
            address: self.address,
            is_malformed,
        };
        answer::render(self.api, outcome, &form, world.entropy())
    }

    fn note(&self, method: &Method, answer: &Answer, status: u16) -> Note {
        let body = redact::body(self.body.unwrap_or_default());
        let query = redact::query(self.raw);
        Note {
            kind: Kind::Call,
            method: method.to_string(),
            path: self.api.path.to_owned(),
            request: [query, body].join(" ").trim().to_owned(),
            answer: redact::body(answer.body.as_bytes()),
            status,
            errcode: Some(answer.errcode),
            rule: answer.rule.to_owned(),
            caller: Some(self.address),
            whose: answer.whose.clone(),
        }
    }
}

const BUSY: Refusal = Refusal::new(-1, "busy (13.2)");

/// One lock, one call: whoever calls is let in or not, then the call is carried out. `whose` is
/// filled for the journal as soon as it is known.
fn run(
    state: &mut State,
    api: &'static Api,
    visit: &Visit<'_>,
    whose: &mut Option<Caller>,
    is_crowded: bool,
) -> Outcome {
    match api.run {
        Run::Open(answer) => answer(state, visit),
        Run::Token(allowed, answer) => {
            let knock = Knock {
                token: visit.query.get("access_token"),
                address: visit.address,
                call: api.path,
                allowed,
                is_counted: !api.counts_itself,
                is_debug: visit.query.get("debug") == Some("1"),
            };
            let caller = whose.insert(state.admit(visit.now, knock)?);
            if is_crowded {
                return Err(Refusal::new(45033, "limits.at_once (10, 13.1)"));
            }
            answer(state, caller, visit)
        }
    }
}

/// The call's place among those of its corp, and whether there are too many, where that matters.
fn place_of(room: &Room, api: &'static Api, query: &Query<'_>) -> Option<(crowd::Place, bool)> {
    let token = query.get("access_token").filter(|_| api.is_few_at_once)?;
    let (corp_id, most) = room.world.read(|state, now| {
        let record = state.find_token(now, token).ok()?;
        Some((record.corp_id.clone(), state.limits.two_step_at_once))
    })?;
    let place = room.crowd.enter(corp_id, api.path);
    let is_crowded = place.count > most;
    Some((place, is_crowded))
}

fn respond(answer: Answer, met: Option<&Met>, lost: bool) -> Response<Body> {
    let mut response = answer.into_response();
    if let Some(fault) = met.map(Met::fault) {
        if let Some(status) = fault
            .status
            .and_then(|status| StatusCode::from_u16(status).ok())
        {
            *response.status_mut() = status;
        }
        for (name, value) in &fault.headers {
            let name = name.parse::<axum::http::HeaderName>();
            if let (Ok(name), Ok(value)) = (name, value.parse()) {
                response.headers_mut().insert(name, value);
            }
        }
    }
    if let Some(bytes) = met.and_then(|met| met.fault().break_after) {
        response = response.map(|body| script::broken(body, bytes));
    }
    if lost {
        response.extensions_mut().insert(Lost);
    }
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
