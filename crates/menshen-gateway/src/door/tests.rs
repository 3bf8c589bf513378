//! The door around rooms that misbehave.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Query};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use menshen_store::StoreError;
use serde::Deserialize;
use tower::ServiceExt as _;

use super::pages::Pages;
use super::{Door, Failure, codes, csrf};
use crate::config::PublicUrl;
use crate::parts::{Parts, sample};
use crate::vault::sha256;

const CANARY: &str = "canary-4711";

#[derive(Deserialize)]
struct Wanted {
    number: u32,
}

async fn panics() -> Failure {
    panic!("{CANARY}: a mistake in a room")
}

async fn fails_with_a_cookie() -> Response {
    let cookies = AppendHeaders([(header::SET_COOKIE, "a=1"), (header::SET_COOKIE, "b=2")]);
    let failure = Failure::from(StoreError::Corrupt(format!(
        "{CANARY}: SELECT * FROM session"
    )));
    (cookies, failure).into_response()
}

async fn lets_everybody_in() -> impl IntoResponse {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "x"),
        (header::SERVER, "menshen/0.1.0"),
    ];
    (headers, "")
}

fn rooms() -> Router {
    Router::new()
        .route("/panics", get(panics))
        .route("/fails", get(fails_with_a_cookie))
        .route("/open", get(lets_everybody_in))
        .route(
            "/query",
            get(|Query(wanted): Query<Wanted>| async move { wanted.number.to_string() }),
        )
        .route(
            "/form",
            post(|Form(wanted): Form<Wanted>| async move { wanted.number.to_string() }),
        )
        .route(
            "/teapot",
            get(|| async { (StatusCode::IM_A_TEAPOT, CANARY) }),
        )
        .route(
            "/broken",
            get(|| async { (StatusCode::INSUFFICIENT_STORAGE, CANARY) }),
        )
}

