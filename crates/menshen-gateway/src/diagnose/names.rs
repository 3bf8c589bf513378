//! Whether WeCom knows the departments, tags and members that rules name.
//!
//! In: a site and the clients of connectors. Out: the words that name nobody. Such a word admits
//! nobody, which is safe and surely not meant (S-028): `menshen check` fails, and `menshen serve`
//! does not start. A question that WeCom does not answer is no finding about a name.

use std::collections::HashSet;

use wecom_sdk::{Client, Error, UserId};

use super::clients::Clients;
use super::failure::explain;
use super::finding::{Finding, Level};
use crate::access::rules::Part;
use crate::access::term::Term;
use crate::config::SiteConfig;

/// What WeCom says about the names of one site.
pub(super) enum Answer {
    /// The site names nobody in particular.
    NoNames,
    /// It knows them all.
    Known,
    /// It does not know these.
    Unknown(Vec<Finding>),
    /// It refuses corp id, secret or agent id: nobody can sign in, whatever the rules say.
    Refused(Finding),
    /// It says nothing.
    Silent(Finding),
}

/// Tries the names of one site.
pub(super) async fn try_out(clients: &mut Clients<'_>, site: &SiteConfig) -> Vec<Finding> {
    match ask(clients, site, &|_| true).await {
        Answer::NoNames => Vec::new(),
        Answer::Known => {
            let what = "WeCom knows every department, tag and member they name";
            vec![Finding::new(Level::Good, about(site), what)]
        }
        Answer::Unknown(findings) => findings,
        Answer::Refused(finding) | Answer::Silent(finding) => vec![finding],
    }
}

/// What is said of the rules of a site whose connector has failed already; nothing where they name nobody.
pub(super) fn unasked(site: &SiteConfig, connector: &str) -> Vec<Finding> {
    if names(site).is_empty() {
        return Vec::new();
    }
    let what = format!("not asked, because of the failure of connector {connector} above");
    vec![Finding::new(Level::Look, about(site), what)]
}

/// Asks WeCom about the names in those parts of a site's rules that are `wanted`.
pub(super) async fn ask(
    clients: &mut Clients<'_>,
    site: &SiteConfig,
    wanted: &(dyn Fn(Part) -> bool + Sync),
) -> Answer {
    let mut names = names(site);
    names.retain(|name| wanted(name.part));
    if names.is_empty() {
        return Answer::NoNames;
    }
    match clients.of(site) {
        Some(client) => ask_about(client, &names).await,
        None => Answer::NoNames,
    }
}

/// Asks about the names of all sites of one connector, each list once.
pub(super) async fn ask_of_all(client: Result<Client, Error>, sites: &[&SiteConfig]) -> Answer {
    let names: Vec<Named<'_>> = sites.iter().copied().flat_map(names).collect();
    ask_about(client, &names).await
}

async fn ask_about(client: Result<Client, Error>, names: &[Named<'_>]) -> Answer {
    let Some(Named { site, .. }) = names.first() else {
        return Answer::NoNames;
    };
    let client = match client {
        Ok(client) => client,
        Err(error) => {
            let finding = Finding::new(Level::Failed, about_all(names), error.to_string());
            return Answer::Silent(finding);
        }
    };
    let api = &client.endpoints().api;
    // First of all: with the secret of another agent the directory answers, as if the rules were wrong.
    if let Err(error) = client.agent().await {
        let connector = site.connectors.first().map_or("", String::as_str);
        let about_connector = format!("connector {connector}");
        if !is_refusal(&error) {
            return Answer::Silent(explain(&about_all(names), &error, api));
        }
        let mut finding = explain(&about_connector, &error, api);
        finding.what.push_str(": nobody can sign in");
        return Answer::Refused(finding);
    }
    match unknown(&client, names).await {
        Err(error) => Answer::Silent(explain(&about_all(names), &error, api)),
        Ok(unknown) if unknown.is_empty() => Answer::Known,
        Ok(unknown) => Answer::Unknown(unknown.into_iter().map(finding).collect()),
    }
}

/// Whether asking again is useless until somebody has changed the configuration or the secret: 40001, 40013,
/// 40056, 40091 and 301002 speak of corp id, secret and agent id.
fn is_refusal(error: &Error) -> bool {
    matches!(
        error.errcode(),
        Some(40001 | 40013 | 40056 | 40091 | 301_002)
    )
}

/// What a finding about the names of a site is about.
pub(super) fn about(site: &SiteConfig) -> String {
    format!("site {}: rules", site.host)
}

/// The same for names of several sites.
fn about_all(names: &[Named<'_>]) -> String {
    let mut hosts: Vec<&str> = names.iter().map(|name| name.site.host.as_str()).collect();
    hosts.dedup();
    match hosts.as_slice() {
        [only] => format!("site {only}: rules"),
        several => format!("sites {}: rules", several.join(", ")),
    }
}

fn finding(Named { site, part, term }: Named<'_>) -> Finding {
    let what = format!(
        "{} names {term}, which WeCom does not know or does not show to this agent: it admits nobody",
        site.rules.name(part)
    );
    Finding::new(Level::Failed, about(site), what)
        .because("the number is wrong, or the agent's visible range leaves it out")
        .on_page("通讯录, and 应用管理 › 自建 › the agent › 可见范围")
        .remedy("correct the number or the userid, or widen the visible range")
}

/// A word in a site's rules that names something in the directory, and where it stands.
#[derive(Clone, Copy)]
struct Named<'s> {
    site: &'s SiteConfig,
    part: Part,
    term: &'s Term,
}

/// All such words of a site.
fn names(site: &SiteConfig) -> Vec<Named<'_>> {
    let parts = std::iter::once(None).chain((0..site.rules.list.len()).map(Some));
    let terms = |part| {
        let terms = site.rules.allow(part).terms().iter();
        terms.map(move |term| Named { site, part, term })
    };
    parts
        .flat_map(terms)
        .filter(|name| name.term.is_of_one_corp())
        .collect()
}

async fn unknown<'s>(client: &Client, names: &[Named<'s>]) -> Result<Vec<Named<'s>>, Error> {
    let has = |is: fn(&Term) -> bool| names.iter().any(|name| is(name.term));
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
    for name in names {
        let is_known = match name.term {
            Term::Department(id) => departments.contains(id),
            Term::Tag(id) => tags.contains(id),
            Term::User(user_id) => is_member(client, user_id).await?,
            Term::Member | Term::Corp(_) | Term::External => true,
        };
        if !is_known {
            unknown.push(*name);
        }
    }
    Ok(unknown)
}

async fn is_member(client: &Client, user_id: &str) -> Result<bool, Error> {
    let Ok(user_id) = UserId::parse(user_id) else {
        return Ok(false);
    };
    match client.member(&user_id).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_unknown_member() || error.is_outside_range() => Ok(false),
        Err(error) => Err(error),
    }
}
