//! S-084, S-188: no secret in any error or log, whatever goes wrong, at any level.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wecom_sdk::{AgentId, Client, CorpId, Endpoints, Error, Secret};

use crate::capture::capture;
use crate::server::{Reply, Server};
use crate::stage::{self, token_reply};

/// For servers that say nothing.
const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(5);
const SECRET: &str = "CANARY-corp-secret";
const TOKEN: &str = "CANARY-access-token";
const CODE: &str = "CANARY code/with?special&chars=";
const TICKET: &str = "CANARY-user-ticket";

/// Every call there is that carries a secret, with every kind of failure; all that is said about it.
async fn words_of(client: &Client) -> String {
    let mut words = String::new();
    let mut note = |error: Option<Error>| {
        if let Some(error) = error {
            write!(words, "{error} {error:?} {error:#?} ").unwrap();
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                write!(words, "{cause} {cause:?} ").unwrap();
                source = cause.source();
            }
        }
    };
    note(client.check_credentials().await.err());
    note(client.user_info(&Secret::new(CODE)).await.err());
    note(client.user_info_legacy(&Secret::new(CODE)).await.err());
    note(client.user_detail(&Secret::new(TICKET)).await.err());
    note(client.member(&stage::zhangsan()).await.err());
    format!("{words} {client:?}")
}

fn assert_clean(words: &str) {
    for canary in [
        "CANARY",
        "access_token=",
        "corpsecret=",
        "?code=",
        "&code=",
        "%26chars",
    ] {
        let found = words.find(canary);
        let around = found.map(|at| words[at.saturating_sub(200)..].chars().take(400));
        assert!(
            found.is_none(),
            "{canary}: {}",
            around.unwrap().collect::<String>()
        );
    }
}

fn client_at(endpoints: Endpoints, deadline: Duration) -> Client {
    let secret = Arc::new(Secret::new(SECRET));
    Client::builder(
        CorpId::parse(stage::CORP).unwrap(),
        AgentId(1_000_002),
        secret,
    )
    .endpoints(endpoints)
    .clock(stage::clock())
    .pause(Duration::from_millis(1))
    .timeout(deadline)
    .build()
    .unwrap()
}

#[tokio::test]
async fn s_188_no_failure_of_any_kind_says_a_secret() {
    let logs = capture();
    let replies: [fn() -> Reply; 9] = [
        || Reply::Drops,
        || Reply::Hangs,
        || Reply::Drips,
        || Reply::Endless,
        || Reply::status(500, "CANARY"),
        || Reply::json("CANARY"),
        || Reply::json(r#"{"errcode":"CANARY"}"#),
        || Reply::errcode(40029),
        || Reply::Raw(b"CANARY\r\n\r\n".to_vec()),
    ];
    let mut words = String::new();
    for reply in replies {
        let server = Server::start(move |asked| match asked.call.as_str() {
            "gettoken" => token_reply(TOKEN),
            _ => reply(),
        })
        .await;
        words.push_str(&words_of(&client_at(Endpoints::all_at(&server.url()), SHORT)).await);
        // And the same for the fetch of the token.
        let server = Server::start(move |_| reply()).await;
        words.push_str(&words_of(&client_at(Endpoints::all_at(&server.url()), SHORT)).await);
    }
    assert_clean(&words);
    let logs = logs.text();
    assert!(logs.contains("called WeCom"), "nothing was captured");
    assert_clean(&logs);
}

#[tokio::test]
async fn s_188_refused_connections_and_broken_tls_say_no_secret() {
    let logs = capture();
    let closed = {
        let server = stage::answering(|_| Reply::Drops).await;
        server.url()
    };
    let mut words = words_of(&client_at(Endpoints::all_at(&closed), LONG)).await;
    // A server that greets TLS with something else.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let tls = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _hello = stream.read(&mut [0; 4096]).await;
            let _gone = stream.write_all(b"HTTP/1.1 400 CANARY\r\n\r\n").await;
        }
    });
    let endpoints = Endpoints::all_at(&tls.parse().unwrap());
    words.push_str(&words_of(&client_at(endpoints, LONG)).await);
    assert!(words.contains("could not prove"), "{words}");
    assert!(words.contains("no connection"), "{words}");
    assert_clean(&words);
    assert_clean(&logs.text());
}

#[tokio::test]
async fn s_084_success_says_no_secret_either() {
    let logs = capture();
    let server = Server::start(|asked| match asked.call.as_str() {
        "gettoken" => token_reply(TOKEN),
        _ => Reply::json(format!(
            r#"{{"errcode":0,"userid":"zhangsan","user_ticket":"{TICKET}","status":1}}"#
        )),
    })
    .await;
    let client = client_at(Endpoints::all_at(&server.url()), LONG);
    let visitor = client.user_info(&Secret::new(CODE)).await.unwrap();
    assert_clean(&format!("{visitor:?} {client:?}"));
    assert_eq!(
        server.asked("auth/getuserinfo")[0].query["code"],
        CODE,
        "it did travel"
    );
    assert_clean(&logs.text());
}

/// WeCom's text may repeat what we sent.
#[tokio::test]
async fn s_084_a_message_that_repeats_the_code_is_not_repeated() {
    let echo =
        r#"{"errcode":40029,"errmsg":"invalid code `CANARY`, hint: [CANARY], from ip: CANARY"}"#;
    let server = stage::answering(move |_| Reply::json(echo)).await;
    let words = words_of(&client_at(Endpoints::all_at(&server.url()), LONG)).await;
    assert!(words.contains("40029"));
    assert_clean(&words);
}
