//! The store, and the data key that belongs to it.
//!
//! In: the configuration. Out: one finding. It opens both as `serve` would, and never makes either.

use std::sync::Arc;

use menshen_store::{OpenError, OpenMode};
use wecom_sdk::{Clock, Entropy};

use super::finding::{Finding, Level};
use crate::config::{Config, StoreConfig};
use crate::installation::{self, InstallationError, Opened};

const ABOUT: &str = "store";

/// Opens the store and the data key as `serve` would, and makes neither.
pub(super) async fn try_out(config: &Config, clock: &dyn Clock, entropy: &Arc<Entropy>) -> Finding {
    let StoreConfig::Sqlite { path } = &config.store;
    let path = path.display();
    match installation::open(config, clock, Arc::clone(entropy), OpenMode::MustExist).await {
        Ok(Opened { store, .. }) => {
            let answered = store.ping().await;
            store.close().await;
            match answered {
                Ok(()) => Finding::new(
                    Level::Good,
                    ABOUT,
                    format!("{path} and the data key belong together"),
                ),
                Err(error) => Finding::new(Level::Failed, ABOUT, error.to_string()),
            }
        }
        Err(InstallationError::Open(OpenError::Missing(_))) => Finding::new(
            Level::Good,
            ABOUT,
            format!("{path} does not exist yet; the first `menshen serve` makes it"),
        ),
        Err(error) => Finding::new(Level::Failed, ABOUT, error.to_string()),
    }
}
