//! Who is signed in: the gateway's own `/_menshen/me`, asked in process with the browser's cookies.
//!
//! In: the cookies of a request. Out: the gateway's answer as values. It never looks into the store.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, Uri, header};
use http_body_util::BodyExt as _;
use menshen_gateway::Peer;
use serde::Deserialize;
use tower::ServiceExt as _;

/// The person and the session, as any site would read them.
#[derive(Debug, Deserialize)]
pub(super) struct Me {
    pub(super) sub: String,
    pub(super) preferred_username: String,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone_number: Option<String>,
    pub(super) gender: Option<String>,
    #[serde(default)]
    pub(super) groups: Vec<String>,
    pub(super) wecom_corp_id: String,
    pub(super) session: MySession,
}

/// The session.
#[derive(Debug, Deserialize)]
pub(super) struct MySession {
    pub(super) opened: String,
    pub(super) expires: String,
    pub(super) door: String,
}

/// What the gateway said.
#[derive(Debug)]
pub(super) enum Asked {
    /// Somebody is signed in.
    Somebody(Box<Me>),
    /// Nobody is signed in.
    Nobody,
    /// The gateway could not say, which is not the same as nobody.
    Unsaid,
}

/// The question for the browser that sent `request`.
pub(super) fn question(request: &Request) -> Request {
    let mut question = Request::new(Body::empty());
    *question.uri_mut() = Uri::from_static("/_menshen/me");
    for name in [header::HOST, header::COOKIE] {
        for value in request.headers().get_all(&name) {
            question.headers_mut().append(&name, value.clone());
        }
    }
    if let Some(peer) = request.extensions().get::<Peer>() {
        question.extensions_mut().insert(*peer);
    }
    question
}

/// Asks the gateway.
pub(super) async fn ask(gateway: Router, question: Request) -> Asked {
    let answer = match gateway.oneshot(question).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    };
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED => return Asked::Nobody,
        _ => return Asked::Unsaid,
    }
    let Ok(body) = answer.into_body().collect().await else {
        return Asked::Unsaid;
    };
    match serde_json::from_slice(&body.to_bytes()) {
        Ok(me) => Asked::Somebody(Box::new(me)),
        Err(_) => Asked::Unsaid,
    }
}
