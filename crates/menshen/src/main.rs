//! The program. Everything is in the library, so that tests can reach it.
//!
//! In: the arguments of the process. Out: its exit code. Never: anything else.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: whoever builds a TLS client without a provider in place panics.
    // It fails only when a provider is in place already, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    menshen::cli::run(std::env::args_os())
}
