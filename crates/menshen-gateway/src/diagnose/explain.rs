//! What would be decided for a person, a host and a path, and why.
//!
//! In: the configuration, and a question as an operator asks it. Out: lines for people, from the same
//! functions that judge requests, on what WeCom says about the member now. Never: opens a session, or
//! writes a record; what it keeps, it keeps in memory and forgets.

mod words;

use std::sync::Arc;

use menshen_store::{Sqlite, SubjectKind};
use wecom_sdk::{Clock, Entropy, Timestamp, UserId};

use super::clients::Clients;
use super::names::{self, Answer};
use crate::access::path::Path;
use crate::access::rules::Verdict;
use crate::access::term::Facts;
use crate::assertion::AssertionKeys;
use crate::config::Config;
use crate::connector::{Connector, Connectors, Member, Recheck};
use crate::jobs::Jobs;
use crate::judgement::site::{Site, Sites};
use crate::metrics::Metrics;
use crate::parts::Parts;
use crate::session::with_those_above;
use crate::vault::{DataKey, Vault};
use words::{TagNames, person, readings, refusal, say, silence, split};

/// The site, the method and the path that are asked about.
type Place<'p> = (&'p Site, &'p str, &'p Path<'p>);

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// The member; `None`: nobody is signed in.
    pub user_id: Option<UserId>,
    /// The address that is opened.
    pub url: String,
    /// The method.
    pub method: String,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Whether the request would pass.
    pub passes: bool,
    /// Why, line by line.
    pub text: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The address is none.
    #[error(
        "{0} is no address: write it as a browser would, such as https://wiki.example.com/page"
    )]
    Url(String),
    /// No site has this host.
    #[error("no [[site]] has the host {host}; there are: {known}")]
    Site {
        /// The host of the address.
        host: String,
        /// The hosts there are.
        known: String,
    },
    /// WeCom did not say, or something of ours is missing.
    #[error("{0}")]
    Unknown(String),
}

/// Answers a question.
pub async fn explain(
    config: &Config,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<Entropy>,
    question: &Question,
) -> Result<Explanation, ExplainError> {
    let (host, path) = split(&question.url)?;
    let sites = Sites::new(config);
    let site: &Site = sites.find(host).ok_or_else(|| no_site(config, host))?;
    let mut text = String::new();
    say(
        &mut text,
        "site",
        &format!(
            "{}, by connector {}",
            site.config.host,
            site.config.connectors.join(", ")
        ),
    );
    let path = match Path::parse(path) {
        Ok(path) => path,
        Err(bad) => {
            say(&mut text, "path", &format!("refused, because {bad}"));
            say(&mut text, "verdict", "no: 400, or 403 to a proxy that asks");
            return Ok(Explanation {
                passes: false,
                text,
            });
        }
    };
    say(&mut text, "path", &readings(&path));
    let place = (site, question.method.as_str(), &path);
    let Some(user_id) = &question.user_id else {
        let passes = judge(&mut text, place, None);
        return Ok(Explanation { passes, text });
    };
    let connectors = connectors(config, clock, entropy).await?;
    let mut clients = Clients::new(config, clock, entropy);
    let tags = tag_names(&mut clients, config, site).await;
    let asked = (user_id, &tags, clock.now());
    let passes = ask_each(&mut text, &connectors, place, asked).await?;
    let needs = site.config.rules.needs(&question.method, &path);
    let had_a_say = |part| needs.iter().any(|need| need == part);
    let answer = names::ask(&mut clients, &site.config, &had_a_say).await;
    if let Answer::Unknown(findings) = answer {
        for finding in findings {
            say(&mut text, "unknown", &finding.what);
        }
    }
    Ok(Explanation { passes, text })
}

