#![doc = include_str!("../README.md")]

mod access;
pub mod config;
mod door;
pub mod jobs;
mod login;
pub mod metrics;
pub mod parts;
mod session;
pub mod vault;

pub use parts::Parts;
