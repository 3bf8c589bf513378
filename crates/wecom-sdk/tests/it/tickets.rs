//! JS-SDK tickets: kept like tokens, never mixed up, never shown.

use std::sync::Arc;
use std::time::Duration;

use wecom_sdk::jssdk::{self, TicketKind};
use wecom_sdk::{Client, Entropy, MemoryStorage, Secret, Timestamp};

use crate::server::{Asked, Reply, Server};
use crate::stage::{self, ChangingSecret, at_once};

/// Tickets named after what was asked for, and with which token.
fn ticket_reply(asked: &Asked) -> Reply {
    let name = asked.call.replace('/', "-");
    let token = &asked.query["access_token"];
    Reply::json(format!(
        r#"{{"errcode":0,"errmsg":"ok","ticket":"{name}-{token}","expires_in":7200}}"#
    ))
}

async fn ticket(client: &Client, kind: TicketKind) -> String {
    client.js_ticket(kind).await.unwrap().expose().to_owned()
}

#[tokio::test]
async fn a_ticket_is_fetched_once_for_five_hundred_pages() {
    let server = stage::answering(ticket_reply).await;
    let client = stage::client(&server);
    let signed = at_once(500, {
        let client = client.clone();
        move || {
            let client = client.clone();
            Box::pin(async move {
                let page = "https://portal.example.com/a?b=1#c".parse().unwrap();
                client.sign_page(TicketKind::Corp, &page).await.is_ok()
            })
        }
    });
    assert_eq!(signed.await, vec![true; 500]);
    assert_eq!(
        (server.count("get_jsapi_ticket"), server.count("gettoken")),
        (1, 1)
    );
}

#[tokio::test]
async fn the_two_tickets_are_kept_apart_and_renewed_in_time() {
    let clock = stage::clock();
    let server = stage::answering(ticket_reply).await;
    let client = stage::builder(&server)
        .clock(clock.clone())
        .build()
        .unwrap();
    assert_eq!(
        ticket(&client, TicketKind::Corp).await,
        "get_jsapi_ticket-token-1"
    );
    assert_eq!(
        ticket(&client, TicketKind::Agent).await,
        "ticket-get-token-1"
    );
    let asked = server.asked("ticket/get");
    assert_eq!(asked[0].query["type"], "agent_config");
    assert!(
        !server.asked("get_jsapi_ticket")[0]
            .query
            .contains_key("type")
    );
    clock.advance(Duration::from_secs(7201));
    for kind in [TicketKind::Corp, TicketKind::Agent] {
        ticket(&client, kind).await;
    }
    assert_eq!(
        (server.count("get_jsapi_ticket"), server.count("ticket/get")),
        (2, 2)
    );
}

#[tokio::test]
async fn nodes_share_tickets_and_never_take_one_for_another() {
    let server = stage::answering(ticket_reply).await;
    let storage = Arc::new(MemoryStorage::default());
    let node = || {
        stage::builder(&server)
            .token_storage(storage.clone())
            .build()
            .unwrap()
    };
    for _ in 0..2 {
        let node = node();
        assert_eq!(
            ticket(&node, TicketKind::Corp).await,
            "get_jsapi_ticket-token-1"
        );
        assert_eq!(ticket(&node, TicketKind::Agent).await, "ticket-get-token-1");
    }
    assert_eq!(
        (server.count("get_jsapi_ticket"), server.count("ticket/get")),
        (1, 1)
    );
    assert_eq!(
        server.count("gettoken"),
        1,
        "the token survived its neighbours"
    );
}

#[tokio::test]
async fn s_104_another_secret_fetches_tickets_of_its_own() {
    let server = stage::answering(ticket_reply).await;
    let secret = ChangingSecret::new("first");
    let client = stage::builder_with(&server, secret.clone())
        .build()
        .unwrap();
    ticket(&client, TicketKind::Agent).await;
    secret.change(Some("second"));
    ticket(&client, TicketKind::Agent).await;
    assert_eq!(server.count("ticket/get"), 2);
}

#[tokio::test]
async fn a_stale_access_token_is_renewed_on_the_way_to_a_ticket() {
    let turns = stage::InTurn::new(vec![|| stage::token_reply("token-1"), || {
        stage::token_reply("token-2")
    }]);
    let server = Server::start(move |asked| match asked.call.as_str() {
        "gettoken" => turns.next(),
        _ if asked.query["access_token"] == "token-1" => Reply::errcode(42001),
        _ => ticket_reply(asked),
    })
    .await;
    let client = stage::client(&server);
    assert_eq!(
        ticket(&client, TicketKind::Corp).await,
        "get_jsapi_ticket-token-2"
    );
}

#[tokio::test]
async fn s_198_the_hourly_limit_of_tickets_is_not_stormed() {
    let server = stage::answering(|_| Reply::errcode(45009)).await;
    let client = stage::client(&server);
    for _ in 0..20 {
        assert!(
            client
                .js_ticket(TicketKind::Corp)
                .await
                .unwrap_err()
                .is_rate_limited()
        );
    }
    assert_eq!(server.count("get_jsapi_ticket"), 1);
}

#[tokio::test]
async fn the_page_gets_what_the_js_sdk_wants_and_no_ticket() {
    let server = stage::answering(ticket_reply).await;
    let client = stage::client(&server);
    let page = "https://portal.example.com/a?b=1#/route".parse().unwrap();
    for (kind, agent_id) in [
        (TicketKind::Corp, None),
        (TicketKind::Agent, Some(1_000_002)),
    ] {
        let signed = client.sign_page(kind, &page).await.unwrap();
        let ticket = Secret::new(ticket(&client, kind).await);
        let at = Timestamp::from_seconds(signed.timestamp);
        assert_eq!(
            signed.signature,
            jssdk::sign(
                &ticket,
                &signed.nonce,
                at,
                "https://portal.example.com/a?b=1"
            )
        );
        let json = serde_json::to_value(&signed).unwrap();
        assert_eq!(json["corpId"], stage::CORP);
        assert_eq!(
            json.get("agentId").and_then(serde_json::Value::as_u64),
            agent_id
        );
        assert!(!json.to_string().contains(ticket.expose()));
    }
    assert!(!format!("{client:?}").contains("get_jsapi_ticket-token"));
}

#[tokio::test]
async fn without_chance_nothing_is_signed_and_no_ticket_is_fetched() {
    let server = stage::answering(ticket_reply).await;
    let builder = stage::builder(&server).entropy(Arc::new(Entropy::failing()));
    let client = builder.build().unwrap();
    let page = "https://portal.example.com/".parse().unwrap();
    let signed = client.sign_page(TicketKind::Corp, &page).await;
    let error = signed.unwrap_err();
    assert!(
        error.is_entropy_unavailable() && !error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "the operating system's random source failed"
    );
    assert_eq!(server.count("get_jsapi_ticket"), 0);
}

/// The words name the call that was refused: here it is no secret.
#[tokio::test]
async fn a_ticket_that_was_refused_is_not_asked_for_again_at_once() {
    let server = stage::answering(|_| Reply::errcode(48002)).await;
    let client = stage::client(&server);
    assert!(client.js_ticket(TicketKind::Corp).await.is_err());
    let error = client.js_ticket(TicketKind::Corp).await.unwrap_err();
    let words = error.to_string();
    assert!(
        words.starts_with("get_jsapi_ticket: not called again so soon, because WeCom refused it"),
        "{words}"
    );
    assert_eq!(server.count("get_jsapi_ticket"), 1);
}
