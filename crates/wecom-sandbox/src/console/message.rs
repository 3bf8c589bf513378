//! `/_sandbox/pushes/send`: a message of WeCom's server, written by hand and sent now (dossier 12.3).
//!
//! `GET` fills the form in with an event about what is there, `POST` sends what was typed to the address of an app
//! or of the contact sync. Out: the list of tries. It never changes the directory.

use axum::extract::{RawQuery, State as Part};
use axum::response::Response;

use super::form::{Form, Maker};
use super::frame::{Frame, query};
use super::managed::{Managed as _, at};
use super::pushes::{Pushes, agent, holder, meant, name, nobody};
use super::which;
use crate::admin::Mistakes;
use crate::page::fields::{Fields, OwnForm};
use crate::page::see_other;
use crate::push;
use crate::room::Room;

pub(super) const SEND: &str = "/_sandbox/pushes/send";

/// The form of a message, filled in as it was asked.
pub(super) async fn write(
    Part(room): Part<Room>,
    frame: Frame,
    RawQuery(raw): RawQuery,
) -> Response {
    let mut values = Fields::parse(raw.unwrap_or_default().as_bytes());
    let xml = room.world.read(|state, now| {
        let corp = which::corp(state, &values)?;
        let to = holder(values.text("to"))?;
        let callback = state.callback(&corp.id, agent(to))?;
        let event = values.text("event");
        Some(push::example((corp, agent(to)), callback, event, now))
    });
    values.push("xml", xml.unwrap_or_default());
    message(&room, &frame, &values, &Mistakes::default())
}

/// Sends it, and waits until it is taken or given up; the log says what became of it.
pub(super) async fn send(
    Part(room): Part<Room>,
    frame: Frame,
    OwnForm(values): OwnForm,
) -> Response {
    let mistakes = match meant(&room, &values) {
        Ok((corp, to)) => {
            let sent =
                push::deliver(&room, (&corp, agent(to)), "message", values.text("xml")).await;
            if sent.is_some() {
                let corp = query(&[("corp", corp.as_str())]);
                return see_other(&format!("{}{corp}#log", Pushes::PATHS[0]));
            }
            nobody()
        }
        Err(mistakes) => mistakes,
    };
    message(&room, &frame, &values, &mistakes)
}

fn message(room: &Room, frame: &Frame, values: &Fields, mistakes: &Mistakes) -> Response {
    at(room, frame, values, |at| {
        let make = Maker { frame, values };
        let to = holder(values.text("to"));
        let to_name = to.map_or_else(String::new, |to| name(frame, at.corp, to));
        let lead = frame.say(
            "Sealed and signed as WeCom does, and tried three times at most.",
            "按企业微信的方式加密和签名，最多尝试三次。",
        );
        Form {
            frame: frame.clone(),
            title: format!("{} {to_name}", frame.say("Message to", "发送消息给")),
            lead: lead.to_owned(),
            action: SEND,
            submit: frame.say("Send", "发送").to_owned(),
            back: at.link(Pushes::PATHS[0], &[]),
            hidden: vec![
                ("corp", at.corp.id.to_string()),
                ("to", values.text("to").to_owned()),
            ],
            fields: vec![make.area("xml", ("Plain text", "明文"))],
            removal: None,
            others: Vec::new(),
        }
        .with(mistakes)
        .page()
    })
}
