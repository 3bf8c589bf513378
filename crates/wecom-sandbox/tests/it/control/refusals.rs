//! Commands that cannot be read or carried out: problems that change nothing.

use serde_json::json;

use super::{command_text, status};
use crate::client::{request, send};
use crate::stage::Stage;

/// Path, body, and the key that the problem names.
const UNREADABLE: &[(&str, &str, &str)] = &[
    ("clock/advance", r#"{"seconds":-1}"#, "seconds"),
    ("clock/advance", r#"{"seconds":1,"minutes":1}"#, "minutes"),
    ("clock/advance", "[]", "."),
    ("tokens/end", "[null, null]", "."),
    ("reset", " []", "."),
    ("clock/advance", "", "."),
    ("clock/advance", "{", "?"),
    ("tokens/end", r#"{"agent":"x"}"#, "agent"),
    ("members/change", r#"{"user_id":"_"}"#, "user_id"),
    (
        "agents/change",
        r#"{"agent":1000002,"trusted_ips":["x"]}"#,
        "trusted_ips[0]",
    ),
    ("script", r#"{"path":"/cgi-bin/gettoken","hold":1}"#, "hold"),
];

/// Path, body and status of commands that can be read and not carried out.
const REFUSED: &[(&str, &str, u16)] = &[
    ("clock/advance", r#"{"seconds":18446744073709551615}"#, 400),
    ("clock/advance", r#"{"seconds":1} more"#, 400),
    ("script", r#"{"path":"/elsewhere"}"#, 400),
    ("script", r#"{"path":"/cgi-bin/gettoken","status":99}"#, 400),
    ("script", r#"{"path":"/cgi-bin/gettoken","times":0}"#, 400),
    (
        "script",
        r#"{"path":"/cgi-bin/gettoken","headers":[["a b","c"]]}"#,
        400,
    ),
    ("script/99/release", "{}", 404),
    ("sign_in_as", r#"{"person":"member:nobody"}"#, 404),
    (
        "sign_in_as",
        r#"{"person":"member:lisi","corp":"ww0"}"#,
        404,
    ),
    ("tokens/end", r#"{"agent":7}"#, 404),
    ("members/remove", r#"{"user_id":"nobody"}"#, 404),
    ("members/change", r#"{"user_id":"nobody"}"#, 404),
    (
        "members/change",
        r#"{"user_id":"lisi","status":"gone"}"#,
        400,
    ),
    (
        "members/change",
        r#"{"user_id":"lisi","departments":[99]}"#,
        400,
    ),
    (
        "members/change",
        r#"{"user_id":"lisi","rename_to":"ZhangSan"}"#,
        409,
    ),
    (
        "members/create",
        r#"{"user_id":"LISI","name":"x","departments":[]}"#,
        409,
    ),
    ("agents/change", r#"{"agent":7}"#, 404),
    (
        "agents/change",
        r#"{"agent":1000002,"oauth_domain":"*.a"}"#,
        400,
    ),
    (
        "agents/change",
        r#"{"agent":1000002,"sensitive_fields":["name"]}"#,
        400,
    ),
    (
        "agents/change",
        r#"{"agent":1000002,"visible":{"tags":[9]}}"#,
        400,
    ),
    ("agents/change", r#"{"agent":1000002,"secret":""}"#, 400),
    (
        "waiting/approve",
        r#"{"kind":"scan","person":"member:lisi"}"#,
        404,
    ),
    ("waiting/refuse", r#"{"kind":"consent"}"#, 404),
];

#[tokio::test]
async fn bad_bodies_are_problems_that_name_the_key() {
    let stage = Stage::start().await;
    for (path, body, key) in UNREADABLE {
        let answer = command_text(&stage, "POST", path, body).await;
        assert_eq!(status(&answer), 400, "{path} {body}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        let problem = answer.json();
        assert_eq!(
            (&problem["status"], &problem["code"]),
            (&json!(400), &json!("body"))
        );
        assert_eq!(problem["mistakes"][0]["key"], *key, "{path} {body}");
    }
    let huge = "9".repeat(1024 * 1024 + 1);
    let answer = command_text(&stage, "POST", "clock/advance", &huge).await;
    assert_eq!(status(&answer), 413);
}

#[tokio::test]
async fn commands_that_cannot_be_carried_out_are_problems_and_change_nothing() {
    let stage = Stage::start().await;
    let corps = || stage.sandbox.world().read(|state, _| state.corps.clone());
    let (before, now) = (corps(), stage.sandbox.world().now());
    for (path, body, expected) in REFUSED {
        let answer = command_text(&stage, "POST", path, body).await;
        assert_eq!(status(&answer), *expected, "{path} {body}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    assert_eq!((corps(), stage.sandbox.world().now()), (before, now));
    assert_eq!(stage.get("/_sandbox/api/script").await.json(), json!([]));
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_a_problem_that_names_those_it_takes() {
    let stage = Stage::start().await;
    let answer = command_text(&stage, "POST", "switches", "{}").await;
    assert_eq!(status(&answer), 405);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let allow = answer.headers["allow"].to_str().unwrap();
    assert!(allow.contains("PUT") && allow.contains("GET"), "{allow}");
    assert_eq!(answer.json()["code"], json!("method"));
}

#[tokio::test]
async fn a_wrong_word_of_a_switch_is_answered_with_the_right_ones() {
    let stage = Stage::start().await;
    let body = r#"{"switches":{"web_login_source":"off"}}"#;
    let answer = command_text(&stage, "PUT", "switches", body).await;
    assert_eq!(status(&answer), 400);
    let remedy = &answer.json()["mistakes"][0]["remedy"];
    assert_eq!(remedy, &json!("write one of required, unchecked"));
    let body = r#"{"switches":{"web_login":"unchecked"}}"#;
    let answer = command_text(&stage, "PUT", "switches", body).await;
    assert_eq!(answer.json()["title"], json!("`web_login` is no switch"));
}

#[tokio::test]
async fn s_176_a_name_that_somebody_made_lead_here_commands_nothing() {
    let stage = Stage::start().await;
    let before = stage.world().now();
    let calls = [
        ("GET", "/_sandbox/api/journal", ""),
        ("GET", "/_sandbox/api/seed", ""),
        ("GET", "/_sandbox/", ""),
        ("POST", "/_sandbox/api/clock/advance", r#"{"seconds":60}"#),
        ("POST", "/_sandbox/clock", "seconds=301"),
    ];
    let ask = async |(method, path, body): (&str, &str, &str), host: &str| {
        let mut request = request(method, path, body);
        let kind = if body.starts_with('{') {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let headers = request.headers_mut();
        headers.insert("host", host.parse().unwrap());
        headers.insert("origin", format!("http://{host}").parse().unwrap());
        headers.insert("content-type", kind.parse().unwrap());
        send(stage.addr(), request).await.unwrap().status.as_u16()
    };
    for host in [
        "rebound.evil.example:7700",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:7700",
        "qyapi.weixin.qq.com.evil.example",
        "127.0.0.1:7700@evil.example",
        "[::1].evil.example",
        "evil.example.",
        "",
    ] {
        for call in calls {
            assert_eq!(ask(call, host).await, 403, "{host} {call:?}");
        }
    }
    assert_eq!(stage.world().now(), before);
    for host in [
        "127.0.0.1:7700",
        "localhost:7700",
        "[::1]:7700",
        "sandbox:7700",
    ] {
        assert_eq!(ask(calls[0], host).await, 200, "{host}");
    }
}
