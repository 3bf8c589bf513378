//! The one line per request. A failure is that same line, with its code and what the operator needs.
//!
//! Never: a query string, a cookie, a code, a token. The route is written in place of the path.

use std::time::Duration;

use tracing::Level;

use super::codes::Class;
use super::failure::Failure;

/// What a request was and how it ended.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) method: &'a str,
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

/// Whether anybody reads the line.
pub(super) fn is_wanted(line: &Line<'_>) -> bool {
    line.failure.is_some() || !line.is_quiet || tracing::enabled!(Level::DEBUG)
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
        Class::Wecom | Class::Upstream | Class::Ours => write_failure(line, failure),
    }
}

macro_rules! failure_line {
    ($level:expr, $line:expr, $failure:expr) => {
        let trouble = $failure.trouble.as_deref();
        let info = trouble.and_then(|trouble| trouble.info);
        let what = trouble.map(ToString::to_string);
        line!(
            $level,
            $line,
            $failure.code.title,
            failure.code = $failure.code.name,
            failure.detail = $failure.detail.as_deref().or(what.as_deref()),
            connector.id = trouble.map(|trouble| trouble.connector_id.as_str()),
            corp.id = trouble.map(|trouble| tracing::field::display(&trouble.corp_id)),
            wecom.errcode = trouble.and_then(|trouble| trouble.errcode),
            wecom.meaning = info.map(|info| info.meaning),
            wecom.cause = info.map(|info| info.cause),
            wecom.remedy = info.map(|info| info.remedy),
            wecom.console_page = info.and_then(|info| info.console_page),
            wecom.hint = trouble.and_then(|trouble| trouble.hint.as_deref()),
            wecom.seen_from = trouble
                .and_then(|trouble| trouble.seen_from)
                .map(tracing::field::display),
        );
    };
}

fn write_refusal(line: &Line<'_>, failure: &Failure) {
    failure_line!(Level::INFO, line, failure);
}

fn write_failure(line: &Line<'_>, failure: &Failure) {
    failure_line!(Level::ERROR, line, failure);
}
