//! The one line per request. A failure is that same line, with its code and what the operator needs.
//!
//! Never: a query string, a cookie, a code, a token. The route is written in place of the path.

use std::time::Duration;

use http::Method;
use tracing::Level;

use super::codes::Class;
use super::failure::Failure;

/// What a request was and how it ended.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) method: &'a Method,
    pub(super) route: &'a str,
    pub(super) status: u16,
    pub(super) took: Duration,
    pub(super) caller: std::net::IpAddr,
    pub(super) failure: Option<&'a Failure>,
    pub(super) is_quiet: bool,
}

macro_rules! line {
    ($level:expr, $line:expr, $message:expr, $($field:tt)*) => {
        tracing::event!(
            $level,
            http.method = %$line.method,
            http.route = $line.route,
            http.status = $line.status,
            duration_ms = u64::try_from($line.took.as_millis()).unwrap_or(u64::MAX),
            caller.address = %$line.caller,
            $($field)*
            "{}", $message
        )
    };
}

/// Writes the line, at the level of its class.
pub(super) fn write(line: &Line<'_>) {
    let Some(failure) = line.failure else {
        if line.is_quiet {
            line!(Level::DEBUG, line, "request answered",);
        } else {
            line!(Level::INFO, line, "request answered",);
        }
        return;
    };
    match failure.code.class {
        Class::Caller => write_refusal(line, failure),
        Class::Wecom | Class::Ours => write_failure(line, failure),
    }
}

fn write_refusal(line: &Line<'_>, failure: &Failure) {
    let detail = failure.detail.as_deref();
    line!(
        Level::INFO,
        line,
        failure.code.title,
        failure.code = failure.code.name,
        failure.detail = detail,
    );
}

fn write_failure(line: &Line<'_>, failure: &Failure) {
    let detail = failure.detail.as_deref();
    line!(
        Level::ERROR,
        line,
        failure.code.title,
        failure.code = failure.code.name,
        failure.detail = detail,
    );
}
