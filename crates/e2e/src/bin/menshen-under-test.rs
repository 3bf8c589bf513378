//! The program `menshen`, built with the walks that kill it: the same library, the same `main`.
//!
//! It exists because Cargo builds no other package's program for a test. It must never do anything of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    // As in the program: it fails only when a provider is in place already, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    menshen::cli::run(std::env::args_os())
}
