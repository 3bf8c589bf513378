//! The configured ways to sign in at WeCom: the only room that asks it about people who come.
//!
//! In: a code that came back, or a member to ask about again. Out: a person whom `access` admits, or
//! a named refusal. Each connector has its own client, token, directory cache and bulkhead, so that
//! one corp's trouble stays its own. Never: opens a session, writes a record, or hands out a token.

mod bulkhead;
mod directory;
pub(crate) mod email;
mod error;
mod identify;
mod link;
mod member;
mod personal;
mod token_storage;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use url::Url;
use wecom_sdk::{Client, CorpId, Endpoints, Timestamp};

use crate::Parts;
use crate::access::decide::Admission;
use crate::config::{ConnectorConfig, EndpointOverrides};
use crate::metrics::Metrics;
use bulkhead::Bulkhead;
use directory::Directory;
pub(crate) use error::{IdentifyError, Kind, Trouble};
pub(crate) use identify::Recheck;
pub(crate) use member::{CONSENT_FOR, Gender, Member, Person, PersonalFields, UnreadableFields};
use token_storage::SealedTokens;

/// The deadline of one call to WeCom, token and repeats included.
const CALL_TIMEOUT: Duration = Duration::from_secs(5);
/// How many re-checks of one connector talk to WeCom at a time.
const MOST_RECHECKS: usize = 16;
/// After a silence of WeCom, nobody waits for a re-check for so long.
const TROUBLED_FOR: Duration = Duration::from_secs(30);

/// All connectors. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Connectors(Arc<[Connector]>);

impl Connectors {
    /// Builds a connector for each one configured. Nothing is called.
    pub(crate) fn new(parts: &Parts) -> Result<Self, wecom_sdk::Error> {
        let connectors = parts.config.connectors.iter();
        let connectors: Result<Arc<[Connector]>, _> = connectors
            .map(|config| Connector::new(config, parts))
            .collect();
        Ok(Self(connectors?))
    }

    /// The connector with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Connector> {
        self.iter().find(|connector| connector.id() == id)
    }

    /// All of them, in the order of the configuration.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Connector> {
        self.0.iter()
    }

    /// The only one, if there is only one.
    pub(crate) fn single(&self) -> Option<&Connector> {
        match &*self.0 {
            [connector] => Some(connector),
            _ => None,
        }
    }
}

/// One configured way to sign in at WeCom. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Connector(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: ConnectorConfig,
    client: Client,
    redirect_uri: Url,
    directory: Directory,
    logins: Bulkhead,
    rechecks: Semaphore,
    troubled_until: AtomicI64,
    metrics: Metrics,
}

impl Connector {
    fn new(config: &ConnectorConfig, parts: &Parts) -> Result<Self, wecom_sdk::Error> {
        let tokens = SealedTokens {
            store: Arc::clone(&parts.store),
            vault: parts.vault.clone(),
            clock: Arc::clone(&parts.clock),
        };
        let client = Client::builder(
            config.corp_id.clone(),
            config.agent_id,
            Arc::clone(&config.secret) as Arc<dyn wecom_sdk::SecretSource>,
        )
        .endpoints(endpoints(&config.endpoints))
        .clock(Arc::clone(&parts.clock))
        .entropy(Arc::clone(&parts.entropy))
        .token_storage(Arc::new(tokens))
        .timeout(CALL_TIMEOUT)
        .build()?;
        let callback = format!("/_menshen/callback/{}", config.id);
        Ok(Self(Arc::new(Inner {
            redirect_uri: parts.config.public_url.join(&callback),
            directory: Directory::new(client.clone(), parts, &config.id),
            client,
            config: config.clone(),
            logins: Bulkhead::new(),
            rechecks: Semaphore::new(MOST_RECHECKS),
            troubled_until: AtomicI64::new(i64::MIN),
            metrics: parts.metrics.clone(),
        })))
    }

    /// Its name in addresses.
    pub(crate) fn id(&self) -> &str {
        &self.0.config.id
    }

    /// Its name for people.
    pub(crate) fn label(&self) -> &str {
        &self.0.config.label
    }

    /// The corp whose members it signs in.
    pub(crate) fn corp_id(&self) -> &CorpId {
        &self.0.config.corp_id
    }

    /// Everything that was configured.
    pub(crate) fn config(&self) -> &ConnectorConfig {
        &self.0.config
    }

    /// Whom the operator admits besides members.
    pub(crate) fn admission(&self) -> Admission {
        Admission {
            external_contacts: self.0.config.admit_external_contacts,
            linked_corps: self.0.config.admit_linked_corps,
        }
    }

    /// Whether WeCom was silent a moment ago.
    pub(crate) fn is_troubled(&self, now: Timestamp) -> bool {
        now.as_millis() < self.0.troubled_until.load(Ordering::Relaxed)
    }

    fn note_silence(&self, now: Timestamp) {
        let until = now.plus(TROUBLED_FOR).as_millis();
        self.0.troubled_until.store(until, Ordering::Relaxed);
    }

    fn note_answer(&self) {
        self.0.troubled_until.store(i64::MIN, Ordering::Relaxed);
    }
}

pub(crate) fn endpoints(overrides: &EndpointOverrides) -> Endpoints {
    let default = Endpoints::default();
    Endpoints {
        open: overrides.open.clone().unwrap_or(default.open),
        login: overrides.login.clone().unwrap_or(default.login),
        api: overrides.api.clone().unwrap_or(default.api),
    }
}
