//! A call without a method of its own: it goes the way of all others, and refuses what would leave it.

use serde_json::json;
use wecom_sdk::RawCall;

use crate::server::{Reply, Server};
use crate::stage::{self, InTurn, token_reply};

#[tokio::test]
async fn query_and_body_travel_with_the_token_and_the_fields_come_back() {
    let server = stage::answering(|_| Reply::json(r#"{"errcode":0,"errmsg":"ok","x":[7]}"#)).await;
    let client = stage::client(&server);
    let call = RawCall::post("tag/addtagusers", &json!({ "tagid": 1 })).query("debug", "a&b=c");
    assert!(!format!("{call:?}").contains("a&b=c"));
    let answer = client.raw(&call).await.unwrap();
    assert_eq!(serde_json::Value::from(answer), json!({ "x": [7] }));
    let sent = server.asked("tag/addtagusers").pop().unwrap();
    assert_eq!(sent.query["access_token"], "token-1");
    assert_eq!(
        (sent.query["debug"].as_str(), sent.body.as_str()),
        ("a&b=c", r#"{"tagid":1}"#)
    );
}

#[tokio::test]
async fn it_is_repeated_only_where_the_caller_says_that_it_may_be() {
    let server = stage::answering(|_| Reply::errcode(-1)).await;
    let client = stage::client(&server);
    let (once, often) = (RawCall::get("user/once"), RawCall::get("user/often"));
    assert!(client.raw(&once).await.unwrap_err().is_retryable());
    let error = client.raw(&often.changing_nothing()).await.unwrap_err();
    assert_eq!((error.call(), error.errcode()), ("user/often", Some(-1)));
    assert_eq!(
        (server.count("user/once"), server.count("user/often")),
        (1, 4)
    );
}

#[tokio::test]
async fn a_stale_token_is_renewed_once() {
    let turns = InTurn::new(vec![|| token_reply("token-1"), || token_reply("token-2")]);
    let server = Server::start(move |asked| match asked.call.as_str() {
        "gettoken" => turns.next(),
        _ if asked.query["access_token"] == "token-1" => Reply::errcode(42001),
        _ => Reply::json(r#"{"errcode":0}"#),
    })
    .await;
    let answer = stage::client(&server).raw(&RawCall::get("user/x")).await;
    assert!(answer.unwrap().is_empty());
    assert_eq!(server.count("user/x"), 2);
}

#[tokio::test]
async fn what_leads_elsewhere_or_takes_the_token_is_not_sent() {
    let server = stage::answering(|_| Reply::json(r#"{"errcode":0}"#)).await;
    let client = stage::client(&server);
    let names = [
        "",
        "/user/get",
        "user/get/",
        "user//get",
        "../user",
        "user/get?x=1",
        "user/get#x",
        "User/get",
        "gettoken",
        "https://a.example/",
    ];
    let mut calls: Vec<_> = names.into_iter().map(RawCall::get).collect();
    calls.push(RawCall::get("user/get").query("access_token", "another"));
    for call in &calls {
        let error = client.raw(call).await.unwrap_err();
        assert!(
            !error.is_retryable() && error.errcode().is_none(),
            "{call:?}"
        );
    }
    for call in ["gettoken", "user/get"] {
        assert_eq!(server.count(call), 0, "{call}");
    }
}
