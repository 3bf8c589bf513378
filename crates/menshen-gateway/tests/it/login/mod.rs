//! `/_menshen/login` and `/_menshen/callback/{connector}`.

mod callback;
mod chance;
mod exchange;
mod rate;
mod return_to;
mod start;

use std::sync::Arc;

use menshen_gateway::Parts;
use menshen_gateway::vault::sha256;
use menshen_store::Digest;
use wecom_sdk::AgentId;

/// The digest under which the store knows a state.
fn digest_of(state: &str) -> Digest {
    sha256(state.as_bytes())
}

/// Two connectors: `hq`, and `branch` for another agent of the same corp.
const SEVERAL: fn(&mut Parts) = |parts| {
    let config = Arc::make_mut(&mut parts.config);
    let mut branch = config.connectors[0].clone();
    branch.id = "branch".into();
    branch.label = "Branch".into();
    branch.agent_id = AgentId(1_000_003);
    branch.verification_files.clear();
    config.connectors.push(branch);
};
