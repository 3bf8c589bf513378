//! The clients of one round of questions: one for each connector, made when it is first needed.
//!
//! In: the configuration. Out: a client of the connector that can be asked about a site. All sites of a connector
//! share it, and with it one access token: WeCom ends older tokens of an agent whenever it likes, and counts
//! how often one is fetched. Never: calls WeCom by itself.

use std::collections::HashMap;
use std::sync::Arc;

use wecom_sdk::{Client, Clock, Entropy, Error};

use super::connector::client;
use crate::config::{Config, SiteConfig};

/// The clients that were needed so far.
pub(super) struct Clients<'c> {
    config: &'c Config,
    clock: &'c Arc<dyn Clock>,
    entropy: &'c Arc<Entropy>,
    made: HashMap<&'c str, Client>,
}

impl<'c> Clients<'c> {
    /// None yet.
    pub(super) fn new(
        config: &'c Config,
        clock: &'c Arc<dyn Clock>,
        entropy: &'c Arc<Entropy>,
    ) -> Self {
        Self {
            config,
            clock,
            entropy,
            made: HashMap::new(),
        }
    }

    /// The client to ask about a site: names in rules are of one corp, so any of its connectors will do. `None`
    /// when it has no connector.
    pub(super) fn of(&mut self, site: &SiteConfig) -> Option<Result<Client, Error>> {
        let connector = self.config.connector(site.connectors.first()?)?;
        if let Some(made) = self.made.get(connector.id.as_str()) {
            return Some(Ok(made.clone()));
        }
        let made = client(connector, self.clock, self.entropy);
        if let Ok(client) = &made {
            self.made.insert(&connector.id, client.clone());
        }
        Some(made)
    }
}
