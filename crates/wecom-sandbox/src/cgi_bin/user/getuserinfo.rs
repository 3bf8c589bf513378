//! `GET /cgi-bin/user/getuserinfo`: the legacy form of the exchange (dossier 6.2).
//!
//! The same rules as `auth/getuserinfo`, other spelling: `UserId`, `OpenId`, `DeviceId`; and
//! `expires_in` beside a user ticket. An extra `agentid` is ignored.

use serde_json::json;

use super::super::auth::getuserinfo::{add_external_contact, cased, exchange};
use super::super::call::{Done, Fields, Outcome, Visit};
use crate::world::{Caller, Person, State, TICKET_LIVES};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let exchanged = exchange(state, caller, visit)?;
    let mut fields: Fields = match &exchanged.person {
        Person::Member(user_id) => vec![("UserId", json!(cased(state, user_id.as_str())))],
        Person::Linked(linked) => vec![("UserId", json!(linked.to_string()))],
        Person::Stranger(open_id) | Person::ExternalContact { open_id, .. } => {
            vec![("OpenId", json!(open_id))]
        }
    };
    fields.push(("DeviceId", json!(device(&exchanged.person))));
    add_external_contact(state, caller, &exchanged, &mut fields);
    if let Some(ticket) = exchanged.user_ticket {
        fields.push(("user_ticket", json!(ticket)));
        fields.push(("expires_in", json!(TICKET_LIVES.as_secs())));
    }
    Ok(Done {
        fields,
        rule: "code.exchanged (6.2)",
    })
}

/// One device for each person; the real id is made when the client is installed (dossier 1).
fn device(person: &Person) -> String {
    let key = person.key();
    let letters = key.as_str().bytes().filter(u8::is_ascii_alphanumeric);
    format!("sandbox{}", letters.map(char::from).collect::<String>())
}
