//! `POST /cgi-bin/user/tfa_succ`: the member passed two-step verification on use (使用二次验证,
//! dossier 10, O-99500).

use serde_json::Value;

use super::super::call::{Done, Outcome, Visit};
use super::authsucc::read_user_id;
use crate::world::{Caller, Refusal, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let text = |key: &str| {
        let text = visit.body.get(key).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    };
    let user_id = text("userid").ok_or(Refusal::new(41009, "user.userid_missing (8.2)"))?;
    let user_id = read_user_id(user_id)?;
    let tfa_code = text("tfa_code").ok_or(Refusal::new(40207, "two_step.tfa_code (10)"))?;

    state.pass_use(visit.now, caller, &user_id, tfa_code)?;
    Ok(Done {
        fields: Vec::new(),
        rule: "two_step.use_passed (10)",
    })
}
