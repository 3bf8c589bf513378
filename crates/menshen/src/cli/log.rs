//! Log lines, to stderr.
//!
//! In: form and level. Out: nothing; from then on lines are written. It never writes to stdout, which
//! belongs to results.

use std::io::{self, IsTerminal as _};

use clap::ValueEnum;
use menshen_gateway::config::log_filter;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::ending::Ending;

const DEFAULT: &str = "info";

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object per line, for collectors.
    Json,
}

/// Begins to write log lines: those that `level` names, else those that the environment names, else
/// those worth an operator's time. Only the first call of a process counts.
pub(super) fn start(format: LogFormat, level: Option<LevelFilter>) -> Result<(), Ending> {
    let filter = match (level, log_filter()) {
        (Some(level), _) => level.to_string(),
        (None, Some(filter)) => filter,
        (None, None) => DEFAULT.to_owned(),
    };
    let filter = EnvFilter::builder().parse(&filter).map_err(|error| {
        Ending::wrong(format!(
            "the environment variable MENSHEN_LOG = \"{filter}\" is not understood: {error}\n    → \
             give a level such as info, or target=level pairs with commas between them"
        ))
    })?;
    let lines = fmt::layer().with_writer(io::stderr).with_target(false);
    let registry = tracing_subscriber::registry().with(filter);
    let started = match format {
        LogFormat::Text => registry
            .with(lines.with_ansi(io::stderr().is_terminal()))
            .try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
    // It fails only when a test harness listens already.
    drop(started);
    Ok(())
}