async fn send(parts: &Parts, request: Request<Body>) -> (StatusCode, header::HeaderMap, String) {
    let door = Door::public(parts, Arc::new(Pages::new()));
    let response = door.around(rooms()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (
        parts.status,
        parts.headers,
        String::from_utf8(body.to_vec()).unwrap(),
    )
}

fn get_of(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn s_064_a_panic_costs_one_request_and_is_counted() {
    let parts = sample::parts().await;
    for count in 1..=3 {
        let (status, _, body) = send(&parts, get_of("/panics")).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(
            body.contains("\"gateway.internal\"") && !body.contains(CANARY),
            "{body}"
        );
        let (status, ..) = send(&parts, get_of("/query?number=1")).await;
        assert_eq!(status, StatusCode::OK);
        let counted = format!("menshen_panics_total {count}\n");
        assert!(parts.metrics.to_text().contains(&counted));
    }
}

#[tokio::test]
async fn s_064_a_panic_of_the_door_itself_is_worded_and_counted() {
    let parts = sample::parts().await;
    let door = Door::public(&parts, Arc::new(Pages::new()));
    let answer = door
        .refusals()
        .word_panic(std::net::IpAddr::from([127, 0, 0, 1]), CANARY);
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let request_id = answer.headers()["x-request-id"].to_str().unwrap();
    let body = String::from_utf8(answer.body().to_vec()).unwrap();
    assert!(
        body.contains("\"gateway.internal\"") && body.contains(request_id),
        "{body}"
    );
    assert!(!body.contains(CANARY), "{body}");
    assert!(parts.metrics.to_text().contains("menshen_panics_total 1\n"));
}

#[tokio::test]
async fn s_194_nothing_from_inside_reaches_the_answer() {
    let parts = sample::parts().await;
    let rows = [
        ("/panics", 500, "gateway.internal"),
        ("/fails", 503, "gateway.store_unavailable"),
        ("/query", 400, "request.malformed"),
        ("/query?number=canary-4711", 400, "request.malformed"),
        ("/teapot", 400, "request.malformed"),
        ("/broken", 500, "gateway.internal"),
    ];
    for (path, status, code) in rows {
        for accept in ["application/json", "text/html"] {
            let request = Request::get(path)
                .header("accept", accept)
                .body(Body::empty())
                .unwrap();
            let (found, headers, body) = send(&parts, request).await;
            assert_eq!(found.as_u16(), status, "{path}");
            for word in [
                CANARY,
                "SELECT",
                "u32",
                "deserialize",
                "0.1.0",
                "panicked",
                "src/",
            ] {
                assert!(!body.contains(word), "{path}: {body}");
            }
            let id = headers["x-request-id"].to_str().unwrap();
            assert!(body.contains(id), "{path}: {body}");
            assert!(
                accept == "text/html" || body.contains(code),
                "{path}: {body}"
            );
        }
    }
}

#[tokio::test]
async fn s_194_a_form_that_cannot_be_read_is_malformed() {
    let parts = sample::parts().await;
    let rows = [
        (
            "application/x-www-form-urlencoded",
            "number=canary-4711",
            400,
        ),
        (
            "application/x-www-form-urlencoded",
            "number=1&number=2",
            400,
        ),
        ("application/x-www-form-urlencoded", "%ff%fe=", 400),
        ("multipart/form-data; boundary=x", "--x--", 415),
        ("application/json", "{}", 415),
        ("application/x-www-form-urlencoded", "number=7", 200),
    ];
    for (kind, body, status) in rows {
        let request = Request::post("/form")
            .header("content-type", kind)
            .header("content-length", body.len());
        let (found, _, answer) = send(&parts, request.body(Body::from(body)).unwrap()).await;
        assert_eq!(found.as_u16(), status, "{kind} {body}: {answer}");
        assert!(!answer.contains(CANARY), "{answer}");
    }
}

#[tokio::test]
async fn a_store_that_fails_is_503_and_keeps_what_the_room_set() {
    let (status, headers, _) = send(&sample::parts().await, get_of("/fails")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(headers["retry-after"], "5");
    let cookies: Vec<_> = headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
}

#[tokio::test]
async fn s_069_a_room_cannot_let_another_origin_in() {
    let (_, headers, _) = send(&sample::parts().await, get_of("/open")).await;
    let names = headers.keys().map(header::HeaderName::as_str);
    let foreign: Vec<_> = names
        .filter(|name| name.starts_with("access-control") || *name == "server")
        .collect();
    assert_eq!(foreign, Vec::<&str>::new());
}

#[tokio::test]
async fn a_form_is_ours_by_origin_and_token() {
    let vault = sample::parts().await.vault;
    let url = PublicUrl::parse("https://login.example.com").unwrap();
    let (session, other) = (sha256(b"session"), sha256(b"other"));
    let token = csrf::token(&vault, &session);
    let headers = |pairs: &[(&str, &str)]| {
        let request = pairs
            .iter()
            .fold(Request::get("/"), |request, (name, value)| {
                request.header(*name, *value)
            });
        request.body(()).unwrap().headers().clone()
    };
    let check = |pairs: &[(&str, &str)], session, token: &str| {
        csrf::check(&vault, &url, &headers(pairs), &[session], token)
            .map_err(|failure| failure.code)
    };
    let ours = [
        ("origin", "https://login.example.com"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(check(&ours, session, &token), Ok(()));
    assert_eq!(check(&[], session, &token), Ok(()));
    assert_eq!(check(&ours, other, &token), Err(codes::FORGED));
    for wrong in [
        "",
        &token[1..],
        &format!("{token}A"),
        &csrf::token(&vault, &other),
    ] {
        assert_eq!(check(&ours, session, wrong), Err(codes::FORGED), "{wrong}");
    }
    // Of several sessions it takes the token of all: that of one may be known to whoever planted it.
    let both = csrf::token_of_all(&vault, &[session, other]);
    let pair = headers(&ours);
    assert!(csrf::check(&vault, &url, &pair, &[session, other], &both).is_ok());
    assert!(csrf::check(&vault, &url, &pair, &[session, other], &token).is_err());
    assert!(csrf::check(&vault, &url, &pair, &[other, session], &both).is_err());
    for origin in [
        "null",
        "https://evil.example",
        "http://login.example.com",
        "https://login.example.com:444",
    ] {
        assert_eq!(
            check(&[("origin", origin)], session, &token),
            Err(codes::FORGED),
            "{origin}"
        );
    }
    for site in ["cross-site", "same-site", "none"] {
        assert_eq!(
            check(&[("sec-fetch-site", site)], session, &token),
            Err(codes::FORGED),
            "{site}"
        );
    }
}
