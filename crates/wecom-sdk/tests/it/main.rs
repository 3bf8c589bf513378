//! The client against a scripted server on loopback, and against the fixtures.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed; its tasks end with its runtime"
)]

mod answers;
mod calls;
mod capture;
mod fixture;
mod limits;
mod secrets;
mod server;
mod stage;
mod storage;
mod tickets;
mod tls;
mod tokens;
