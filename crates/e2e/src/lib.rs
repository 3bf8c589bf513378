#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "the harness of tests: what it does not expect fails the test that met it"
)]

pub mod browser;
pub mod outside;
pub mod stage;
pub mod wire;
