//! `GET /cgi-bin/gettoken`: corp id and secret for an access token (dossier 3, O-91039).
//!
//! Called by an app's server. Order of checks: secret missing, corp id missing, corp unknown, too
//! many wrong secrets, secret wrong. The caller's address is not checked here (5.3).

use serde_json::json;

use super::call::{Done, Outcome, Visit};
use crate::world::{Credential, Refusal, State};

pub(super) fn answer(state: &mut State, visit: &Visit<'_>) -> Outcome {
    let secret = visit.query.get("corpsecret");
    let secret = secret.ok_or(Refusal::new(41004, "gettoken.secret_missing (3)"))?;
    let corp_id = visit.query.get("corpid");
    let corp_id = corp_id.ok_or(Refusal::new(41002, "gettoken.corpid_missing (3)"))?;

    let credential = Credential { corp_id, secret };
    let fresh = visit.fresh.to_owned();
    let issued = state.issue_token(visit.now, credential, visit.address, fresh)?;
    Ok(Done {
        fields: vec![
            ("access_token", json!(issued.token)),
            ("expires_in", json!(issued.expires_in.as_secs())),
        ],
        rule: issued.rule,
    })
}
