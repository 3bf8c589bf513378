//! `GET /cgi-bin/user/get`: one member (读取成员, dossier 8.2, O-90196).
//!
//! `userid` ignores case; the answer has the stored casing. Personal fields are withheld from apps
//! created after 2022-06-20 20:00 (8.1). A member outside the visible range is refused.

use super::super::call::{Done, Outcome, Visit};
use super::super::view::View;
use super::authsucc::read_user_id;
use crate::world::{Caller, OutsideRange, Refusal, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let user_id = visit.query.get("userid");
    let user_id = user_id.ok_or(Refusal::new(41009, "user.userid_missing (8.2)"))?;
    let user_id = read_user_id(user_id)?;

    let view = View::of(state, caller)?;
    let member = view.corp.members.get(&user_id);
    let member = member.ok_or(Refusal::new(60111, "user.unknown (8.2)"))?;
    if !view.sees_member(member) {
        let errcode = match state.switches.outside_range {
            OutsideRange::Code60011 => 60011,
            OutsideRange::Code60111 => 60111,
        };
        return Err(Refusal::new(errcode, "user.outside_range (8.2)"));
    }
    Ok(Done {
        fields: view.member_fields(member),
        rule: "user.read (8.2)",
    })
}
