//! The look at the ownership file: the exact body and nothing else.

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
        ("nonsense\r\n\r\n".to_owned(), false, "nobody answers"),
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
async fn the_sandbox_looks_at_this_machine_only() {
    let stage = Stage::start().await;
    for (domain, word) in [
        ("192.0.2.1:80", "not lead to this machine"),
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
