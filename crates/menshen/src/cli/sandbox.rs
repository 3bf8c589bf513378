//! `menshen sandbox`: WeCom in a box, alone, until it is told to stop.
//!
//! In: an address, perhaps a seed and a folder. Out: one line when it is ready. On disk it keeps what it is
//! told to keep: its state, and the certificate authority of its TLS listener.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use wecom_sandbox::{DEFAULT_SEED, Sandbox, SandboxBuilder, Seed, StartError};

use super::ending::Ending;
use super::{print, runtime, signals, value};

/// Run a strict, offline WeCom to develop and test against.
#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("a_folder").args(["tls_dir", "data"]).multiple(true),
    after_help = "Examples:\n  menshen sandbox\n  menshen sandbox --listen 127.0.0.1:0 --seed corp.toml\n  menshen sandbox --data ./wecom-data\n  menshen sandbox --tls-listen 127.0.0.1:443 --tls-dir ./wecom-ca\n\nPoint the program under test at it in place of all four hosts of WeCom; or let the names of the four hosts lead to\nthe TLS listener and let the program trust DIR/ca.pem. The console is at /_sandbox/."
)]
pub(super) struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:7700", value_name = "ADDRESS", value_parser = value::socket)]
    listen: SocketAddr,
    /// The corps, agents and people, in place of the built-in ones.
    #[arg(long, value_name = "FILE", value_parser = read_seed)]
    seed: Option<Seed>,
    /// Write the built-in corps, agents and people to stdout, as a file for `--seed`, and end.
    #[arg(long, exclusive = true)]
    print_seed: bool,
    /// Listen for TLS too, and be WeCom's four hosts there, by name.
    #[arg(long, value_name = "ADDRESS", value_parser = value::socket, requires = "a_folder")]
    tls_listen: Option<SocketAddr>,
    /// Where the certificate authority of the TLS listener is made once and kept; without it, in the folder of
    /// `--data`.
    #[arg(long, value_name = "DIR", requires = "tls_listen")]
    tls_dir: Option<PathBuf>,
    /// Keep everything in this folder over a restart or a crash; what is there goes before `--seed`.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Believe the authorities in this PEM file too when a callback address or an ownership file is asked over https.
    #[arg(long, value_name = "FILE", value_parser = read_authorities)]
    trust: Option<String>,
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

fn read_authorities(path: &str) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    let mut certificates = CertificateDer::pem_slice_iter(text.as_bytes());
    match certificates.next() {
        Some(Ok(_)) => Ok(text),
        _ => Err("has no certificate in PEM (-----BEGIN CERTIFICATE-----)".to_owned()),
    }
}

pub(super) fn run(arguments: Arguments) -> Result<ExitCode, Ending> {
    if arguments.print_seed {
        print::line(DEFAULT_SEED.trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    runtime::run(serve(arguments))
}

fn builder(arguments: Arguments) -> SandboxBuilder {
    let mut sandbox = Sandbox::builder().listen(arguments.listen);
    if let Some(seed) = arguments.seed {
        sandbox = sandbox.seed(seed);
    }
    if let Some(address) = arguments.tls_listen {
        sandbox = sandbox.tls(address);
    }
    if let Some(folder) = arguments.tls_dir {
        sandbox = sandbox.tls_folder(folder);
    }
    if let Some(folder) = arguments.data {
        sandbox = sandbox.data(folder);
    }
    if let Some(authorities) = &arguments.trust {
        sandbox = sandbox.trust_pem(authorities);
    }
    if arguments.push_anywhere {
        sandbox = sandbox.push_anywhere();
    }
    sandbox
}

async fn serve(arguments: Arguments) -> Result<ExitCode, Ending> {
    let listens = [Some(arguments.listen), arguments.tls_listen];
    let is_far = |address: &SocketAddr| !address.ip().is_loopback();
    if let Some(address) = listens.into_iter().flatten().find(is_far) {
        tracing::warn!(%address, "the sandbox lets everybody be anybody, and others can reach it");
    }
    let is_seeded = arguments.seed.is_some();
    let data = arguments.data.clone();
    let sandbox = builder(arguments);
    let sandbox = sandbox.start().await.map_err(|error| match error {
        StartError::Data(_) => Ending::wrong(error),
        StartError::Listen { .. } => Ending::failed(format!(
            "{error}: stop the program that uses it, or choose another address with --listen or --tls-listen"
        )),
        StartError::Tls(_) => Ending::failed(error),
    })?;
    if sandbox.is_restored() && is_seeded {
        tracing::warn!(
            "the data folder has a state: it goes on, and --seed is for the next reset only"
        );
    }
    let stopped = signals::until_stopped(|stop| async move {
        let ca = sandbox.ca_file().map(|file| file.display().to_string());
        tracing::info!(
            address = %sandbox.addr(),
            console = %format!("http://{}/_sandbox/", sandbox.addr()),
            tls.address = sandbox.tls_addr().map(tracing::field::display),
            tls.ca = ca,
            data = data.map(|folder| folder.display().to_string()),
            data.is_restored = sandbox.is_restored(),
            "the sandbox is ready"
        );
        let lost = tokio::select! {
            () = stop => None,
            lost = sandbox.until_lost() => Some(lost),
        };
        sandbox.stop().await;
        lost
    });
    match stopped.await.map_err(Ending::failed)? {
        Some(Some(lost)) => Err(Ending::failed(lost)),
        Some(None) => {
            tracing::info!("the sandbox has stopped");
            Ok(ExitCode::SUCCESS)
        }
        None => Err(Ending::failed("stopped before everything was finished")),
    }
}
