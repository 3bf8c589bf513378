//! The look at a domain's ownership file (域名归属校验, dossier 5.2).
//!
//! In: a trusted domain and its token. Out: a finding in words, and the moment of verification when
//! `http://` or `https://DOMAIN/WW_verify_<token>.txt` has exactly the token as its body. On this machine
//! and in private networks only: the sandbox never asks strangers. Redirects are not followed. It
//! changes nothing but the agent's ownership record.

mod fetch;

use wecom_sdk::{AgentId, CorpId};

use crate::journal::{Kind, Note};
use crate::room::Room;

/// What the look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) is_verified: bool,
    pub(crate) text: String,
}

/// Looks at the file of an agent's OAuth domain; `None` when there is no such agent or domain.
pub(crate) async fn verify(room: &Room, corp_id: &CorpId, agent_id: AgentId) -> Option<Finding> {
    let (domain, ownership) = room.world.read(|state, _| {
        let agent = state.agent(corp_id, agent_id)?;
        Some((agent.oauth_domain.clone()?, agent.ownership.clone()))
    })?;
    let path = format!("/{}", ownership.file_name());
    let found = fetch::look(domain.as_str(), &path, &ownership.token, &room.trust).await;
    let finding = Finding {
        is_verified: found.is_ok(),
        text: match found {
            Ok(scheme) => format!("{scheme}://{domain}{path} has the token"),
            Err(troubles) => troubles,
        },
    };
    room.world.change(|state, now| {
        let agent = state.agent_mut(corp_id, agent_id);
        // The domain may have been changed while we looked.
        let agent = agent.filter(|agent| agent.oauth_domain.as_ref() == Some(&domain));
        if let Some(agent) = agent {
            agent.ownership.verified_at = finding.is_verified.then_some(now);
            agent.ownership.last_finding = Some(finding.text.clone());
        }
    });
    let note = Note {
        kind: Kind::Fetch,
        method: "GET".to_owned(),
        path,
        request: domain.to_string(),
        answer: finding.text.clone(),
        status: if finding.is_verified { 200 } else { 0 },
        errcode: None,
        rule: "ownership.file (5.2)".to_owned(),
        caller: None,
        whose: None,
    };
    room.journal.note(room.world.now(), note);
    Some(finding)
}
