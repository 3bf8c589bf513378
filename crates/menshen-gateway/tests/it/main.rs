//! The gateway as its callers meet it: a request into the router of a real [`Gateway`] with SQLite in
//! memory, a configuration from a file, a socket where sockets matter. Folders mirror its addresses.
//!
//! [`Gateway`]: menshen_gateway::Gateway
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say so loudly"
)]

mod account;
mod authority;
mod configuration;
mod door;
mod enter;
mod fixtures;
mod forward_auth;
mod framing;
mod harness;
mod health;
mod house_rules;
mod installation;
mod jobs;
mod keys;
mod listen;
mod log;
mod login;
mod mishaps;
mod ownership;
mod proxy;
mod rooms;
mod server;
mod tls;
mod vault;
mod visitor;
mod wecom;
