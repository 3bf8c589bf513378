//! `/_sandbox/faults`: what the next calls shall meet instead of their answers.
//!
//! `GET` lists the script and has the form, `POST` adds a fault, `…/remove` and `…/release` act on one,
//! `…/clear` forgets all. A fault changes an answer, never the world.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::fault_form::{fields, read};
use super::form::{Field, Input, spread};
use super::frame::{Frame, show_with_mistakes};
use crate::admin::{Mistakes, faults};
use crate::page::fields::{Fields, OwnForm};
use crate::page::see_other;
use crate::room::Room;
use crate::script::Listed;

const HERE: &str = "/_sandbox/faults";

#[derive(Template)]
#[template(path = "console/faults.html")]
struct Page {
    frame: Frame,
    faults: Vec<Shown>,
    fields: Vec<Field>,
    others: Vec<String>,
    is_wrong: bool,
}

/// A fault of the list.
struct Shown {
    id: u64,
    path: String,
    does: String,
    when: String,
    used: u32,
    is_over: bool,
    holding: u32,
}

pub(super) async fn look(State(room): State<Room>, frame: Frame) -> Response {
    let mut values = Fields::default();
    values.push("times", "1");
    page(&room, frame, &values, &Mistakes::default())
}

pub(super) async fn add(
    State(room): State<Room>,
    frame: Frame,
    OwnForm(form): OwnForm,
) -> Response {
    let mut mistakes = Mistakes::default();
    let fault = read(&form, &mut mistakes);
    match faults::check(&fault, mistakes) {
        Ok(()) => {
            room.script.add(fault);
            see_other(HERE)
        }
        Err(mistakes) => page(&room, frame, &form, &mistakes),
    }
}

pub(super) async fn remove(State(room): State<Room>, OwnForm(form): OwnForm) -> Response {
    if let Ok(id) = form.text("id").parse() {
        room.script.remove(id);
    }
    see_other(HERE)
}

pub(super) async fn release(State(room): State<Room>, OwnForm(form): OwnForm) -> Response {
    if let Ok(id) = form.text("id").parse() {
        room.script.release(id);
    }
    see_other(HERE)
}

pub(super) async fn clear(State(room): State<Room>, OwnForm(_): OwnForm) -> Response {
    room.script.clear();
    see_other(HERE)
}

fn page(room: &Room, frame: Frame, values: &Fields, mistakes: &Mistakes) -> Response {
    let mut fields = fields(&frame, values);
    let others = spread(&frame, &mut fields, mistakes);
    let is_wrong = !mistakes.list().is_empty();
    let list = room.script.list();
    let page = Page {
        faults: list
            .iter()
            .map(|listed| Shown::of(&frame, listed))
            .collect(),
        frame,
        fields,
        others,
        is_wrong,
    };
    show_with_mistakes(mistakes, &page)
}

impl Shown {
    fn of(frame: &Frame, listed: &Listed) -> Self {
        let fault = &listed.fault;
        let mut does = Vec::new();
        does.extend(fault.errcode.map(|errcode| format!("errcode {errcode}")));
        does.extend(fault.status.map(|status| format!("HTTP {status}")));
        if let Some(body) = &fault.body {
            let start: String = body.chars().take(24).collect();
            does.push(format!("{} {start:?}", frame.say("body", "应答体")));
        }
        does.extend(fault.delay_ms.map(|millis| format!("+{millis} ms")));
        if let Some(bytes) = fault.break_after {
            let cut = frame.say("broken off after", "中断于字节");
            does.push(format!("{cut} {bytes}"));
        }
        does.extend(
            fault
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        if fault.hold {
            does.push(frame.say("held", "等待放行").to_owned());
        }
        if fault.lose {
            does.push(frame.say("answer lost", "应答丢失").to_owned());
        }
        if fault.process {
            does.push(frame.say("carried out", "照常执行").to_owned());
        }
        let mut when = Vec::new();
        when.extend(fault.percent.map(|percent| format!("{percent} %")));
        if fault.times < u32::MAX {
            when.push(format!("{} ×", fault.times));
        }
        Self {
            id: listed.id,
            path: fault.path.clone(),
            does: does.join(", "),
            when: when.join(", "),
            used: listed.used,
            is_over: listed.used >= fault.times,
            holding: listed.holding,
        }
    }
}
