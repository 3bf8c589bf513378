//! Reads the values of arguments for which the standard library only says that they are wrong.
//!
//! In: the text of one argument. Out: its value, or what to write instead. Never: touches a file.

use std::net::SocketAddr;

use tracing::level_filters::LevelFilter;

/// An address to listen on.
pub(super) fn socket(text: &str) -> Result<SocketAddr, &'static str> {
    let remedy = "write an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080";
    text.parse().map_err(|_| remedy)
}

/// An agent id. None is 0.
pub(super) fn agent_id(text: &str) -> Result<u32, &'static str> {
    match text.parse() {
        Ok(number @ 1..) => Ok(number),
        _ => Err("write the number from the agent's page in the WeCom console, such as 1000002"),
    }
}

/// A level of log lines.
pub(super) fn log_level(text: &str) -> Result<LevelFilter, &'static str> {
    text.parse()
        .map_err(|_| "write error, warn, info, debug or trace")
}
