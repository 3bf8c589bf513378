#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod admin;
mod authorize;
mod cgi_bin;
mod console;
mod control;
mod errand;
mod hosts;
mod keep;
mod memory;
mod ownership;
mod page;
mod push;
mod redact;
mod room;
mod routes;
mod sandbox;
mod serve;
mod tls;
mod trust;

pub mod journal;
pub mod script;
pub mod seed;
pub mod world;

pub use journal::Journal;
pub use keep::{DataError, Lost};
pub use routes::paths;
pub use sandbox::{Sandbox, SandboxBuilder, StartError};
pub use script::{Fault, Script};
pub use seed::{DEFAULT_SEED, Seed, SeedMistakes};
pub use tls::TlsError;
pub use world::World;
