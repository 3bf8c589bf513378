//! `--config FILE`, for every command that has one.
//!
//! In: the path. Out: a checked configuration with its warnings, or every mistake and exit
//! code 2. It tries nothing.

use std::path::PathBuf;

use clap::Args;
use menshen_gateway::config::{Config, Loaded};

use super::ending::Ending;

#[derive(Args, Debug)]
pub(super) struct ConfigurationFile {
    /// The configuration file.
    #[arg(long = "config", default_value = "menshen.toml", value_name = "FILE")]
    path: PathBuf,
}

impl ConfigurationFile {
    /// The configuration with what works but should not stay so, or every mistake in it.
    pub(super) fn load(&self) -> Result<Loaded, Ending> {
        Config::load(&self.path).map_err(|findings| {
            let mistakes = findings.as_slice().iter().map(ToString::to_string);
            let count = findings.count();
            Ending::WrongInput(mistakes.chain([count]).collect())
        })
    }
}
