#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod authorize;
mod console;
mod page;
pub mod seed;
pub mod world;

pub use seed::{DEFAULT_SEED, Seed, SeedMistakes};
pub use world::World;
