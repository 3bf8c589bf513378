//! `menshen init [DIR]`: begins an installation.
//!
//! Writes a commented `menshen.toml` and the data key, and says what to do next, at WeCom and here.
//! It never overwrites a file, and never asks the network anything.

mod next_steps;
mod template;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use menshen_gateway::config::PublicUrl;
use menshen_gateway::sdk::{CorpId, Entropy};
use menshen_gateway::vault::DataKey;

use super::ending::Ending;
use super::{print, value};

const CONFIGURATION: &str = "menshen.toml";
const DATA_KEY: &str = "data.key";

/// Write a commented menshen.toml and the data key.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  menshen init\n  menshen init /etc/menshen --public-url https://login.example.com --corp-id ww5f1e2d3c4b5a6978 --agent-id 1000002"
)]
pub(super) struct Arguments {
    /// The folder to write to; made when it does not exist.
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// The gateway's own address, as browsers see it.
    #[arg(long, value_name = "URL", value_parser = PublicUrl::parse)]
    public_url: Option<PublicUrl>,
    /// The corp id (企业ID), from the WeCom console under 我的企业.
    #[arg(long, value_name = "ID")]
    corp_id: Option<CorpId>,
    /// The agent id, from the page of the agent in the WeCom console.
    #[arg(long, value_name = "NUMBER", value_parser = value::agent_id)]
    agent_id: Option<u32>,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Ending> {
    let folder = &arguments.folder;
    let (configuration, data_key) = (folder.join(CONFIGURATION), folder.join(DATA_KEY));
    refuse_to_overwrite(&[&configuration, &data_key])?;
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    DataKey::generate(&Entropy::system())
        .map_err(Ending::failed)?
        .write_new(&data_key)
        .map_err(Ending::failed)?;
    let text = template::fill(arguments);
    write_new(&configuration, &text).map_err(|error| cannot_write(&configuration, &error))?;
    print::line(next_steps::text(arguments, &configuration, &data_key))?;
    Ok(ExitCode::SUCCESS)
}

fn refuse_to_overwrite(files: &[&Path]) -> Result<(), Ending> {
    let existing: Vec<_> = files
        .iter()
        .filter(|file| file.symlink_metadata().is_ok())
        .map(|file| {
            format!(
                "{} exists already and is not overwritten: choose another folder, or move the file \
                 away if this is not an installation you need",
                file.display()
            )
        })
        .collect();
    if existing.is_empty() {
        Ok(())
    } else {
        Err(Ending::WrongInput(existing))
    }
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn cannot_write(path: &Path, error: &io::Error) -> Ending {
    Ending::failed(format!("{} cannot be written: {error}", path.display()))
}
