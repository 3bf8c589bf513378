//! One connector: secret, token, the agent's settings at WeCom.
//!
//! In: a connector. Out: findings, each with cause, console page and remedy. It asks for a token and for
//! the agent's settings, and never shows the one or changes the other.

mod numbers;

use std::sync::Arc;
use std::time::Duration;

use wecom_sdk::{Agent, Client, Clock, Entropy, SecretSource};

use super::failure::explain;
use super::finding::{Finding, Level};
use super::trusted_domain::{self, Verdict};
use crate::config::{Config, ConnectorConfig};
use crate::connector::endpoints;

const CALL_TIMEOUT: Duration = Duration::from_secs(5);
const AGENT: &str = "应用管理 › 自建 › the agent";
const DOMAIN_PAGE: &str = "应用管理 › 自建 › the agent › 网页授权及JS-SDK › 可信域名";

/// What is tried by calling WeCom. Where one of them fails, every other call would fail alike.
pub(super) const CALLS: [&str; 3] = ["endpoints", "token", "agent"];

/// Tries one connector, from the secret to the visible range.
pub(super) async fn try_out(
    config: &Config,
    connector: &ConnectorConfig,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<Entropy>,
) -> Vec<Finding> {
    let about = |what: &str| format!("connector {}: {what}", connector.id);
    let client = match client(connector, clock, entropy) {
        Ok(client) => client,
        Err(error) => {
            return vec![Finding::new(
                Level::Failed,
                about("endpoints"),
                error.to_string(),
            )];
        }
    };
    let api = client.endpoints().api.clone();
    if let Err(error) = client.check_credentials().await {
        return vec![explain(&about("token"), &error, &api)];
    }
    let token = Finding::new(
        Level::Good,
        about("token"),
        "corp id, agent id and secret belong together as far as the token tells",
    );
    match client.agent().await {
        Err(error) => vec![token, explain(&about("agent"), &error, &api)],
        Ok(agent) => {
            let mut findings = vec![token, trusted_ip(&about), switched_on(&about, &agent)];
            findings.push(domain(&about, config, &agent));
            findings.push(web_callback(&about, config));
            findings.push(range(&about, &agent));
            findings.extend(numbers::try_out(&about("numbers"), &client).await);
            findings
        }
    }
}

/// A client of one connector, with a token of its own.
pub(super) fn client(
    connector: &ConnectorConfig,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<Entropy>,
) -> Result<Client, wecom_sdk::Error> {
    Client::builder(
        connector.corp_id.clone(),
        connector.agent_id,
        Arc::clone(&connector.secret) as Arc<dyn SecretSource>,
    )
    .endpoints(endpoints(&connector.endpoints))
    .clock(Arc::clone(clock))
    .entropy(Arc::clone(entropy))
    .timeout(CALL_TIMEOUT)
    .build()
}

fn trusted_ip(about: &dyn Fn(&str) -> String) -> Finding {
    Finding::new(
        Level::Good,
        about("trusted IP"),
        "WeCom takes calls from this machine's address",
    )
}

fn switched_on(about: &dyn Fn(&str) -> String, agent: &Agent) -> Finding {
    let name = agent.name.as_deref().unwrap_or("without a name");
    if agent.is_closed {
        Finding::new(
            Level::Failed,
            about("agent"),
            format!("the agent {name} is switched off"),
        )
        .because("the agent was disabled (停用) in the console")
        .on_page(AGENT)
        .remedy("switch it on (启用)")
    } else {
        Finding::new(
            Level::Good,
            about("agent"),
            format!("{name}, agent id {}", agent.id),
        )
    }
}

fn domain(about: &dyn Fn(&str) -> String, config: &Config, agent: &Agent) -> Finding {
    let about = about("trusted domain");
    let ours = trusted_domain::of(&config.public_url);
    let set = agent.redirect_domain.as_deref().unwrap_or_default();
    let verdict = trusted_domain::compare(set, ours);
    if verdict == Verdict::Same {
        return Finding::new(
            Level::Good,
            about,
            format!("{ours}, the same here and at WeCom"),
        );
    }
    Finding::new(
        Level::Failed,
        about,
        format!(
            "WeCom has \"{set}\", public_url needs \"{ours}\": people will see \
             \"redirect_uri参数错误\" or \"redirect_uri需使用应用可信域名\""
        ),
    )
    .because(verdict.cause())
    .on_page(DOMAIN_PAGE)
    .remedy(format!(
        "enter exactly {ours} there, or correct public_url; it may be changed 20 times a month"
    ))
}

fn web_callback(about: &dyn Fn(&str) -> String, config: &Config) -> Finding {
    let ours = trusted_domain::of(&config.public_url);
    Finding::new(
        Level::Look,
        about("web login"),
        "WeCom tells nobody the callback domain of the scan page",
    )
    .on_page("应用管理 › 自建 › the agent › 企业微信授权登录 › Web网页 › 授权回调域")
    .remedy(format!("see that it is exactly {ours}"))
}

fn range(about: &dyn Fn(&str) -> String, agent: &Agent) -> Finding {
    let about = about("visible range");
    let (users, departments, tags) = (
        agent.allow_users.len(),
        agent.allow_departments.len(),
        agent.allow_tags.len(),
    );
    if users + departments + tags == 0 {
        return Finding::new(Level::Failed, about, "nobody can sign in: it is empty")
            .because("no member, department or tag may use the agent")
            .on_page("应用管理 › 自建 › the agent › 可见范围")
            .remedy("add whoever may sign in; the root department stands for everybody");
    }
    Finding::new(
        Level::Good,
        about,
        format!("departments: {departments}, tags: {tags}, single members: {users}"),
    )
}
