//! S-061, S-098, S-205: what is no answer.

use wecom_sdk::{Error, Secret};

use crate::server::Reply;
use crate::stage;

async fn exchange(reply: fn() -> Reply) -> (Error, usize) {
    let server = stage::answering(move |_| reply()).await;
    let outcome = stage::client(&server).user_info(&Secret::new("c0de")).await;
    (outcome.unwrap_err(), server.count("auth/getuserinfo"))
}

#[tokio::test]
async fn s_061_an_endless_answer_is_cut_off() {
    let (error, _) = exchange(|| Reply::Endless).await;
    assert!(error.is_unreadable() && error.is_retryable());
}

#[tokio::test]
async fn s_061_the_limit_is_one_mebibyte() {
    let sized = |size: usize| {
        let frame = r#"{"errcode":0,"userid":"zhangsan","x":""}"#.len();
        format!(
            r#"{{"errcode":0,"userid":"zhangsan","x":"{}"}}"#,
            "x".repeat(size - frame)
        )
    };
    for (size, is_read) in [(1024 * 1024, true), (1024 * 1024 + 1, false)] {
        let answer = sized(size);
        assert_eq!(answer.len(), size);
        let server = stage::answering(move |_| Reply::json(answer.clone())).await;
        let outcome = stage::client(&server).user_info(&Secret::new("c0de")).await;
        assert_eq!(outcome.is_ok(), is_read, "{size}");
    }
}

#[tokio::test]
async fn s_098_success_is_one_object_with_a_whole_errcode() {
    let replies: [fn() -> Reply; 13] = [
        || Reply::json(r#"{"userid":"zhangsan"}"#),
        || Reply::json(r#"{"errcode":"0","userid":"zhangsan"}"#),
        || Reply::json(r#"{"errcode":0.0,"userid":"zhangsan"}"#),
        || Reply::json(r#"{"errcode":0e0,"userid":"zhangsan"}"#),
        || Reply::json(r#"{"errcode":false,"userid":"zhangsan"}"#),
        || Reply::json(r#"{"errcode":null,"userid":"zhangsan"}"#),
        || Reply::json(r#"{"errcode":[0],"userid":"zhangsan"}"#),
        || Reply::json(r#"{"errcode":0,"errcode":40029,"userid":"zhangsan"}"#),
        || Reply::json(r#"{"errcode":0,"userid":"zhangsan"}{"errcode":0}"#),
        || Reply::json(r#"{"errcode":0,"userid":"zhangsan"} x"#),
        || Reply::json(r#"[{"errcode":0,"userid":"zhangsan"}]"#),
        || Reply::json(r#"{"Errcode":0,"userid":"zhangsan"}"#),
        || Reply::json("<!doctype html><title>502</title>"),
    ];
    for (row, reply) in replies.into_iter().enumerate() {
        let (error, calls) = exchange(reply).await;
        assert!(error.is_unreadable(), "row {row}: {error:?}");
        assert_eq!(calls, 1, "row {row}: repeated");
    }
}

#[tokio::test]
async fn s_098_a_status_other_than_200_is_no_answer_whatever_it_says() {
    let replies: [fn() -> Reply; 5] = [
        || Reply::status(500, r#"{"errcode":0,"userid":"zhangsan"}"#),
        || Reply::status(201, r#"{"errcode":0,"userid":"zhangsan"}"#),
        || Reply::status(206, r#"{"errcode":0,"userid":"zhangsan"}"#),
        || Reply::status(404, ""),
        || Reply::status(502, "<html>bad gateway</html>"),
    ];
    for reply in replies {
        let (error, calls) = exchange(reply).await;
        assert!(
            error.is_transport() && error.errcode().is_none(),
            "{error:?}"
        );
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn s_205_broken_answers_are_handled_like_a_timeout() {
    let replies: [fn() -> Reply; 8] = [
        || Reply::json(r#"{"errcode":0,"userid":"zhang"#),
        || Reply::json(""),
        || Reply::Raw(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
        || Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"errcode\":0".to_vec()),
        || {
            let garbage = b"\x1f\x8b\x08\x00\xff\xff\xff\xff\x00\x00";
            let mut bytes =
                b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 10\r\n\r\n".to_vec();
            bytes.extend_from_slice(garbage);
            Reply::Raw(bytes)
        },
        || Reply::Raw(b"220 mail.example ESMTP\r\n".to_vec()),
        || Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n\xff\xfe{}".to_vec()),
        || Reply::Drops,
    ];
    for (row, reply) in replies.into_iter().enumerate() {
        let (error, _) = exchange(reply).await;
        assert!(
            error.is_unreadable() || error.is_transport(),
            "row {row}: {error:?}"
        );
        assert!(error.is_retryable() && !error.is_rejected(), "row {row}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server = stage::answering(|asked| match asked.call.as_str() {
        "elsewhere" => Reply::json(r#"{"errcode":0,"userid":"zhangsan"}"#),
        _ => Reply::Raw(
            b"HTTP/1.1 302 Found\r\nlocation: /cgi-bin/elsewhere\r\ncontent-length: 0\r\n\r\n"
                .to_vec(),
        ),
    })
    .await;
    let outcome = stage::client(&server).user_info(&Secret::new("c0de")).await;
    assert!(outcome.unwrap_err().is_transport());
    assert_eq!(server.count("elsewhere"), 0);
}
