//! Our own addresses, fetched as WeCom and browsers fetch them.
//!
//! In: the configuration. Out: findings about `public_url` and the ownership files. It follows no redirect,
//! uses no proxy, reads no more than 64 KiB, and sends nothing that is secret.

mod silence;

use std::sync::Arc;
use std::time::Duration;

use http::{StatusCode, header};
use reqwest::{Client, redirect};
use url::Url;

use super::finding::{Finding, Level};
use super::trusted_domain;
use crate::authorities;
use crate::config::{Config, ConnectorConfig, VerificationFile};
use crate::door::codes;

use silence::{Silence, Unanswered, is_name_known};

const TIMEOUT: Duration = Duration::from_secs(5);
/// More than any file of WeCom's or answer of ours that is fetched here.
const LENGTH: usize = 64 * 1024;

/// Whether `public_url` leads to a gateway of ours.
pub(super) async fn try_gateway(config: &Config) -> Finding {
    let about = "public_url";
    let address = config.public_url.join("/_menshen/me");
    match fetch(&address).await {
        Err(finding) => finding.about(about),
        Ok(answer) if answer.status == StatusCode::MISDIRECTED_REQUEST => {
            misdirected(config, &answer).about(about)
        }
        Ok(answer) if answer.is_ours() => Finding::new(
            Level::Good,
            about,
            format!("{} is this gateway", config.public_url),
        ),
        Ok(answer) => Finding::new(
            Level::Failed,
            about,
            format!(
                "{address} is answered with {}, not by a gateway",
                answer.told()
            ),
        )
        .because("the host leads to another program, or a proxy does not pass /_menshen/ on")
        .remedy("route the whole host to the gateway"),
    }
}

/// 421 comes from this gateway, which was asked for another host, or from a proxy that does not know the host.
fn misdirected(config: &Config, answer: &Answer) -> Finding {
    let host = trusted_domain::of(&config.public_url);
    if answer.code().as_deref() == Some(codes::MISDIRECTED.name) {
        let what = "the gateway was reached, under another host name";
        return Finding::new(Level::Failed, "", what)
            .because("a proxy in front rewrites the Host header")
            .remedy(
                "let the proxy hand Host on as the browser sent it (nginx: proxy_set_header Host $menshen_host, \
                 as in deploy/nginx)",
            );
    }
    let what = format!(
        "the gateway was not reached: {} comes from a program that is not Menshen",
        answer.told()
    );
    Finding::new(Level::Failed, "", what)
        .because(format!("the proxy in front has no site for {host}"))
        .remedy(format!(
            "give {host} a block of its own in the proxy that passes everything to the gateway, as the files in \
             deploy/ have one for login.example.com"
        ))
}

/// Whether WeCom would find the ownership files (域名归属校验).
pub(super) async fn try_verification_files(
    config: &Config,
    connector: &ConnectorConfig,
) -> Vec<Finding> {
    let about = format!("connector {}: ownership file", connector.id);
    if connector.verification_files.is_empty() {
        let missing = Finding::new(Level::Look, about, "none is configured")
            .because("sign-in works without, if the console took the domain without")
            .remedy(
                "when the console gives you a WW_verify_….txt, name it under verification_files",
            );
        return vec![missing];
    }
    let mut findings = Vec::new();
    for file in &connector.verification_files {
        findings.push(try_file(config, &about, file).await);
    }
    findings
}

async fn try_file(config: &Config, about: &str, file: &VerificationFile) -> Finding {
    let address = config.public_url.join(&format!("/{}", file.name));
    match fetch(&address).await {
        Err(finding) => finding.about(about),
        Ok(answer) if answer.status == StatusCode::OK && answer.body == file.content => {
            Finding::new(Level::Good, about, format!("{address} is served as it should"))
        }
        Ok(answer) => Finding::new(
            Level::Failed,
            about,
            format!("{address} is answered with {}", answer.told()),
        )
        .because(if answer.status == StatusCode::OK {
            "another content than the configured file: another program answers, or the gateway runs \
             with an older configuration"
        } else {
            "a proxy or another program answers in front of the gateway, or the gateway runs with an \
             older configuration"
        })
        .remedy("let /WW_verify_*.txt pass to the gateway without login or redirect; restart it"),
    }
}

struct Answer {
    status: StatusCode,
    content_type: String,
    location: Option<String>,
    server: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    /// Only a gateway answers like this to somebody who is not signed in.
    fn is_ours(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
            && self.code().is_some_and(|code| code.contains('.'))
    }

    /// The code of a problem document.
    fn code(&self) -> Option<String> {
        let body = serde_json::from_slice::<serde_json::Value>(&self.body).ok()?;
        Some(body.get("code")?.as_str()?.to_owned())
    }

    fn told(&self) -> String {
        let by = self.server.as_ref();
        let by = by.map_or_else(String::new, |server| format!(", server: {server}"));
        match &self.location {
            Some(location) => format!("{} to {location}{by}", self.status),
            None if self.content_type.is_empty() => format!("{}{by}", self.status),
            None => format!("{} ({}){by}", self.status, self.content_type),
        }
    }
}

async fn fetch(address: &Url) -> Result<Answer, Unanswered> {
    let unanswered = |why: Silence| Unanswered(address.clone(), why);
    if !is_name_known(address).await {
        return Err(unanswered(Silence::NoName));
    }
    let client = client().map_err(|Unusable| unanswered(Silence::NoTls))?;
    let sent = client
        .get(address.clone())
        .header(header::ACCEPT, "application/json, text/plain")
        .send()
        .await;
    let mut answer = sent.map_err(|error| unanswered(Silence::of(&error)))?;
    let text = |name| {
        let value = answer.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let (content_type, location) = (text(header::CONTENT_TYPE), text(header::LOCATION));
    let server = text(header::SERVER);
    let mut body = Vec::new();
    while let Some(chunk) = answer
        .chunk()
        .await
        .map_err(|error| unanswered(Silence::of(&error)))?
    {
        if body.len() + chunk.len() > LENGTH {
            return Err(unanswered(Silence::TooLong));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: answer.status(),
        content_type: content_type.unwrap_or_default(),
        location,
        server,
        body,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "our own addresses are fetched, not WeCom's: the sdk's client cannot do it"
)]
fn client() -> Result<Client, Unusable> {
    // The provider is in the configuration, so that nothing process-wide has to be installed first.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(authorities::of_system())
        .with_no_client_auth();
    Ok(Client::builder()
        .tls_backend_preconfigured(tls)
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .build()?)
}

/// TLS or the client cannot be set up.
struct Unusable;

impl From<rustls::Error> for Unusable {
    fn from(_: rustls::Error) -> Self {
        Self
    }
}

impl From<reqwest::Error> for Unusable {
    fn from(_: reqwest::Error) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
