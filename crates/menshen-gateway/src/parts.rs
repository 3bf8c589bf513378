//! The long-lived things, built once in `main` and once in the test harness: same type, other
//! contents.
//!
//! Rooms clone what they need out of it. It does nothing by itself, and nothing in it is global.

#[cfg(test)]
pub(crate) mod sample;

use std::sync::Arc;

use menshen_store::Store;
use wecom_sdk::{Clock, Entropy};

use crate::assertion::AssertionKeys;
use crate::config::Config;
use crate::jobs::Jobs;
use crate::metrics::Metrics;
use crate::vault::Vault;

/// Everything a gateway is made of. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The checked configuration.
    pub config: Arc<Config>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub entropy: Arc<Entropy>,
    /// Where records are kept.
    pub store: Arc<dyn Store>,
    /// The data key at work.
    pub vault: Vault,
    /// What assertions are signed with.
    pub assertion_keys: AssertionKeys,
    /// Work that outlives a request.
    pub jobs: Jobs,
    /// What is counted.
    pub metrics: Metrics,
}
