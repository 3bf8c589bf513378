//! What stands before every call (dossier 15.3), and the form of every answer (dossier 2).

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use wecom_sandbox::world::{
    ErrmsgSuffix, FieldOrder, Hint, Legacy, NEW_RULES_AT, TrustedIps, UnknownFields,
};

use crate::client::{request, send};
use crate::stage::{CORP, EXPENSES, PORTAL, SYNC_SECRET, Stage, corp};

async fn errcode(stage: &Stage, path: &str) -> i64 {
    stage.get(path).await.errcode()
}

#[tokio::test]
async fn the_token_is_taken_from_the_query_only() {
    let stage = Stage::start().await;
    let token = stage.token(PORTAL).await;
    assert_eq!(errcode(&stage, "/cgi-bin/tag/list").await, 41001);
    assert_eq!(
        errcode(&stage, "/cgi-bin/tag/list?access_token=").await,
        41001
    );
    let body = format!("{{\"access_token\":\"{token}\"}}");
    let in_body = stage.post("/cgi-bin/tag/list", &body).await;
    assert_eq!(in_body.errcode(), 41001);
    let mut in_header = request("GET", "/cgi-bin/tag/list", "");
    let bearer = format!("Bearer {token}").parse().unwrap();
    in_header.headers_mut().insert("authorization", bearer);
    let answer = send(stage.sandbox.addr(), in_header).await.unwrap();
    assert_eq!(answer.errcode(), 41001);
}

#[tokio::test]
async fn a_token_ends_after_7200_seconds_or_early() {
    let stage = Stage::start().await;
    let path = format!(
        "/cgi-bin/tag/list?access_token={}",
        stage.token(PORTAL).await
    );
    stage.clock.advance(Duration::from_secs(7199));
    assert_eq!(errcode(&stage, &path).await, 0);
    stage.clock.advance(Duration::from_secs(1));
    assert_eq!(errcode(&stage, &path).await, 42001);
    stage.clock.advance(Duration::from_hours(25));
    let path = format!(
        "/cgi-bin/tag/list?access_token={}",
        stage.token(PORTAL).await
    );
    let ended = stage
        .sandbox
        .world()
        .change(|state, _| state.end_tokens(&corp(), None));
    assert!(ended >= 1);
    assert_eq!(errcode(&stage, &path).await, 40014);
}

#[tokio::test]
async fn the_checks_come_in_the_order_of_the_dossier() {
    let stage = Stage::with(|seed| seed.limits.corp_per_minute = 1).await;
    let token = stage.token(PORTAL).await;
    let ask = |token: &str| format!("/cgi-bin/user/list_id?access_token={token}");
    // Each step repairs the first failing check, and the next one shows.
    stage.change_agent(PORTAL, |agent| {
        agent.is_enabled = false;
        agent.trusted_ips = TrustedIps::default();
    });
    assert_eq!(errcode(&stage, &ask("forged")).await, 40014);
    assert_eq!(errcode(&stage, &ask(&token)).await, 50003);
    stage.change_agent(PORTAL, |agent| agent.is_enabled = true);
    assert_eq!(errcode(&stage, &ask(&token)).await, 60020);
    let home = vec!["127.0.0.1".parse().unwrap()];
    stage.change_agent(PORTAL, |agent| {
        agent.trusted_ips = TrustedIps::in_force(home);
    });
    // The kind of token is wrong, and the second call is one too many.
    assert_eq!(errcode(&stage, &ask(&token)).await, 48002);
    assert_eq!(errcode(&stage, &ask(&token)).await, 45009);
    stage.clock.advance(Duration::from_secs(59));
    assert_eq!(errcode(&stage, &ask(&token)).await, 45009);
    stage.clock.advance(Duration::from_secs(61));
    assert_eq!(errcode(&stage, &ask(&token)).await, 48002);
}

#[tokio::test]
async fn trusted_ips_take_a_minute_and_bind_new_apps_only() {
    let stage = Stage::start().await;
    let path = format!(
        "/cgi-bin/tag/list?access_token={}",
        stage.token(PORTAL).await
    );
    let now = stage.sandbox.world().now();
    let elsewhere = vec!["203.0.113.7".parse().unwrap()];
    stage.change_agent(PORTAL, |agent| agent.trusted_ips.save(now, elsewhere));
    assert_eq!(errcode(&stage, &path).await, 0);
    stage.clock.advance(Duration::from_secs(59));
    assert_eq!(errcode(&stage, &path).await, 0);
    stage.clock.advance(Duration::from_secs(1));
    let refused = stage.get(&path).await.json();
    assert_eq!(refused["errcode"], 60020);
    assert!(
        refused["errmsg"]
            .as_str()
            .unwrap()
            .contains("from ip: 127.0.0.1,")
    );
    stage.change_agent(PORTAL, |agent| {
        agent.created_at = NEW_RULES_AT.minus(Duration::from_millis(1));
    });
    assert_eq!(errcode(&stage, &path).await, 0);
}

