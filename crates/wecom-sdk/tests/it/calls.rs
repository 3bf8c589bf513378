//! Every call against every fixture, and what the typed answers hold.

mod contact;
mod identity;
mod lists;
mod raw;
mod two_step;

use wecom_sdk::jssdk::TicketKind;
use wecom_sdk::{AgentId, Client, CorpId, DepartmentId, Endpoints, Error, Secret, TagId, UserId};

use crate::fixture::{Fixture, serve};
use crate::stage;

/// Runs the call of a fixture with its parameters.
async fn run(client: &Client, fixture: &Fixture) -> Result<(), Error> {
    let param = |name| Secret::new(fixture.param(name));
    let department = || {
        fixture
            .query
            .get("id")
            .map(|id| DepartmentId(id.parse().unwrap()))
    };
    match fixture.call.as_str() {
        "gettoken" => client.check_credentials().await,
        "auth/getuserinfo" => client.user_info(&param("code")).await.map(drop),
        "user/getuserinfo" => client.user_info_legacy(&param("code")).await.map(drop),
        "auth/getuserdetail" => {
            let sent = fixture.sent.as_ref().unwrap();
            let ticket = Secret::new(sent["user_ticket"].as_str().unwrap());
            client.user_detail(&ticket).await.map(drop)
        }
        "user/get" => {
            let user_id = UserId::parse(fixture.param("userid")).unwrap();
            client.member(&user_id).await.map(drop)
        }
        "department/list" => client.departments(department()).await.map(drop),
        "department/simplelist" => client.department_ids(department()).await.map(drop),
        "department/get" => client.department(department().unwrap()).await.map(drop),
        "tag/list" => client.tags().await.map(drop),
        "tag/get" => {
            let id = fixture.param("tagid").parse().unwrap();
            client.tag(TagId(id)).await.map(drop)
        }
        "agent/get" => client.agent().await.map(drop),
        _ => run_other(client, fixture).await,
    }
}

/// The calls that people do not notice.
async fn run_other(client: &Client, fixture: &Fixture) -> Result<(), Error> {
    let sent = |name: &str| {
        fixture.sent.as_ref().unwrap()[name]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let department = || DepartmentId(fixture.param("department_id").parse().unwrap());
    match fixture.call.as_str() {
        "user/simplelist" => client.member_names(department()).await.map(drop),
        "user/list" => client.members(department()).await.map(drop),
        "user/list_id" => {
            let body = fixture.sent.as_ref().unwrap();
            let limit = body["limit"].as_u64().unwrap().try_into().unwrap();
            let cursor = body.get("cursor").map(|cursor| cursor.as_str().unwrap());
            let mut pages = client.member_ids().limit(limit);
            if let Some(cursor) = cursor {
                pages = pages.starting_at(cursor);
            }
            pages.next().await.map(drop)
        }
        "auth/get_tfa_info" => client.tfa_info(&Secret::new(sent("code"))).await.map(drop),
        "user/authsucc" => {
            client
                .admit_login(&fixture.param("userid").parse().unwrap())
                .await
        }
        "user/tfa_succ" => {
            let user_id = sent("userid").parse().unwrap();
            client
                .admit_use(&user_id, &Secret::new(sent("tfa_code")))
                .await
        }
        "get_jsapi_ticket" => client.js_ticket(TicketKind::Corp).await.map(drop),
        "ticket/get" => client.js_ticket(TicketKind::Agent).await.map(drop),
        "get_api_domain_ip" => client.api_addresses().await.map(drop),
        "getcallbackip" => client.callback_addresses().await.map(drop),
        other => panic!("no method for {other}"),
    }
}

/// Requests that a typed client cannot send: a parameter left out, a token of nobody.
fn is_sendable(fixture: &Fixture) -> bool {
    let is_call = fixture.call != "no/such/call";
    is_call && !fixture.case.contains("missing") && fixture.case != "token_unknown"
}

fn client_for(fixture: &Fixture, server: &crate::server::Server) -> Client {
    let corp_id = fixture
        .query
        .get("corpid")
        .map_or(stage::CORP, String::as_str);
    let secret = fixture
        .query
        .get("corpsecret")
        .map_or(stage::SECRET, String::as_str);
    let corp_id = CorpId::parse(corp_id).unwrap();
    Client::builder(
        corp_id,
        AgentId(1_000_002),
        std::sync::Arc::new(Secret::new(secret)),
    )
    .endpoints(Endpoints::all_at(&server.url()))
    .clock(stage::clock())
    .pause(std::time::Duration::from_millis(1))
    .build()
    .unwrap()
}

#[tokio::test]
async fn every_fixture_is_asked_for_as_written_and_understood() {
    let fixtures: Vec<_> = Fixture::all().into_iter().filter(is_sendable).collect();
    assert!(fixtures.len() > 40, "{}", fixtures.len());
    for fixture in fixtures {
        let name = format!("{}/{}", fixture.call, fixture.case);
        let (server, strange) = serve(fixture.clone()).await;
        let outcome = run(&client_for(&fixture, &server), &fixture).await;
        let strange = strange.lock().unwrap();
        assert!(strange.is_empty(), "{name}: sent {strange:?}");
        assert!(server.count(&fixture.call) > 0, "{name}: never asked for");
        match fixture.errcode() {
            Some(0) => assert!(outcome.is_ok(), "{name}: {outcome:?}"),
            errcode => {
                let error = outcome.unwrap_err();
                assert_eq!(error.errcode(), errcode, "{name}: {error:?}");
                assert!(
                    error.is_rejected() && error.explanation().is_some(),
                    "{name}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_path_is_no_answer() {
    let fixture = Fixture::load("no/such/call", "not_found");
    let server = stage::answering(move |_| crate::server::Reply::status(fixture.status, "")).await;
    let error = stage::client(&server).tags().await.unwrap_err();
    assert!(error.is_transport() && error.errcode().is_none());
}
