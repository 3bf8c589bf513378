//! The walks through gateway and sandbox, and the security cases that need both.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests: what they do not expect fails them"
)]

mod browser;
mod cases;
mod demo;
mod guide;
mod outside;
mod walks;
