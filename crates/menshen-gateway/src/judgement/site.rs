//! The sites of the configuration, ready to be found by host.
//!
//! In: the checked configuration, once. Out: a site for a host in any of its spellings (S-021), with
//! everything about it that does not change from request to request. A host without a site has none:
//! there is no default (S-029).

use std::collections::HashMap;
use std::sync::Arc;

use crate::access::host;
use crate::config::{Config, SiteConfig};
use crate::door::glance::blank_headers;
use crate::identity_headers::blank::Blank;
use crate::identity_headers::values::Headers;

/// A site, ready for requests.
#[derive(Debug)]
pub(crate) struct Site {
    /// What was configured.
    pub(crate) config: SiteConfig,
    /// The site's origin: the gateway's scheme and the site's host.
    pub(crate) origin: String,
    /// Whether the gateway's own pages and the session cookie are on the same host.
    pub(crate) is_at_gateway: bool,
    /// The identity headers, and which incoming ones have to go.
    pub(crate) headers: Headers,
    /// The head of a yes to a proxy, about nobody: each answer is a copy that is filled.
    pub(crate) blank_yes: Blank,
}

impl Site {
    fn new(site: &SiteConfig, config: &Config) -> Self {
        let scheme = config.public_url.url().scheme();
        let headers = Headers::new(&site.headers);
        Self {
            origin: format!("{scheme}://{}", site.host),
            is_at_gateway: config.public_url.site_host() == site.host,
            blank_yes: Blank::new(blank_headers(), &headers),
            headers,
            config: site.clone(),
        }
    }

    /// Whether people signed in by this connector are the site's.
    pub(crate) fn is_connected_by(&self, connector_id: &str) -> bool {
        let connectors = &self.config.connectors;
        connectors.iter().any(|known| known == connector_id)
    }
}

/// All sites.
#[derive(Debug)]
pub(crate) struct Sites {
    by_host: HashMap<Box<str>, Arc<Site>>,
    usual_port: u16,
}

impl Sites {
    /// The sites of a configuration.
    pub(crate) fn new(config: &Config) -> Self {
        let site = |site: &SiteConfig| {
            let ready = Arc::new(Site::new(site, config));
            (site.host.as_str().into(), ready)
        };
        Self {
            by_host: config.sites.iter().map(site).collect(),
            usual_port: config.public_url.usual_port(),
        }
    }

    /// The site of a host, however it is spelled.
    pub(crate) fn find(&self, host: &str) -> Option<&Arc<Site>> {
        // The usual spelling. A configured host is its own normal form, so the other way would find no other.
        if let Some(site) = self.by_host.get(host) {
            return Some(site);
        }
        let host = host::normalize(host, self.usual_port)?;
        self.by_host.get(&*host)
    }
}
