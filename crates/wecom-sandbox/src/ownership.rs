//! The look at a domain's ownership file (域名归属校验, dossier 5.2).
//!
//! In: a trusted domain and its token. Out: a finding in words, and the moment of verification when
//! `http://DOMAIN/WW_verify_<token>.txt` has exactly the token as its body. Over http and on this
//! machine only: the sandbox has no TLS of its own here and never asks strangers. Redirects are not
//! followed. It changes nothing but the agent's ownership record.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use wecom_sdk::{AgentId, CorpId};

use crate::journal::{Kind, Note};
use crate::room::Room;

const FETCH_TAKES: Duration = Duration::from_secs(5);
/// A token is 16 characters; whatever is longer is a page that caught the address.
const MOST: usize = 1024;

/// What the look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) is_verified: bool,
    pub(crate) text: String,
}

/// Why a file is not what it has to be.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the name leads nowhere")]
    NoAddress,
    #[error("the name does not lead to this machine, and the sandbox looks nowhere else")]
    NotHere,
    #[error("nobody answers there")]
    NoAnswer,
    #[error("no answer within {} seconds", FETCH_TAKES.as_secs())]
    TooSlow,
    #[error("the answer is HTTP {0}, not 200; redirects are not followed")]
    Status(StatusCode),
    #[error("the body is longer than {MOST} bytes: a page, not the file")]
    TooLong,
    #[error("the body is not the token alone: no white space, no line break, nothing else")]
    OtherBody,
}

/// Looks at the file of an agent's OAuth domain; `None` when there is no such agent or domain.
pub(crate) async fn verify(room: &Room, corp_id: &CorpId, agent_id: AgentId) -> Option<Finding> {
    let (domain, ownership) = room.world.read(|state, _| {
        let agent = state.agent(corp_id, agent_id)?;
        Some((agent.oauth_domain.clone()?, agent.ownership.clone()))
    })?;
    let path = format!("/{}", ownership.file_name());
    let looked = look(domain.as_str(), &path, &ownership.token);
    let looked = tokio::time::timeout(FETCH_TAKES, looked).await;
    let outcome = looked.unwrap_or(Err(Trouble::TooSlow));
    let finding = Finding {
        is_verified: outcome.is_ok(),
        text: match &outcome {
            Ok(()) => format!("http://{domain}{path} has the token"),
            Err(trouble) => format!("http://{domain}{path}: {trouble}"),
        },
    };
    room.world.change(|state, now| {
        let agent = state.agent_mut(corp_id, agent_id);
        // The domain may have been changed while we looked.
        let agent = agent.filter(|agent| agent.oauth_domain.as_ref() == Some(&domain));
        if let Some(agent) = agent {
            agent.ownership.verified_at = finding.is_verified.then_some(now);
            agent.ownership.last_finding = Some(finding.text.clone());
        }
    });
    let note = Note {
        kind: Kind::Fetch,
        method: "GET".to_owned(),
        path,
        request: domain.to_string(),
        answer: finding.text.clone(),
        status: if finding.is_verified { 200 } else { 0 },
        errcode: None,
        rule: "ownership.file (5.2)".to_owned(),
        caller: None,
        whose: None,
    };
    room.journal.note(room.world.now(), note);
    Some(finding)
}

async fn look(domain: &str, path: &str, token: &str) -> Result<(), Trouble> {
    let address = find(domain).await?;
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|_| Trouble::NoAnswer)?;
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|_| Trouble::NoAnswer)?;
    let request = Request::get(path).header(header::HOST, domain);
    let request = request
        .body(Empty::<Bytes>::new())
        .map_err(|_| Trouble::NoAddress)?;
    let exchange = async {
        let response = sender.send_request(request).await;
        let response = response.map_err(|_| Trouble::NoAnswer)?;
        if response.status() != StatusCode::OK {
            return Err(Trouble::Status(response.status()));
        }
        let body = Limited::new(response.into_body(), MOST).collect().await;
        let body = body.map_err(|_| Trouble::TooLong)?.to_bytes();
        if body == token.as_bytes() {
            Ok(())
        } else {
            Err(Trouble::OtherBody)
        }
    };
    // The connection makes progress only while it is polled beside the exchange.
    let mut exchange = std::pin::pin!(exchange);
    tokio::select! {
        outcome = exchange.as_mut() => outcome,
        _ = connection => exchange.await,
    }
}

/// The loopback address that a domain leads to.
async fn find(domain: &str) -> Result<SocketAddr, Trouble> {
    let has_port = domain
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    let place = if has_port {
        domain.to_owned()
    } else {
        format!("{domain}:80")
    };
    let found = tokio::net::lookup_host(place).await;
    let found: Vec<_> = found.map_err(|_| Trouble::NoAddress)?.collect();
    let is_here = |ip: IpAddr| ip.to_canonical().is_loopback();
    let here = found.iter().find(|address| is_here(address.ip())).copied();
    here.ok_or(Trouble::NotHere)
}
