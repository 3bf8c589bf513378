#![doc = include_str!("../README.md")]

mod access;
mod account;
pub mod assertion;
mod authorities;
pub mod certificate;
pub mod config;
mod connector;
mod deadline;
pub mod diagnose;
mod door;
mod enter;
mod forward_auth;
pub mod front;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod health;
mod identity_headers;
pub mod installation;
pub mod jobs;
mod judgement;
mod keys;
pub mod listen;
mod login;
pub mod look;
pub mod metrics;
mod ownership;
mod panics;
pub mod parts;
mod proxy;
pub mod server;
mod session;
mod sweep;
pub mod vault;

use std::sync::Arc;

use axum::Router;

use account::AccountRoom;
use connector::Connectors;
use door::Door;
use door::pages::Pages;
pub use door::peer::Peer;
use enter::EnterRoom;
use forward_auth::ForwardAuth;
use front::{Front, Gate};
use judgement::Judge;
use keys::KeysRoom;
use login::LoginRoom;
/// For operator commands, which work on the store without a gateway.
pub use menshen_store as store;
pub use parts::Parts;
use proxy::Proxy;
pub use server::Server;
use session::SessionRoom;
/// Ids, clock and entropy, for the program that builds the parts.
pub use wecom_sdk as sdk;

/// The two services of a gateway.
#[derive(Debug)]
pub struct Gateway {
    /// For browsers, on the public listener.
    pub public: Router,
    /// For operators, on the management listener.
    pub management: Router,
    /// What stands before the router for browsers.
    pub front: Front,
    /// What stands before the router for operators.
    pub management_front: Front,
}

/// Why a gateway cannot be built from its parts.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The client of a connector cannot be built.
    #[error("a connector cannot be built: {0}")]
    Connector(#[from] wecom_sdk::Error),
    /// TLS towards upstreams cannot be set up.
    #[error("TLS towards upstreams cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// Wires the rooms. The only place that knows them all.
pub fn build(parts: &Parts) -> Result<Gateway, BuildError> {
    let pages = Arc::new(Pages::new());
    let connectors = Connectors::new(parts)?;
    let sessions = SessionRoom::new(parts, &connectors);
    let login = LoginRoom::new(parts, &connectors, &sessions, &pages);
    let judge = Judge::new(parts, &sessions);
    let account = AccountRoom::new(parts, &connectors, (&sessions, &judge), &pages);
    let forward_auth = ForwardAuth::new(parts, &judge);
    let enter = EnterRoom::new(parts, &judge, &sessions);
    let door = Door::public(parts, pages);
    let gate = Gate::new(
        (door.clone(), Arc::clone(&parts.clock)),
        (judge.clone(), forward_auth.clone(), Proxy::new(parts)?),
        parts.config.public_url.is_secure(),
    );
    let rooms = Router::new()
        .merge(login::routes(login))
        .merge(account::routes(account.clone()))
        .merge(keys::routes(KeysRoom::new(parts)))
        .fallback(door::not_found);
    let at_sites = enter::routes(enter)
        .merge(account::routes_at_sites(account))
        .fallback(door::not_found);
    let public = ownership::routes(&parts.config)
        .merge(forward_auth::routes(forward_auth))
        .merge(door.check_host(rooms, at_sites));
    let management = health::routes(parts.clone()).fallback(door::not_found);
    let management_door = Door::management(parts);
    Ok(Gateway {
        front: Front::new(door.refusals()).with_gate(gate),
        management_front: Front::new(management_door.refusals()),
        public: door.around(public),
        management: management_door.around(management),
    })
}
