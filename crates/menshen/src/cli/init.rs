//! `menshen init [DIR]`: begins an installation.
//!
//! Writes a commented `menshen.toml` and the data key, and says what to do next, at WeCom and here. Where only
//! the key is missing, and no store was ever made, it writes that alone. It never overwrites a file, and
//! never asks the network anything.

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
/// What is left beside a key once a store was made under it.
const DATA_KEY_WAS_USED: &str = "data.key.store";
/// The store, where the template has it.
const STORE: &str = "menshen.db";

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
    if is_there(&configuration) && lacks_key_only(folder) {
        write_key(&data_key)?;
        print::line(next_steps::key_alone(&configuration, &data_key))?;
        return Ok(ExitCode::SUCCESS);
    }
    refuse_to_overwrite(&[&configuration, &data_key])?;
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    write_key(&data_key)?;
    let text = template::fill(arguments);
    write_new(&configuration, &text).map_err(|error| cannot_write(&configuration, &error))?;
    print::line(next_steps::text(arguments, &configuration, &data_key))?;
    Ok(ExitCode::SUCCESS)
}

fn is_there(file: &Path) -> bool {
    file.symlink_metadata().is_ok()
}

/// Security: where a store was made, its key is lost, and a fresh one beside it would hide that.
fn lacks_key_only(folder: &Path) -> bool {
    let traces = [DATA_KEY, DATA_KEY_WAS_USED, STORE];
    !traces.iter().any(|name| is_there(&folder.join(name)))
}

fn write_key(path: &Path) -> Result<(), Ending> {
    DataKey::generate(&Entropy::system())
        .map_err(Ending::failed)?
        .write_new(path)
        .map_err(Ending::failed)
}

fn refuse_to_overwrite(files: &[&Path]) -> Result<(), Ending> {
    let existing: Vec<_> = files
        .iter()
        .filter(|file| is_there(file))
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
