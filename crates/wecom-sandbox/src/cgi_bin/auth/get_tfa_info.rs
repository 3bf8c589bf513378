//! `POST /cgi-bin/auth/get_tfa_info`: who stands in front of the verification page (二次验证,
//! dossier 10, O-99499).
//!
//! The code works once; the `tfa_code` of the answer is for `user/tfa_succ`, once, for five minutes.

use serde_json::{Value, json};

use super::super::call::{Done, Outcome, Visit};
use crate::world::{Caller, Refusal, State};

pub(in crate::cgi_bin) fn answer(state: &mut State, caller: &Caller, visit: &Visit<'_>) -> Outcome {
    let code = visit.body.get("code").and_then(Value::as_str);
    let code = code.filter(|code| !code.is_empty());
    let code = code.ok_or(Refusal::new(41008, "code.missing (6.1)"))?;

    let fresh = visit.fresh.to_owned();
    let (user_id, tfa_code) = state.take_tfa_code(visit.now, caller, code, fresh)?;
    Ok(Done {
        fields: vec![("userid", json!(user_id)), ("tfa_code", json!(tfa_code))],
        rule: "two_step.told (10)",
    })
}
