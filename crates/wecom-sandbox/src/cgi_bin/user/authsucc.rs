//! `GET /cgi-bin/user/authsucc`: the member passed two-step verification at login (登录二次验证,
//! dossier 10, O-90203).

use wecom_sdk::UserId;

use super::super::call::{Done, Outcome, Visit};
use crate::world::{Caller, Refusal, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let user_id = visit.query.get("userid");
    let user_id = user_id.ok_or(Refusal::new(41009, "user.userid_missing (8.2)"))?;
    let user_id = read_user_id(user_id)?;

    state.pass_login(caller, &user_id)?;
    Ok(Done {
        fields: Vec::new(),
        rule: "two_step.login_passed (10)",
    })
}

pub(super) fn read_user_id(text: &str) -> Result<UserId, Refusal> {
    UserId::parse(text).map_err(|_| Refusal::new(40003, "user.userid_illegal (8.2)"))
}
