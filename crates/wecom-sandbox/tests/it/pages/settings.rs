//! Pages of the console about more than the directory: corps, pushes, two-step verification, tickets, headers of
//! a fault.

use wecom_sdk::UserId;

use crate::browser::{Answer, Browser};
use crate::client::{request, send};
use crate::push::{Answers, KEY, Receiver, TOKEN};
use crate::stage::{CORP, PORTAL, Stage, corp};

/// Asserts a refused form that holds these texts.
#[track_caller]
fn refused(page: &Answer, texts: &[&str]) {
    assert_eq!(page.status, 422, "{}", page.body);
    for text in texts {
        assert!(page.body.contains(text), "no {text} in {}", page.body);
    }
}

fn corps(stage: &Stage) -> Vec<String> {
    let ids =
        |state: &wecom_sandbox::world::State| state.corps.keys().map(ToString::to_string).collect();
    stage.world().read(|state, _| ids(state))
}

#[tokio::test]
async fn a_corp_is_made_with_its_contact_sync_and_taken_out_with_all_that_was_issued() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let form = [
        ("corp_id", "ww00000000000000aa"),
        ("name", "分公司"),
        ("contact_sync", "yes"),
        ("contact_sync_secret", "branch-secret"),
        ("contact_sync_ips", "127.0.0.1"),
    ];
    let answer = desktop.post("/_sandbox/corps/edit", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = desktop.get("/_sandbox/corps").await;
    page.shows("分公司").shows("branch-secret");
    let path = "/cgi-bin/gettoken?corpid=ww00000000000000aa&corpsecret=branch-secret";
    let token = stage.get(path).await.json()["access_token"].clone();
    let list = format!(
        "/cgi-bin/department/simplelist?access_token={}",
        token.as_str().unwrap()
    );
    let departments = stage.get(&list).await.json();
    assert_eq!(departments["department_id"][0]["id"], 1, "{departments}");
    // Saving unchanged ends nothing, another secret ends the token.
    let mut again = form.to_vec();
    again[0] = ("was", "ww00000000000000aa");
    desktop.post("/_sandbox/corps/edit", &again).await;
    assert_eq!(stage.get(&list).await.errcode(), 0);
    again[3] = ("contact_sync_secret", "another");
    desktop.post("/_sandbox/corps/edit", &again).await;
    assert_eq!(stage.get(&list).await.errcode(), 40014);
    let gone = [("was", "ww00000000000000aa")];
    let answer = desktop.post("/_sandbox/corps/remove", &gone).await;
    assert_eq!(answer.status, 303);
    assert_eq!(corps(&stage), [CORP]);
    assert_eq!(stage.get(path).await.errcode(), 40013);
}

#[tokio::test]
async fn who_comes_back_under_the_id_of_a_corp_inherits_nothing() {
    let stage = Stage::start().await;
    let token = stage.token(PORTAL).await;
    let code = stage.code(PORTAL, "snsapi_privateinfo", "member:lisi");
    let before = stage.world().read(|state, _| state.corps[&corp()].clone());
    let mut desktop = Browser::desktop(stage.addr());
    let only = [("was", CORP)];
    let page = desktop.post("/_sandbox/corps/remove", &only).await;
    refused(&page, &["the last corp stays"]);
    let other = [("name", "另一家")];
    assert_eq!(
        desktop.post("/_sandbox/corps/edit", &other).await.status,
        303
    );
    let drawn = corps(&stage);
    let drawn = drawn.iter().find(|id| *id != CORP).unwrap();
    assert!(drawn.len() == 18 && drawn.starts_with("ww"), "{drawn}");
    assert_eq!(
        desktop.post("/_sandbox/corps/remove", &only).await.status,
        303
    );
    stage.world().change(|state, _| {
        state.corps.insert(corp(), before);
    });
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    assert_eq!(stage.get(&path).await.errcode(), 40014);
    assert_eq!(stage.exchange(&code).await["errcode"], 40029);
    desktop.get("/_sandbox/grants").await;
    let consents = desktop.get("/_sandbox/api/consents").await;
    assert_eq!(consents.body, "[]");
}

#[tokio::test]
async fn a_corp_with_mistakes_is_not_made() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let form = [
        ("corp_id", CORP),
        ("name", ""),
        ("contact_sync_ips", "here"),
    ];
    let page = desktop.post("/_sandbox/corps/edit", &form).await;
    refused(
        &page,
        &[
            "this id is taken",
            "a name is needed",
            "`here` is not an IP",
        ],
    );
    let page = desktop
        .post(
            "/_sandbox/corps/edit",
            &[("corp_id", "不行"), ("name", "x")],
        )
        .await;
    refused(&page, &["`不行` is not a corp id"]);
    assert_eq!(corps(&stage), [CORP]);
}

