//! Reads the `[[site]]` sections.
//!
//! In: the whole file, once its connectors are read. Out: the sites, or notes about every mistake in
//! them. What only the whole set shows (two sites of one host, a site nobody may be asked about) is
//! noted here too.

use std::collections::HashSet;
use std::time::Duration;

use http::HeaderName;
use wecom_sdk::CorpId;

use super::super::connector::ConnectorConfig;
use super::super::findings::Wrong;
use super::super::section::Section;
use super::super::{Network, PublicUrl, parse};
use super::host::{
    parse_connector, parse_header_name, parse_host, parse_origin, parse_signed_out, parse_upstream,
};
use super::{Fact, SiteConfig, UpstreamTimeouts, authorities, rule};
use crate::identity_headers::names::is_same;

/// What a site is read beside.
pub(in crate::config) struct Beside<'c> {
    pub(in crate::config) public_url: Option<&'c PublicUrl>,
    pub(in crate::config) connectors: &'c [ConnectorConfig],
    pub(in crate::config) trusted_proxies: &'c [Network],
}

/// Reads all sites.
pub(in crate::config) fn read_all(root: &Section<'_>, beside: &Beside<'_>) -> Vec<SiteConfig> {
    let mut sites = Vec::new();
    let mut seen = HashSet::new();
    for section in root.sections("site", "host") {
        let site = read(&section, beside);
        if let Some(site) = &site {
            if !seen.insert(site.host.clone()) {
                let what = format!("is {}, which another site has already", site.host);
                section.mistake(
                    "host",
                    Wrong::new(what, "give every site a host of its own"),
                );
            }
            warn(&section, site, beside);
        }
        section.finish();
        sites.extend(site);
    }
    sites
}

fn read(section: &Section<'_>, beside: &Beside<'_>) -> Option<SiteConfig> {
    let usual_port = beside.public_url.map_or(443, PublicUrl::usual_port);
    let remedy = "write the host under which browsers open the site, such as wiki.example.com";
    let host = section.required("host", remedy, |text| parse_host(text, usual_port));
    let upstreams = section.texts("upstream", parse_upstream);
    let is_broken = section.is_given("upstream") && upstreams.is_empty();
    let upstream_authorities = authorities::read(section, &upstreams);
    let connectors = connectors(section, beside.connectors);
    let corps = corps(&connectors, beside.connectors);
    let rules = rule::read(section, &corps);
    let headers = headers(section);
    let origins = section.texts("cors", parse_origin);
    let timeouts = timeouts(section);
    let signed_out = section.optional("signed_out", parse_signed_out);
    if is_broken || connectors.is_empty() {
        return None;
    }
    Some(SiteConfig {
        host: host?,
        upstreams,
        upstream_authorities,
        connectors,
        rules: rules?,
        headers,
        cors: origins,
        timeouts,
        signed_out: signed_out.unwrap_or_default(),
    })
}

/// The connectors of a site. Where there is one, it goes without saying.
fn connectors(section: &Section<'_>, all: &[ConnectorConfig]) -> Vec<String> {
    let known: Vec<&str> = all.iter().map(|connector| connector.id.as_str()).collect();
    let given = section.texts("connector", |text| parse_connector(text, &known));
    if section.is_given("connector") {
        return given;
    }
    match known.as_slice() {
        [only] => vec![(*only).to_owned()],
        // Without a connector that could be read, that mistake is enough.
        [] => Vec::new(),
        several => {
            let remedy = format!(
                "name the one whose people may come in, or several: {}",
                several.join(", ")
            );
            section.mistake(
                "connector",
                Wrong::new("is missing, and there are several", remedy),
            );
            Vec::new()
        }
    }
}

fn corps(connectors: &[String], all: &[ConnectorConfig]) -> Vec<CorpId> {
    let is_named = |connector: &&ConnectorConfig| connectors.contains(&connector.id);
    let mut corps: Vec<CorpId> = all
        .iter()
        .filter(is_named)
        .map(|connector| connector.corp_id.clone())
        .collect();
    corps.sort();
    corps.dedup();
    corps
}

fn headers(section: &Section<'_>) -> Vec<(HeaderName, Fact)> {
    let Some(section) = section.section("headers") else {
        return Vec::new();
    };
    let mut seen: Vec<String> = Vec::new();
    section.entries(|name, fact| {
        let header = parse_header_name(name)?;
        if let Some(other) = seen.iter().find(|other| is_same(other, name)) {
            let what = format!("is the same as {other} to servers that drop dashes");
            return Err(Wrong::new(what, "keep one of them"));
        }
        seen.push(name.to_owned());
        let words = Fact::ALL.map(Fact::as_str).join(", ");
        let fact = Fact::parse(fact)
            .ok_or_else(|| Wrong::new(format!("is \"{fact}\""), format!("choose from {words}")))?;
        Ok((header, fact))
    })
}

fn timeouts(section: &Section<'_>) -> UpstreamTimeouts {
    let default = UpstreamTimeouts::default();
    let Some(section) = section.section("timeouts") else {
        return default;
    };
    let length = |key, most, default| {
        let least = Duration::from_secs(1);
        let given = section.optional(key, |text| parse::duration(text, least, most));
        given.unwrap_or(default)
    };
    let timeouts = UpstreamTimeouts {
        connect: length("connect", Duration::from_mins(1), default.connect),
        answer: length("answer", Duration::from_hours(1), default.answer),
        idle: length("idle", Duration::from_hours(24), default.idle),
    };
    section.finish();
    timeouts
}

/// What works, but should be known.
fn warn(section: &Section<'_>, site: &SiteConfig, beside: &Beside<'_>) {
    if beside
        .public_url
        .is_some_and(|url| url.site_host() == site.host)
    {
        // S-088: whatever runs on the callback's host can catch WeCom's codes.
        let what = "is the host of public_url: whatever the application serves there, a page of a visitor's included, could catch the codes of people who sign in";
        let remedy = "give the gateway a host of its own; with `strict = true` this is refused";
        section.warning("host", Wrong::new(what, remedy));
    }
    if site.upstreams.is_empty() && beside.trusted_proxies.is_empty() {
        let what = "is missing, and trusted_proxies is empty: nobody serves the site, and nobody may ask about it";
        let remedy = "write where the application listens, or list the proxy that asks /_menshen/check in trusted_proxies";
        section.warning("upstream", Wrong::new(what, remedy));
    }
}