#[tokio::test]
async fn each_kind_of_token_may_make_its_own_calls() {
    let stage = Stage::start().await;
    let portal = stage.token(PORTAL).await;
    let sync = stage.token_of(SYNC_SECRET).await;
    for (call, portal_gets, sync_gets) in [
        ("user/get?userid=lisi", 0, 48009),
        ("user/simplelist?department_id=2", 0, 48009),
        ("user/list?department_id=2", 0, 48009),
        ("user/list_id?x=1", 48002, 0),
        ("department/simplelist?x=1", 0, 0),
        ("department/list?x=1", 0, 48009),
        ("department/get?id=2", 0, 48009),
        ("tag/list?x=1", 0, 0),
        ("tag/get?tagid=1", 0, 0),
        ("agent/get?agentid=1000002", 0, 48002),
        ("get_api_domain_ip?x=1", 0, 0),
        ("auth/getuserinfo?code=x", 40029, 48002),
        ("auth/getuserdetail?x=1", 84090, 48002),
    ] {
        for (token, expected) in [(&portal, portal_gets), (&sync, sync_gets)] {
            let path = format!("/cgi-bin/{call}&access_token={token}");
            assert_eq!(errcode(&stage, &path).await, expected, "{call}");
        }
    }
}

#[tokio::test]
async fn the_contact_sync_of_an_old_address_reads_everything() {
    let stage = Stage::with(|seed| {
        seed.corps[0].contact_sync.as_mut().unwrap().reads_details = true;
    })
    .await;
    let sync = stage.token_of(SYNC_SECRET).await;
    let path = format!("/cgi-bin/user/get?access_token={sync}&userid=sunqi");
    assert_eq!(stage.get(&path).await.json()["mobile"], "13800000005");
}

#[tokio::test]
async fn the_sixth_debug_call_in_a_minute_is_too_many() {
    let stage = Stage::start().await;
    let path = format!(
        "/cgi-bin/tag/list?debug=1&access_token={}",
        stage.token(PORTAL).await
    );
    for _ in 0..5 {
        assert_eq!(errcode(&stage, &path).await, 0);
    }
    assert_eq!(errcode(&stage, &path).await, 45009);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_404_with_an_empty_body() {
    let stage = Stage::start().await;
    for path in [
        "/cgi-bin/",
        "/cgi-bin/user/none",
        "/cgi-bin/user/get/",
        "/nothing",
    ] {
        let answer = stage.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.len()),
            (404, 0),
            "{path}"
        );
    }
    let put = request("PUT", "/cgi-bin/tag/list", "");
    let answer = send(stage.sandbox.addr(), put).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.len()), (404, 0));
}

#[tokio::test]
async fn legacy_calls_can_be_taken_away() {
    let stage = Stage::with(|seed| seed.switches.legacy = Legacy::Absent).await;
    let path = "/cgi-bin/user/getuserinfo?access_token=x";
    assert_eq!(stage.get(path).await.status.as_u16(), 404);
    let path = "/cgi-bin/auth/getuserinfo?access_token=x";
    assert_eq!(stage.get(path).await.errcode(), 40014);
}

#[tokio::test]
async fn every_answer_has_the_headers_of_the_dossier() {
    let stage = Stage::start().await;
    for path in ["/cgi-bin/gettoken", "/cgi-bin/tag/list?access_token=x"] {
        let answer = stage.get(path).await;
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        assert_eq!(answer.status.as_u16(), 200);
        assert_eq!(header("content-type"), "application/json; charset=UTF-8");
        assert_eq!(header("server"), "nginx");
        assert_eq!(header("error-code"), answer.errcode().to_string());
        assert_eq!(
            header("error-msg"),
            answer.json()["errmsg"].as_str().unwrap()
        );
        assert!(header("x-w-no").parse::<u8>().is_ok());
    }
}