#[tokio::test]
async fn the_control_api_makes_changes_and_removes_corps() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let body = r#"{"name":"分公司","contact_sync":true,"contact_sync_ips":["127.0.0.1"]}"#;
    let made = desktop
        .json("POST", "/_sandbox/api/corps/create", body)
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.between("\"corp\":\"", "\"");
    let change = format!(r#"{{"corp":"{id}","name":"新名","contact_sync":false}}"#);
    let path = "/_sandbox/api/corps/change";
    assert_eq!(desktop.json("POST", path, &change).await.status, 204);
    let listed = desktop.get("/_sandbox/api/corps").await;
    listed.shows("新名").shows("\"contact_sync_secret\":null");
    let gone = format!(r#"{{"corp":"{id}"}}"#);
    let path = "/_sandbox/api/corps/remove";
    assert_eq!(desktop.json("POST", path, &gone).await.status, 204);
    assert_eq!(desktop.json("POST", path, &gone).await.status, 404);
    let last = format!(r#"{{"corp":"{CORP}"}}"#);
    assert_eq!(desktop.json("POST", path, &last).await.status, 409);
}

#[tokio::test]
async fn an_address_is_verified_when_its_form_is_saved_and_its_tries_are_listed() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let page = desktop.get("/_sandbox/pushes/edit?id=sync").await;
    let drawn = page.between("name=\"aes_key\" value=\"", "\"");
    assert!(drawn.len() == 43 && drawn.bytes().all(|b| b.is_ascii_alphanumeric()));
    let receiver = Receiver::start(Answers::Status(200), "").await;
    let mut form = [
        ("to", "sync"),
        ("url", receiver.url.as_str()),
        ("token", TOKEN),
        ("aes_key", "short"),
    ];
    let page = desktop.post("/_sandbox/pushes/edit", &form).await;
    refused(&page, &["43 letters and digits", "value=\"short\""]);
    form[3] = ("aes_key", KEY);
    let answer = desktop.post("/_sandbox/pushes/edit", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = desktop.get("/_sandbox/pushes").await;
    page.shows("/callback?mine=1").shows("push.verified (12.2)");
    form[1] = ("url", "http://127.0.0.1:1/");
    let page = desktop.post("/_sandbox/pushes/edit", &form).await;
    refused(&page, &["nobody answers there"]);
    let written = desktop
        .get("/_sandbox/pushes/send?to=sync&event=delete_user")
        .await;
    written.shows("delete_user").shows("zhangsan");
    let sent = [("to", "sync"), ("xml", "<xml>by hand</xml>")];
    let answer = desktop.post("/_sandbox/pushes/send", &sent).await;
    assert_eq!(
        answer.location(),
        format!("/_sandbox/pushes?corp={CORP}#log")
    );
    assert_eq!(receiver.messages(1).await, ["<xml>by hand</xml>"]);
    desktop
        .get("/_sandbox/pushes")
        .await
        .shows("try 1: HTTP 200");
    let gone = [("was", "sync")];
    assert_eq!(
        desktop.post("/_sandbox/pushes/remove", &gone).await.status,
        303
    );
    let page = desktop.post("/_sandbox/pushes/send", &sent).await;
    refused(&page, &["there is no such address", "by hand"]);
}

#[tokio::test]
async fn every_event_can_be_written_and_says_what_it_is() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let receiver = Receiver::start(Answers::Status(200), "").await;
    let to = PORTAL.to_string();
    let form = [
        ("to", to.as_str()),
        ("url", receiver.url.as_str()),
        ("token", TOKEN),
        ("aes_key", KEY),
    ];
    desktop.post("/_sandbox/pushes/edit", &form).await;
    for event in [
        "create_user",
        "update_user",
        "delete_user",
        "create_party",
        "update_party",
        "delete_party",
        "update_tag",
    ] {
        let path = format!("/_sandbox/pushes/send?to={to}&event={event}");
        let shown = format!("&#60;ChangeType&#62;{event}&#60;");
        desktop.get(&path).await.shows(&shown);
    }
    let path = format!("/_sandbox/pushes/send?to={to}&event=text");
    desktop.get(&path).await.shows("AgentID&#62;1000002");
}

#[tokio::test]
async fn two_step_verification_is_set_asked_for_and_ended_on_its_page() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let ask = [("user_id", "lisi"), ("kind", "use")];
    let page = desktop.post("/_sandbox/verification/begin", &ask).await;
    refused(&page, &["no verification page is set"]);
    let form = [
        ("url", "ftp://h/"),
        ("visible_departments", "3"),
        ("visible_members", "nobody"),
    ];
    let page = desktop.post("/_sandbox/verification/edit", &form).await;
    refused(
        &page,
        &[
            "not an http or https address",
            "there is no member `nobody`",
        ],
    );
    let form = [
        ("url", "http://127.0.0.1:8080/verify"),
        ("visible_departments", "3"),
    ];
    let answer = desktop.post("/_sandbox/verification/edit", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = desktop.get("/_sandbox/verification").await;
    page.shows("127.0.0.1:8080/verify").shows("总部 › 财务部");
    let outside = [("user_id", "zhangsan")];
    let page = desktop.post("/_sandbox/verification/begin", &outside).await;
    refused(&page, &["outside the verification range"]);
    let answer = desktop.post("/_sandbox/verification/begin", &ask).await;
    assert_eq!(answer.status, 303);
    let lisi = UserId::parse("lisi").unwrap();
    let waits = || {
        stage
            .world()
            .read(|state, _| state.two_step_of(&corp(), &lisi))
    };
    assert!(waits().is_some());
    desktop
        .get("/_sandbox/verification")
        .await
        .shows("<strong>lisi</strong>")
        .shows("on use");
    desktop.post("/_sandbox/verification/forget", &ask).await;
    assert!(waits().is_none());
    desktop.post("/_sandbox/verification/remove", &[]).await;
    desktop
        .get("/_sandbox/verification")
        .await
        .shows("Not set: nobody is asked");
}

#[tokio::test]
async fn tickets_are_listed_by_their_first_four_characters() {
    let stage = Stage::start().await;
    let ticket = stage.call("get_jsapi_ticket", "").await["ticket"].clone();
    let ticket = ticket.as_str().unwrap();
    let code = stage.code(PORTAL, "snsapi_privateinfo", "member:lisi");
    let user = stage.exchange(&code).await["user_ticket"].clone();
    let user = user.as_str().unwrap();
    let mut desktop = Browser::desktop(stage.addr());
    for path in ["/_sandbox/grants", "/_sandbox/api/tickets"] {
        let page = desktop.get(path).await;
        page.shows(&ticket[..4]).shows(&user[..4]);
        assert!(!page.body.contains(ticket) && !page.body.contains(user));
    }
    desktop
        .get("/_sandbox/grants")
        .await
        .shows("signs for config")
        .shows("user_ticket · lisi");
    stage.clock.advance(wecom_sandbox::world::TICKET_LIVES);
    let page = desktop.get("/_sandbox/api/tickets").await;
    page.shows("\"user\":[]").shows("\"call\":\"config\"");
}

#[tokio::test]
async fn a_fault_of_the_form_adds_headers_and_breaks_off() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let path = ("path", "/cgi-bin/gettoken");
    let bad = [path, ("headers", "Retry-After 5\nX Y: 1")];
    let page = desktop.post("/_sandbox/faults", &bad).await;
    refused(&page, &["`Retry-After 5` has no colon"]);
    let bad = [path, ("headers", "X Y: 1")];
    let page = desktop.post("/_sandbox/faults", &bad).await;
    refused(&page, &["not a header"]);
    let good = [path, ("headers", "Retry-After: 5\r\nX-Two: a:b\r\n")];
    assert_eq!(desktop.post("/_sandbox/faults", &good).await.status, 303);
    desktop.get("/_sandbox/faults").await.shows("X-Two: a:b");
    let mut seen = Browser::desktop(stage.addr());
    let answer = seen.get("/cgi-bin/gettoken").await;
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert_eq!(answer.header("x-two"), Some("a:b"));
    let broken = [path, ("break_after", "3")];
    assert_eq!(desktop.post("/_sandbox/faults", &broken).await.status, 303);
    let lost = send(stage.addr(), request("GET", path.1, "")).await;
    assert!(lost.is_none(), "{lost:?}");
}

