//! The look at the ownership file: the exact body and nothing else, over http and https.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wecom_sandbox::world::Domain;
use wecom_sdk::AgentId;

use super::command;
use crate::stage::{PORTAL, Stage, corp};

/// Answers one request with these bytes and gives the request's first line.
async fn serve_once(listener: &TcpListener, answer: &str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = vec![0; 1024];
    let length = stream.read(&mut request).await.unwrap();
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    request.lines().next().unwrap_or_default().to_owned()
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn the_file_must_have_the_token_and_nothing_else() {
    let stage = Stage::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let domain = listener.local_addr().unwrap().to_string();
    stage.change_agent(PORTAL, |agent| {
        agent.oauth_domain = Domain::parse(&domain).ok();
    });
    let token = "SandboxVerify002";
    for (answer, is_verified, word) in [
        (ok(token), true, "has the token"),
        (ok(&format!("{token}\n")), false, "token alone"),
        (ok(&format!(" {token}")), false, "token alone"),
        (ok(""), false, "token alone"),
        (ok(&"<html>".repeat(400)), false, "longer than"),
        (
            "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n".to_owned(),
            false,
            "302",
        ),
        (
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            false,
            "404",
        ),
    ] {
        let body = json!({ "agent": PORTAL });
        let looked = command(&stage, "POST", "agents/verify_domain", &body);
        let (looked, line) = tokio::join!(looked, serve_once(&listener, &answer));
        assert_eq!(line, format!("GET /WW_verify_{token}.txt HTTP/1.1"));
        let looked = looked.json();
        assert_eq!(looked["verified"], is_verified, "{looked}");
        let finding = looked["finding"].as_str().unwrap();
        assert!(finding.contains(word), "{finding}");
        let verified_at = stage.sandbox.world().read(|state, _| {
            let agent = state.agent(&corp(), AgentId(PORTAL)).unwrap();
            agent.ownership.verified_at
        });
        assert_eq!(verified_at.is_some(), is_verified);
    }
}

#[tokio::test]
async fn the_sandbox_asks_no_stranger() {
    let stage = Stage::start().await;
    for (domain, word) in [
        ("192.0.2.1:80", "out of this machine"),
        ("169.254.169.254:80", "out of this machine"),
        ("127.0.0.1:1", "nobody answers"),
    ] {
        stage.change_agent(PORTAL, |agent| {
            agent.oauth_domain = Domain::parse(domain).ok();
        });
        let body = json!({ "agent": PORTAL });
        let looked = command(&stage, "POST", "agents/verify_domain", &body)
            .await
            .json();
        assert_eq!(looked["verified"], false);
        assert!(
            looked["finding"].as_str().unwrap().contains(word),
            "{looked}"
        );
    }
    stage.change_agent(PORTAL, |agent| agent.oauth_domain = None);
    let body = json!({ "agent": PORTAL });
    let answer = command(&stage, "POST", "agents/verify_domain", &body).await;
    assert_eq!(answer.status.as_u16(), 404);
}

#[tokio::test]
async fn what_is_no_http_is_tried_as_https() {
    let stage = Stage::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let domain = listener.local_addr().unwrap().to_string();
    stage.change_agent(PORTAL, |agent| {
        agent.oauth_domain = Domain::parse(&domain).ok();
    });
    let body = json!({ "agent": PORTAL });
    let looked = command(&stage, "POST", "agents/verify_domain", &body);
    let (looked, (first, second)) = tokio::join!(looked, async {
        let first = serve_once(&listener, "nonsense\r\n\r\n").await;
        (first, serve_once(&listener, "nonsense\r\n\r\n").await)
    });
    assert!(first.starts_with("GET /WW_verify_"), "{first}");
    assert!(second.starts_with('\u{16}'), "a TLS handshake");
    let looked = looked.json();
    let finding = looked["finding"].as_str().unwrap();
    assert!(
        finding.contains("nobody answers") && finding.contains("no TLS"),
        "{finding}"
    );
}

/// A site of its own certificate that answers over TLS alone; the certificate and the domain.
struct Site {
    listener: TcpListener,
    acceptor: tokio_rustls::TlsAcceptor,
    pem: String,
}

impl Site {
    async fn start() -> Self {
        let certified = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(certified.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let server = ServerConfig::builder_with_provider(provider);
        let server = server.with_safe_default_protocol_versions().unwrap();
        let chain = vec![certified.cert.der().clone()];
        let server = server
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            acceptor: Arc::new(server).into(),
            pem: certified.cert.pem(),
        }
    }

    /// Fails the first connection, which is plain http, and answers the second if it becomes TLS.
    async fn serve(&self, answer: &str) {
        let (plain, _) = self.listener.accept().await.unwrap();
        assert!(self.acceptor.accept(plain).await.is_err());
        let (stream, _) = self.listener.accept().await.unwrap();
        let Ok(mut stream) = self.acceptor.accept(stream).await else {
            return;
        };
        let mut request = vec![0; 1024];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_file_behind_tls_counts_when_the_certificate_is_trusted() {
    let site = Site::start().await;
    let domain = site.listener.local_addr().unwrap().to_string();
    for (is_trusted, answer, is_verified, word) in [
        (true, ok("SandboxVerify002"), true, "https://"),
        (true, ok("other"), false, "token alone"),
        (
            false,
            ok("SandboxVerify002"),
            false,
            "no TLS: invalid peer certificate",
        ),
    ] {
        let pem = if is_trusted { site.pem.as_str() } else { "" };
        let stage = Stage::built(|_| (), |builder| builder.trust_pem(pem)).await;
        stage.change_agent(PORTAL, |agent| {
            agent.oauth_domain = Domain::parse(&domain).ok();
        });
        let body = json!({ "agent": PORTAL });
        let looked = command(&stage, "POST", "agents/verify_domain", &body);
        let (looked, ()) = tokio::join!(looked, site.serve(&answer));
        let looked = looked.json();
        assert_eq!(looked["verified"], is_verified, "{looked}");
        assert!(
            looked["finding"].as_str().unwrap().contains(word),
            "{looked}"
        );
    }
}