#[tokio::test]
async fn the_forms_of_errmsg_follow_the_grammar() {
    let path = format!("/cgi-bin/gettoken?corpid={CORP}");
    let link = "more info at https://open.work.weixin.qq.com/devtool/query?e=41004";
    for (suffix, expected) in [
        (
            ErrmsgSuffix::Full,
            format!("corpsecret missing, hint: [HINT], from ip: 127.0.0.1, {link}"),
        ),
        (
            ErrmsgSuffix::WithoutIp,
            format!("corpsecret missing, hint: [HINT], {link}"),
        ),
        (
            ErrmsgSuffix::LinkOnly,
            format!("corpsecret missing, {link}"),
        ),
        (ErrmsgSuffix::None, "corpsecret missing".to_owned()),
    ] {
        let stage = Stage::with(|seed| seed.switches.errmsg_suffix = suffix).await;
        let answer = stage.get(&path).await.json();
        let errmsg = answer["errmsg"].as_str().unwrap();
        let shape = match (errmsg.find('['), errmsg.find(']')) {
            (Some(start), Some(end)) => {
                let hint = &errmsg[start + 1..end];
                assert!(hint.starts_with("1700000000") && hint.len() == 25);
                assert!(hint.bytes().all(|b| b.is_ascii_digit()));
                errmsg.replace(hint, "HINT")
            }
            _ => errmsg.to_owned(),
        };
        assert_eq!(shape, expected);
    }
    let stage = Stage::with(|seed| seed.switches.hint = Hint::Old).await;
    let answer = stage.get(&path).await.json();
    let errmsg = answer["errmsg"].as_str().unwrap();
    let hint = &errmsg[errmsg.find('[').unwrap() + 1..errmsg.find(']').unwrap()];
    let parts: Vec<&str> = hint.split('_').collect();
    assert_eq!(
        (parts.len(), parts[0], parts[2].len()),
        (3, "1700000000", 32)
    );
}

#[tokio::test]
async fn fields_come_in_any_order_unless_the_switch_says_otherwise() {
    let stage = Stage::start().await;
    let path = "/cgi-bin/user/get?access_token=x";
    let mut firsts = std::collections::BTreeSet::new();
    for _ in 0..40 {
        let body = stage.get(path).await.body;
        firsts.insert(String::from_utf8_lossy(&body[..8]).into_owned());
    }
    assert!(firsts.len() > 1, "{firsts:?}");
    let documented = |seed: &mut wecom_sandbox::Seed| {
        seed.switches.field_order = FieldOrder::Documented;
        seed.switches.unknown_fields = UnknownFields::One;
    };
    let stage = Stage::with(documented).await;
    for _ in 0..10 {
        let body = stage.get(path).await.body;
        assert!(body.starts_with(b"{\"errcode\":40014,\"errmsg\":\"invalid access_token\""));
        assert!(body.ends_with(b"\"sandbox_extra\":{\"since\":2099}}"));
    }
}

#[tokio::test]
async fn a_malformed_body_is_read_as_far_as_it_goes_and_warned_about() {
    let stage = Stage::start().await;
    let sync = stage.token_of(SYNC_SECRET).await;
    let path = format!("/cgi-bin/user/list_id?access_token={sync}");
    for body in ["{", "[1]", "7", "\u{0}"] {
        let answer = stage.post(&path, body).await.json();
        assert_eq!(answer["errcode"], 0);
        assert!(
            answer["errmsg"]
                .as_str()
                .unwrap()
                .contains("Warning: wrong json format.")
        );
    }
    let huge = "x".repeat(1024 * 1024 + 1);
    assert_eq!(stage.post(&path, &huge).await.errcode(), 40206);
}

#[tokio::test]
async fn s_064_random_bytes_at_every_path_give_no_5xx_and_stop_nothing() {
    let stage = Stage::start().await;
    let token = stage.token(EXPENSES).await;
    let chance = wecom_sdk::Entropy::seeded(64);
    for path in wecom_sandbox::paths() {
        let path = path.replace("{key}", "x");
        for round in 0..8 {
            let noise: [u8; 48] = chance.bytes().unwrap();
            let text = percent_encode(&noise, NON_ALPHANUMERIC).to_string();
            let raw: String = noise
                .iter()
                .map(|byte| char::from(b'!' + byte % 90))
                .collect();
            let raw = raw.replace(['#', '"', '<', '>', '\\', '^', '`', '{', '|', '}'], "&");
            let names = [
                "access_token",
                "code",
                "userid",
                "id",
                "tagid",
                "redirect_uri",
                "k",
            ];
            let name = names[round % names.len()];
            let target = format!("{path}?access_token={token}&{name}={text}&{raw}");
            for (method, body) in [("GET", ""), ("POST", raw.as_str())] {
                let answer = send(stage.sandbox.addr(), request(method, &target, body)).await;
                let status = answer.unwrap().status;
                assert!(!status.is_server_error(), "{method} {target}: {status}");
            }
        }
    }
    assert_eq!(stage.call("tag/list", "").await["errcode"], 0);
}
