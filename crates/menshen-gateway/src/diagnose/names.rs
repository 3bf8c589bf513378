//! Whether WeCom knows the departments, tags and members that rules name.
//!
//! In: a site and a client of its connector: a gateway that serves lends the one it has, so that there is one
//! access token. Out: the words that name nobody. Such a word admits
//! nobody, which is safe and surely not meant (S-028): `menshen check` fails, and `menshen serve`
//! writes an error when it starts. A question that WeCom does not answer is no finding about a name.

use std::collections::HashSet;
use std::sync::Arc;

use wecom_sdk::{Client, Clock, Entropy, Error, UserId};

use super::connector::client;
use super::failure::explain;
use super::finding::{Finding, Level};
use crate::access::rules::Part;
use crate::access::term::Term;
use crate::config::{Config, ConnectorConfig, SiteConfig};
use crate::connector::Connectors;
use crate::parts::Parts;

/// Tries the names of one site.
pub(super) async fn try_out(
    config: &Config,
    site: &SiteConfig,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<Entropy>,
) -> Vec<Finding> {
    let Some(connector) = connector_of(config, site).filter(|_| !names(site).is_empty()) else {
        return Vec::new();
    };
    match client(connector, clock, entropy) {
        Ok(client) => try_with(site, &client).await,
        Err(error) => vec![Finding::new(Level::Failed, about(site), error.to_string())],
    }
}

async fn try_with(site: &SiteConfig, client: &Client) -> Vec<Finding> {
    let about = about(site);
    match unknown(client, &names(site)).await {
        Err(error) => vec![explain(&about, &error, &client.endpoints().api)],
        Ok(unknown) if unknown.is_empty() => {
            let what = "WeCom knows every department, tag and member they name";
            vec![Finding::new(Level::Good, about, what)]
        }
        Ok(unknown) => unknown
            .into_iter()
            .map(|(part, term)| finding(&about, site, part, term))
            .collect(),
    }
}

/// Looks the names up once, behind the back of a gateway that has just started, and writes down those
/// that name nobody.
pub(crate) fn look_up(parts: &Parts, connectors: &Connectors) {
    let is_named = |site: &SiteConfig| !names(site).is_empty();
    if !parts.config.sites.iter().any(is_named) {
        return;
    }
    let (config, connectors) = (Arc::clone(&parts.config), connectors.clone());
    parts.jobs.spawn(async move {
        for site in config.sites.iter().filter(|site| is_named(site)) {
            let id = site.connectors.first();
            let Some(connector) = id.and_then(|id| connectors.get(id)) else {
                continue;
            };
            for finding in try_with(site, connector.client()).await {
                if finding.level == Level::Failed {
                    tracing::error!(
                        about = finding.about,
                        remedy = finding.remedy,
                        "{}",
                        finding.what
                    );
                }
            }
        }
    });
}

fn about(site: &SiteConfig) -> String {
    format!("site {}: rules", site.host)
}

fn finding(about: &str, site: &SiteConfig, part: Part, term: &Term) -> Finding {
    let what = format!(
        "{} names {term}, which WeCom does not know or does not show to this app: it admits nobody",
        site.rules.name(part)
    );
    Finding::new(Level::Failed, about, what)
        .because("the number is wrong, or the app's visible range leaves it out")
        .on_page("通讯录, and 应用管理 › 自建 › the app › 可见范围")
        .remedy("correct the number, or widen the visible range")
}

/// The words of a site that name something in the directory, each with its place.
fn names(site: &SiteConfig) -> Vec<(Part, &Term)> {
    let parts = std::iter::once(None).chain((0..site.rules.list.len()).map(Some));
    let terms = |part| {
        site.rules
            .allow(part)
            .terms()
            .iter()
            .map(move |term| (part, term))
    };
    parts
        .flat_map(terms)
        .filter(|(_, term)| term.is_of_one_corp())
        .collect()
}

/// Such words are of one corp, so any of the site's connectors can be asked.
fn connector_of<'c>(config: &'c Config, site: &SiteConfig) -> Option<&'c ConnectorConfig> {
    config.connector(site.connectors.first()?)
}

async fn unknown<'s>(
    client: &Client,
    names: &[(Part, &'s Term)],
) -> Result<Vec<(Part, &'s Term)>, Error> {
    let has = |is: fn(&Term) -> bool| names.iter().any(|(_, term)| is(term));
    let mut departments = HashSet::new();
    if has(|term| matches!(term, Term::Department(_))) {
        let list = client.departments(None).await?;
        departments.extend(list.into_iter().map(|department| department.node.id));
    }
    let mut tags = HashSet::new();
    if has(|term| matches!(term, Term::Tag(_))) {
        tags.extend(client.tags().await?.into_iter().map(|tag| tag.id));
    }
    let mut unknown = Vec::new();
    for (part, term) in names {
        let is_known = match term {
            Term::Department(id) => departments.contains(id),
            Term::Tag(id) => tags.contains(id),
            Term::User(user_id) => is_member(client, user_id).await?,
            Term::Member | Term::Corp(_) | Term::External => true,
        };
        if !is_known {
            unknown.push((*part, *term));
        }
    }
    Ok(unknown)
}

async fn is_member(client: &Client, user_id: &str) -> Result<bool, Error> {
    let Ok(user_id) = UserId::parse(user_id) else {
        return Ok(false);
    };
    match client.user(&user_id).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_unknown_member() || error.is_outside_range() => Ok(false),
        Err(error) => Err(error),
    }
}
