//! All nodes start with nothing in memory, and everybody comes at once.

use std::sync::Arc;

use axum::body::Body;
use http::{Request, StatusCode};
use menshen_gateway::{Gateway, Peer, build};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::{PROXY, SITES, id, sign_in};
use crate::account::SESSION;
use crate::harness::{CONFIG, House};
use crate::mishaps::Mishaps;

const NODES: usize = 3;
const SESSIONS: [char; 8] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
/// Requests of each session at each node.
const REQUESTS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_223_a_cold_start_asks_the_store_once_for_each_session_and_node() {
    let mut store = None;
    let house = House::configured(&format!("{CONFIG}{SITES}"), |parts| {
        let counting = Mishaps::before(Arc::clone(&parts.store));
        parts.store = counting.clone();
        store = Some(counting);
    })
    .await;
    let store = store.unwrap();
    for letter in SESSIONS {
        sign_in(&house, &id(letter)).await;
    }
    let nodes: Vec<Gateway> = (0..NODES).map(|_| build(&house.parts).unwrap()).collect();
    let calls = ["find_session", "find_identity", "find_subject"];
    let before = calls.map(|call| store.calls(call));
    let mut asking = JoinSet::new();
    for turn in 0..REQUESTS * SESSIONS.len() {
        let session = id(SESSIONS[turn % SESSIONS.len()]);
        for node in &nodes {
            let mut request = Request::get("/_menshen/check")
                .header("host", "gateway.internal")
                .header("x-forwarded-host", "login.example.com")
                .header("x-forwarded-method", "GET")
                .header("x-forwarded-uri", "/page")
                .header("cookie", format!("{SESSION}={session}"))
                .body(Body::empty())
                .unwrap();
            request.extensions_mut().insert(Peer((PROXY, 4711).into()));
            let node = node.public.clone();
            asking.spawn(async move { node.oneshot(request).await.unwrap().status() });
        }
    }
    for status in asking.join_all().await {
        assert_eq!(status, StatusCode::OK);
    }
    for (call, before) in calls.into_iter().zip(before) {
        let asked = store.calls(call) - before;
        assert_eq!(asked, SESSIONS.len() * NODES, "{call}");
    }
}
