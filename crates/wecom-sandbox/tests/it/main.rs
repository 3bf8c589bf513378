//! The sandbox, seen from outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cgi_bin;
mod client;
mod seed;
mod stage;
