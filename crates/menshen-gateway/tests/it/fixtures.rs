//! Plays WeCom's documented answers (`fixtures/wecom`) on loopback, one chosen case per call, and
//! counts the calls. No emulator: it knows no rules and checks nothing. Whoever needs WeCom to judge
//! writes a walk with the sandbox, in `e2e`.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::response::{IntoResponse as _, Response};
use menshen_gateway::Parts;
use menshen_gateway::jobs::Jobs;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

/// The cases that make `zhangsan` sign in.
const DEFAULT: [(&str, &str); 7] = [
    ("gettoken", "fetched"),
    ("auth/getuserinfo", "member"),
    ("auth/getuserdetail", "all_fields"),
    ("user/get", "member"),
    ("department/list", "all"),
    ("tag/list", "all"),
    ("tag/get", "members"),
];

/// The player. All clones are one; it stops with the test's runtime.
#[derive(Clone, Debug)]
pub(crate) struct Fixtures(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    address: SocketAddr,
    /// The next answers of each call; the last of them is every one that follows.
    bodies: Mutex<HashMap<String, VecDeque<String>>>,
    calls: Mutex<Vec<String>>,
    is_open: watch::Sender<bool>,
}

impl Fixtures {
    pub(crate) async fn play() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let this = Self(Arc::new(Inner {
            address: listener.local_addr().unwrap(),
            bodies: Mutex::default(),
            calls: Mutex::default(),
            is_open: watch::Sender::new(true),
        }));
        for (call, case) in DEFAULT {
            this.answer(call, case);
        }
        let routes = Router::new()
            .route("/cgi-bin/{*call}", axum::routing::any(reply))
            .with_state(this.clone());
        Jobs::new().spawn(async move { axum::serve(listener, routes).await });
        this
    }

    /// Puts it in WeCom's place, for every connector.
    pub(crate) fn stand_in(&self, parts: &mut Parts) {
        let here = Url::parse(&format!("http://{}", self.0.address)).unwrap();
        let config = Arc::make_mut(&mut parts.config);
        for connector in &mut config.connectors {
            connector.endpoints.api = Some(here.clone());
        }
    }

    /// From now on this call answers this case.
    pub(crate) fn answer(&self, call: &str, case: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wecom");
        let text = std::fs::read_to_string(root.join(call).join(format!("{case}.response.json")));
        let fixture: Value = serde_json::from_str(&text.unwrap()).unwrap();
        let mut body = fixture["body"].clone();
        fill(&mut body);
        self.answer_with(call, &body.to_string());
    }

    /// From now on this call answers this body.
    pub(crate) fn answer_with(&self, call: &str, body: &str) {
        self.answer_in_turn(call, &[body]);
    }

    /// From now on this call answers these bodies, one after the other, and then the last of them.
    pub(crate) fn answer_in_turn(&self, call: &str, bodies: &[&str]) {
        let bodies = bodies.iter().map(|&body| body.to_owned()).collect();
        self.0
            .bodies
            .lock()
            .unwrap()
            .insert(call.to_owned(), bodies);
    }

    fn next_body(&self, call: &str) -> Option<String> {
        let mut bodies = self.0.bodies.lock().unwrap();
        let bodies = bodies.get_mut(call)?;
        match bodies.len() {
            0 | 1 => bodies.front().cloned(),
            _ => bodies.pop_front(),
        }
    }

    /// Calls wait for [`Fixtures::release`] before they are answered.
    pub(crate) fn hold(&self) {
        self.0.is_open.send_replace(false);
    }

    /// Waiting calls are answered.
    pub(crate) fn release(&self) {
        self.0.is_open.send_replace(true);
    }

    /// How often this call came.
    pub(crate) fn calls(&self, call: &str) -> usize {
        let calls = self.0.calls.lock().unwrap();
        calls.iter().filter(|known| *known == call).count()
    }
}

async fn reply(State(this): State<Fixtures>, UrlPath(call): UrlPath<String>) -> Response {
    this.0.calls.lock().unwrap().push(call.clone());
    let mut is_open = this.0.is_open.subscribe();
    is_open.wait_for(|is_open| *is_open).await.unwrap();
    let body = this.next_body(&call);
    let json = [("content-type", "application/json; charset=UTF-8")];
    (json, body.unwrap_or_default()).into_response()
}

/// Puts a plain value in each place that a fixture leaves open.
fn fill(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(fill),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| match value {
            Value::String(text) if text.starts_with('{') => *value = plain(name, text),
            other => fill(other),
        }),
        _ => {}
    }
}

fn plain(name: &str, place: &str) -> Value {
    match (name, place) {
        (_, "{number}") => 1.into(),
        ("mobile", _) => "13800000000".into(),
        ("email", _) => "zhangsan@mail.example".into(),
        ("biz_mail", _) => "zhangsan@corp.example".into(),
        ("address", _) => "广州".into(),
        ("avatar" | "qr_code", _) => "https://img.example/zhangsan/0".into(),
        _ => "wmOpenOpenOpenOpenOpen".into(),
    }
}
