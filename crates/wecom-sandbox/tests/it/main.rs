//! The sandbox, seen from outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod cgi_bin;
mod client;
mod control;
mod data;
mod fidelity;
mod pages;
mod push;
mod seed;
mod stage;
mod tls;
mod world;
