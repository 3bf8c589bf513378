//! `menshen demo`: sandbox, gateway and a small protected site in one process, until it is told to stop.
//!
//! In: two addresses. Out: who can sign in, on stdout, and a demo that leaves nothing behind.

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;

use super::ending::Ending;
use super::{print, runtime, signals, value};
use crate::demo::{Demo, DemoError};

/// See it work: sandbox, gateway and a small protected site in one process, offline.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  menshen demo\n  menshen demo --listen 127.0.0.1:0 --sandbox-listen 127.0.0.1:0"
)]
pub(super) struct Arguments {
    /// The address of the gateway and of the site behind it.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS", value_parser = value::socket)]
    listen: SocketAddr,
    /// The address of the sandbox.
    #[arg(long, default_value = "127.0.0.1:7700", value_name = "ADDRESS", value_parser = value::socket)]
    sandbox_listen: SocketAddr,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Ending> {
    runtime::run(serve(arguments.listen, arguments.sandbox_listen))
}

async fn serve(listen: SocketAddr, sandbox_listen: SocketAddr) -> Result<ExitCode, Ending> {
    let demo = Demo::start(listen, sandbox_listen).await.map_err(ending)?;
    introduce(&demo)?;
    let stopped = signals::until_stopped(|stop| async move {
        tracing::info!(
            address = %demo.address(),
            sandbox = %demo.sandbox().addr(),
            management = %demo.management_address(),
            "the demo is ready"
        );
        demo.serve(stop).await
    });
    match stopped.await.map_err(Ending::failed)? {
        Some(_) => {
            tracing::info!("the demo has stopped");
            Ok(ExitCode::SUCCESS)
        }
        None => Err(Ending::failed("stopped before everything was finished")),
    }
}

fn ending(error: DemoError) -> Ending {
    match error {
        DemoError::Exposed(_) => Ending::wrong(error),
        DemoError::Taken { .. } | DemoError::Failed(_) => Ending::failed(error),
    }
}

fn introduce(demo: &Demo) -> io::Result<()> {
    print::line(format!(
        "\
Open      http://{}/
Sandbox   http://{}/_sandbox/   (in the part of WeCom)
Health    http://{}/readyz

Who can sign in:",
        demo.address(),
        demo.sandbox().addr(),
        demo.management_address()
    ))?;
    for someone in demo.people() {
        let (chinese, english) = someone.verdict.texts();
        print::line(format!(
            "  {}  {}: {english} ({chinese})",
            someone.name, someone.id
        ))?;
    }
    print::line("\nPages behind the gate:")?;
    for (path, (chinese, english)) in demo.pages() {
        print::line(format!("  {path:10} {english} ({chinese})"))?;
    }
    print::line("\nCtrl-C stops it and leaves nothing behind.")
}
