//! The program from outside: it is run, and what it writes and ends with is looked at.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

mod arguments;
mod check;
mod data;
mod demo;
mod help;
mod init;
mod installation;
mod keys;
mod program;
mod sandbox;
mod serve;
mod sessions;
mod tls;