#[tokio::test]
async fn the_bridge_answers_pages_of_other_sites_about_their_signature_only() {
    let stage = Stage::start().await;
    let mut page = Browser::desktop(stage.addr());
    page.origin = Some("https://portal.example".to_owned());
    let script = page.get("/_sandbox/bridge.js").await;
    let address = format!("\"http://{}/_sandbox/bridge\"", stage.addr());
    script.shows(&address).shows("WeixinJSBridgeReady");
    let form = [
        ("call", "config"),
        ("corp", CORP),
        ("nonce", "n"),
        ("timestamp", "1"),
        ("signature", "s"),
        ("url", "http://127.0.0.1:8090/"),
    ];
    let answer = page.post("/_sandbox/bridge", &form).await;
    // Any app of the corp: this is the domain of the other one.
    answer.shows(r#"{"errmsg":"invalid signature"}"#);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let mut elsewhere = form;
    elsewhere[5] = ("url", "http://h.example/");
    let answer = page.post("/_sandbox/bridge", &elsewhere).await;
    answer.shows("invalid url domain");
    for (place, value) in [
        (0, ("call", "agentConfig")),
        (0, ("call", "other")),
        (2, ("nonce", "")),
        (1, ("corp", "")),
    ] {
        let mut wrong = form;
        wrong[place] = value;
        let answer = page.post("/_sandbox/bridge", &wrong).await;
        answer.shows(r#"{"errmsg":"fail"}"#);
    }
    let rules = stage.rules("/_sandbox/bridge");
    assert_eq!(rules[..2], ["js.signature (11)", "js.domain (11)"]);
}
