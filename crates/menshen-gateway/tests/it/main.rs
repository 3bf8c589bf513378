//! Tests of the gateway as a whole; folders mirror its addresses.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on may stop"
)]

mod account;
mod fixtures;
mod harness;
mod login;
mod rooms;
mod visitor;
mod wecom;
