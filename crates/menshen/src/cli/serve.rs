//! `menshen serve`: the gateway, until it is told to stop.
//!
//! In: a checked configuration. Out: one line when it is ready, and at the end what was cut off. It makes
//! a store only where none was ever made under this data key.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use menshen_gateway::config::Config;
use menshen_gateway::diagnose::{self, Names};
use menshen_gateway::installation::{self, Opened};
use menshen_gateway::jobs::Jobs;
use menshen_gateway::listen::Workers;
use menshen_gateway::metrics::Metrics;
use menshen_gateway::sdk::{Clock, Entropy, SystemClock};
use menshen_gateway::server::Stopped;
use menshen_gateway::store::OpenMode;
use menshen_gateway::{Parts, Server};

use super::configuration::ConfigurationFile;
use super::ending::Ending;
use super::signals::Hangups;
use super::{open_files, runtime, signals};

/// Run the gateway.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  menshen serve --config /etc/menshen/menshen.toml\n\nSIGTERM and Ctrl-C stop it after the requests in hand are answered; a second one stops it at once.\nSIGHUP makes it look at the files of [tls] at once; it also does so by itself."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: ConfigurationFile,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Ending> {
    let loaded = arguments.configuration.load()?;
    for warning in loaded.warnings {
        tracing::warn!("{warning}");
    }
    if runs_as_root() {
        tracing::warn!("menshen runs as root, which it never has to: give it a user of its own");
    }
    let files = open_files::raise();
    if files < open_files::ENOUGH {
        tracing::info!(
            open_files = files,
            "the system lets menshen have few open files, and each connection that is passed on takes two: \
             raise the hard limit (LimitNOFILE= in systemd, `ulimit -Hn`) if many people use WebSockets"
        );
    }
    runtime::run(serve(loaded.config))
}

async fn serve(config: Config) -> Result<ExitCode, Ending> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy = Arc::new(Entropy::system());
    let names = check_names(&config, &clock, &entropy).await?;
    let Opened {
        store,
        vault,
        assertion_keys,
    } = installation::open(&config, &*clock, Arc::clone(&entropy), OpenMode::MayCreate)
        .await
        .map_err(Ending::failed)?;
    let server = Server::bind(&config).await.map_err(|error| {
        let remedy = "stop the program that uses it, or choose another address";
        Ending::failed(format!("{error}: {remedy}"))
    })?;
    let server = server.with_workers(workers()?);
    let metrics = Metrics::new();
    let parts = Parts {
        config: Arc::new(config),
        clock,
        entropy,
        store: Arc::clone(&store),
        vault,
        assertion_keys,
        jobs: Jobs::counted_by(&metrics),
        metrics,
    };
    let gateway = menshen_gateway::build(&parts).map_err(Ending::failed)?;
    if !names.are_known() {
        diagnose::ask_again_about_names(&parts, &names);
    }
    let hangups = Hangups::listen().map_err(Ending::failed)?;
    let stopped = signals::until_stopped(|stop| async move {
        tracing::info!(
            address = %server.public_address(),
            management = %server.management_address(),
            public_url = %parts.config.public_url,
            "menshen is ready"
        );
        let (certificates, clock) = (server.certificates(), Arc::clone(&parts.clock));
        let look_again = async || {
            if let Some(certificates) = &certificates {
                certificates.look_again(clock.now()).await;
            } else {
                tracing::info!("SIGHUP: there is no [tls] whose files could be read again");
            }
        };
        tokio::select! {
            stopped = server.serve_gateway(gateway, parts, stop) => stopped,
            never = hangups.each(look_again) => match never {},
        }
    });
    let stopped = stopped.await.map_err(Ending::failed)?;
    store.close().await;
    conclude(stopped)
}

/// A thread for the connections of each core.
fn workers() -> Result<Workers, Ending> {
    let started = Workers::start(runtime::cores());
    started.map_err(|error| Ending::failed(format!("no threads for connections: {error}")))
}

/// Says how it ended: `None` when a second signal did not wait for the end.
fn conclude(stopped: Option<Stopped>) -> Result<ExitCode, Ending> {
    match stopped {
        Some(stopped) => {
            tracing::info!(
                connections_cut = stopped.connections_cut,
                work_left = stopped.work_left,
                "menshen has stopped"
            );
            Ok(ExitCode::SUCCESS)
        }
        None => Err(Ending::failed("stopped before everything was finished")),
    }
}

/// Stops the start where rules name somebody whom WeCom does not know. Answers what was heard of all of them.
async fn check_names(
    config: &Config,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<Entropy>,
) -> Result<Names, Ending> {
    let names = diagnose::ask_about_names(config, clock, entropy).await;
    for finding in &names.refused {
        finding.write_down();
    }
    for finding in &names.unasked {
        tracing::warn!(
            about = finding.about,
            cause = finding.cause,
            remedy = finding.remedy,
            "whether WeCom knows the names in the rules could not be asked: {}",
            finding.what
        );
    }
    if names.unknown.is_empty() {
        return Ok(names);
    }
    let mistakes = names.unknown.iter().map(|finding| {
        let remedy = finding.remedy.as_deref().unwrap_or_default();
        format!("{}: {}\n    → {remedy}", finding.about, finding.what)
    });
    Err(Ending::WrongInput(mistakes.collect()))
}

/// Whether this process runs as root, which no gateway has to.
fn runs_as_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
    }
    #[cfg(not(unix))]
    {
        false
    }
}
