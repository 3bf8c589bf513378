//! The program from outside: it is run, and what it writes and ends with is looked at.

#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

mod arguments;
mod help;
mod init;
mod installation;
mod program;
mod serve;
mod sessions;
