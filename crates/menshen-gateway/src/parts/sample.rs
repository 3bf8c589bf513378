//! Parts for tests beside the modules: the same type, other contents.
//!
//! In: nothing. Out: a store in memory, a clock that stands still and seeded chance. Never: a second kind of
//! gateway; whoever needs the whole one builds it in `tests/it`.

use std::sync::Arc;

use menshen_store::Sqlite;
use wecom_sdk::{Entropy, ManualClock, Timestamp};

use super::Parts;
use crate::access::rules::Rules;
use crate::access::term::Allow;
use crate::assertion::AssertionKeys;
use crate::config::{
    Config, PublicUrl, SessionConfig, SignedOut, SiteConfig, StoreConfig, UpstreamTimeouts,
};
use crate::jobs::Jobs;
use crate::metrics::Metrics;
use crate::vault::{DataKey, Vault};

/// When the clock stands still.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Parts with SQLite in memory, seeded chance, a clock that stands still, and no connector.
pub(crate) async fn parts() -> Parts {
    let entropy = Arc::new(Entropy::seeded(1));
    let key = DataKey::generate(&entropy).unwrap();
    let vault = Vault::new(&key, Arc::clone(&entropy)).unwrap();
    let store = Sqlite::in_memory().await.unwrap();
    let metrics = Metrics::new();
    Parts {
        assertion_keys: AssertionKeys::open(&store, &vault, NOW).await.unwrap(),
        config: Arc::new(config()),
        clock: Arc::new(ManualClock::at(NOW)),
        store: Arc::new(store),
        vault,
        entropy,
        jobs: Jobs::counted_by(&metrics),
        metrics,
    }
}

fn config() -> Config {
    let minute = std::time::Duration::from_mins(1);
    Config {
        public_url: PublicUrl::parse("http://localhost:8080").unwrap(),
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        management: "127.0.0.1:0".parse().unwrap(),
        trusted_proxies: Vec::new(),
        connections_per_address: 4096,
        data_key_file: "data.key".into(),
        store: StoreConfig::Sqlite {
            path: "unused.db".into(),
        },
        session: SessionConfig {
            lifetime: minute,
            idle: minute,
            recheck: minute,
        },
        connectors: Vec::new(),
        sites: Vec::new(),
    }
}

/// A site for every member of the connector `hq`.
pub(crate) fn site(host: &str) -> SiteConfig {
    SiteConfig {
        host: host.to_owned(),
        upstreams: Vec::new(),
        upstream_authorities: None,
        connectors: vec!["hq".to_owned()],
        rules: Rules {
            corp_id: None,
            allow: Allow::Any(Box::default()),
            list: Box::default(),
        },
        headers: Vec::new(),
        cors: Vec::new(),
        timeouts: UpstreamTimeouts::default(),
        signed_out: SignedOut::default(),
    }
}
