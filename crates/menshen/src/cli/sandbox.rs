//! `menshen sandbox`: WeCom in a box, alone, until it is told to stop.
//!
//! In: an address and perhaps a seed. Out: one line when it is ready. It keeps nothing on disk.

use std::fs;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;
use wecom_sandbox::{Sandbox, Seed};

use super::ending::Ending;
use super::{runtime, signals, value};

/// Run a strict, offline WeCom to develop and test against.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  menshen sandbox\n  menshen sandbox --listen 127.0.0.1:0 --seed corp.toml\n\nPoint the program under test at it in place of all four hosts of WeCom. Its console is at /_sandbox/."
)]
pub(super) struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:7700", value_name = "ADDRESS", value_parser = value::socket)]
    listen: SocketAddr,
    /// The corps, agents and people, in place of the built-in ones.
    #[arg(long, value_name = "FILE", value_parser = read_seed)]
    seed: Option<Seed>,
}

/// Reads a seed while the arguments are read, so that its mistakes are told together with theirs.
fn read_seed(path: &str) -> Result<Seed, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    Seed::parse(&text).map_err(|mistakes| {
        let lines = mistakes
            .0
            .iter()
            .map(|mistake| format!("\n    {path}: {mistake}"));
        lines.collect()
    })
}

pub(super) fn run(arguments: Arguments) -> Result<ExitCode, Ending> {
    runtime::run(serve(arguments))
}

async fn serve(arguments: Arguments) -> Result<ExitCode, Ending> {
    if !arguments.listen.ip().is_loopback() {
        let address = arguments.listen;
        tracing::warn!(%address, "the sandbox lets everybody be anybody, and others can reach it");
    }
    let mut sandbox = Sandbox::builder().listen(arguments.listen);
    if let Some(seed) = arguments.seed {
        sandbox = sandbox.seed(seed);
    }
    let sandbox = sandbox.start().await.map_err(Ending::failed)?;
    let stopped = signals::until_stopped(|stop| async move {
        tracing::info!(
            address = %sandbox.addr(),
            console = %format!("http://{}/_sandbox/", sandbox.addr()),
            "the sandbox is ready"
        );
        stop.await;
        sandbox.stop().await;
    });
    match stopped.await.map_err(Ending::failed)? {
        Some(()) => {
            tracing::info!("the sandbox has stopped");
            Ok(ExitCode::SUCCESS)
        }
        None => Err(Ending::failed("stopped before everything was finished")),
    }
}
