//! `GET /_menshen/callback/{connector}`: what becomes of WeCom's documented answers.

use menshen_gateway::Parts;
use menshen_gateway::config::{EmailTemplate, PrivateField};
use menshen_store::{Session, SessionFilter};

use crate::fixtures::Fixtures;
use crate::harness::House;
use crate::visitor::Visitor;

mod landing;
mod mishaps;
mod rechecks;
mod refused;
mod repeats;
mod subjects;
mod told;

const SESSION: &str = "__Host-menshen_session";
const CODE: &str = "c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0d";

async fn house() -> (House, Fixtures) {
    house_with(|_| {}).await
}

async fn house_with(change: impl FnOnce(&mut Parts)) -> (House, Fixtures) {
    let wecom = Fixtures::play().await;
    let house = House::with(|parts| {
        change(parts);
        wecom.stand_in(parts);
    })
    .await;
    (house, wecom)
}

async fn sessions(house: &House) -> Vec<Session> {
    let filter = SessionFilter {
        limit: 1000,
        ..SessionFilter::default()
    };
    house.parts.store.list_sessions(&filter).await.unwrap()
}

/// A login up to the point where WeCom sends the browser back.
async fn callback(visitor: &mut Visitor<'_>, query: &str) -> String {
    let state = visitor.start(query).await;
    format!("/_menshen/callback/hq?code={CODE}&state={state}")
}

fn wants_everything(parts: &mut Parts) {
    let connector = &mut std::sync::Arc::make_mut(&mut parts.config).connectors[0];
    connector.private_info.extend(PrivateField::ALL);
    connector.email_fallback = EmailTemplate::parse("{userid}@made-up.example").ok();
}
