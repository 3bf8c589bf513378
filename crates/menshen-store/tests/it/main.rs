//! The SQLite backend: the contract in memory and on disk, opening, what older versions left, ending abruptly, size.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail loudly, spawn freely and read the environment"
)]

mod contract;
mod crash;
mod deadline;
mod older;
mod open;
mod permissions;
mod size;