/// What each connector of the site would make of this member: it signs in the people of its own corp, as far as
/// its own agent may see them. Answers whether one of them is a way in, or why none of them heard from WeCom.
async fn ask_each(
    text: &mut String,
    connectors: &Connectors,
    place: Place<'_>,
    (user_id, tags, now): (&UserId, &TagNames, Timestamp),
) -> Result<bool, ExplainError> {
    let (mut passes, mut silent) = (None, None);
    let (site, ..) = place;
    for connector in connectors
        .iter()
        .filter(|each| site.is_connected_by(each.id()))
    {
        let by = format!("connector {} of {}", connector.id(), connector.corp_id());
        say(text, "by", &by);
        match connector.recheck(user_id, now).await {
            Recheck::Confirmed(Some(member)) => {
                let is_way_in = judge(text, place, Some((connector, &member, tags)));
                passes = Some(is_way_in || passes == Some(true));
            }
            Recheck::Refused(refused) => {
                let (why, page) = refusal(refused);
                let why = format!("{user_id} may not be signed in: {why}");
                say(text, "person", &why);
                say(text, "console", page);
                let what = "no: the sign-in is refused, whatever the rules say";
                say(text, "verdict", what);
                passes = passes.or(Some(false));
            }
            Recheck::Silent(trouble) => {
                let why = silence(trouble.as_deref());
                say(text, "person", &why);
                silent = Some(why);
            }
            Recheck::Confirmed(None) => say(text, "person", &silence(None)),
        }
    }
    passes.ok_or_else(|| ExplainError::Unknown(silent.unwrap_or_else(|| silence(None))))
}

/// What the tags of the site's first connector are called, as far as WeCom says.
async fn tag_names(clients: &mut Clients<'_>, config: &Config, site: &Site) -> TagNames {
    let first = site.config.connectors.first();
    let corp_id = first.and_then(|id| Some(config.connector(id)?.corp_id.clone()));
    let names = match clients.of(&site.config) {
        Some(Ok(client)) => client.tags().await.unwrap_or_default(),
        _ => Vec::new(),
    };
    let names = names.into_iter().map(|tag| (tag.id, tag.name)).collect();
    TagNames { corp_id, names }
}

fn no_site(config: &Config, host: &str) -> ExplainError {
    let known: Vec<&str> = config.sites.iter().map(|site| site.host.as_str()).collect();
    ExplainError::Site {
        host: host.to_owned(),
        known: known.join(", "),
    }
}

/// The verdict on one place, and what every rule that has a say says.
fn judge(
    text: &mut String,
    (site, method, path): Place<'_>,
    who: Option<(&Connector, &Member, &TagNames)>,
) -> bool {
    let rules = &site.config.rules;
    let corp_id = who.map_or("", |(connector, ..)| connector.corp_id().as_str());
    let member = who.map(|(_, member, _)| member);
    let user_id = member
        .map(|member| member.user_id.folded())
        .unwrap_or_default();
    let departments = member.map(|member| with_those_above(&member.departments));
    let departments = departments.unwrap_or_default();
    let tags = member
        .and_then(|member| member.tags.clone())
        .unwrap_or_default();
    let facts = member.map(|_| Facts {
        kind: SubjectKind::Member,
        corp_id,
        user_id: &user_id,
        departments: &departments,
        tags: &tags,
    });
    say(
        text,
        "person",
        &who.map_or_else(
            || "nobody is signed in".to_owned(),
            |(connector, member, tags)| person(member, tags, connector.corp_id()),
        ),
    );
    let needs = rules.needs(method, path);
    for part in needs.iter() {
        let admits = match &facts {
            Some(facts) => rules.admits(part, facts),
            None => rules.allow(part).is_public(),
        };
        let word = if admits {
            "admits them"
        } else {
            "does not admit them"
        };
        say(text, "rule", &format!("{} {word}", rules.name(part)));
    }
    let verdict = rules.decide(&needs, path, facts.as_ref());
    let words = match verdict {
        Verdict::Public => "yes: open to everybody",
        Verdict::Allow => "yes: open to this person",
        Verdict::SignIn => "no: they are asked to sign in",
        Verdict::Refuse => "no: 403",
    };
    say(text, "verdict", words);
    matches!(verdict, Verdict::Public | Verdict::Allow)
}

/// The connectors themselves, with a store that is gone afterwards.
async fn connectors(
    config: &Config,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<Entropy>,
) -> Result<Connectors, ExplainError> {
    let unknown = |error: &dyn std::fmt::Display| ExplainError::Unknown(error.to_string());
    let key = DataKey::read(&config.data_key_file).map_err(|error| unknown(&error))?;
    let store = Sqlite::in_memory().await.map_err(|error| unknown(&error))?;
    let vault = Vault::new(&key, Arc::clone(entropy)).map_err(|error| unknown(&error))?;
    let keys = AssertionKeys::open(&store, &vault, clock.now()).await;
    let metrics = Metrics::new();
    let parts = Parts {
        config: Arc::new(config.clone()),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        assertion_keys: keys.map_err(|error| unknown(&error))?,
        store: Arc::new(store),
        vault,
        jobs: Jobs::counted_by(&metrics),
        metrics,
    };
    Connectors::new(&parts).map_err(|error| unknown(&error))
}
