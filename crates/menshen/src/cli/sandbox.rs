//! `menshen sandbox`: WeCom in a box, alone, until it is told to stop.
//!
//! In: an address and perhaps a seed. Out: one line when it is ready. On disk it keeps the certificate
//! authority of its TLS listener, where it has one.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use wecom_sandbox::{Sandbox, Seed};

use super::ending::Ending;
use super::{runtime, signals, value};

/// Run a strict, offline WeCom to develop and test against.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  menshen sandbox\n  menshen sandbox --listen 127.0.0.1:0 --seed corp.toml\n  menshen sandbox --tls-listen 127.0.0.1:443 --tls-dir ./wecom-ca\n\nPoint the program under test at it in place of all four hosts of WeCom; or let the names of the four hosts lead to\nthe TLS listener and let the program trust DIR/ca.pem. The console is at /_sandbox/."
)]
pub(super) struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:7700", value_name = "ADDRESS", value_parser = value::socket)]
    listen: SocketAddr,
    /// The corps, agents and people, in place of the built-in ones.
    #[arg(long, value_name = "FILE", value_parser = read_seed)]
    seed: Option<Seed>,
    /// Listen for TLS too, and be WeCom's four hosts there, by name.
    #[arg(long, value_name = "ADDRESS", value_parser = value::socket, requires = "tls_dir")]
    tls_listen: Option<SocketAddr>,
    /// Where the certificate authority of the TLS listener is made once and kept.
    #[arg(long, value_name = "DIR", requires = "tls_listen")]
    tls_dir: Option<PathBuf>,
    /// Push events to callback addresses on other machines too.
    #[arg(long)]
    push_anywhere: bool,
}

/// Reads a seed while the arguments are read, so that its mistakes are told together with theirs.
fn read_seed(path: &str) -> Result<Seed, String> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => "is no text in UTF-8: save it as plain text in UTF-8".to_owned(),
        _ => format!("cannot be read: {error}"),
    })?;
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
    let listens = [Some(arguments.listen), arguments.tls_listen];
    let is_far = |address: &SocketAddr| !address.ip().is_loopback();
    if let Some(address) = listens.into_iter().flatten().find(is_far) {
        tracing::warn!(%address, "the sandbox lets everybody be anybody, and others can reach it");
    }
    let mut sandbox = Sandbox::builder().listen(arguments.listen);
    if let Some(seed) = arguments.seed {
        sandbox = sandbox.seed(seed);
    }
    if let (Some(address), Some(folder)) = (arguments.tls_listen, arguments.tls_dir) {
        sandbox = sandbox.tls(address).tls_folder(folder);
    }
    if arguments.push_anywhere {
        sandbox = sandbox.push_anywhere();
    }
    let sandbox = sandbox.start().await.map_err(Ending::failed)?;
    let stopped = signals::until_stopped(|stop| async move {
        let ca = sandbox.ca_file().map(|file| file.display().to_string());
        tracing::info!(
            address = %sandbox.addr(),
            console = %format!("http://{}/_sandbox/", sandbox.addr()),
            tls.address = sandbox.tls_addr().map(tracing::field::display),
            tls.ca = ca,
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
