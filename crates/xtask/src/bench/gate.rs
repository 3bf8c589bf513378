//! `cargo xtask bench gate`: what the gate costs, as ratios to what cannot be had for less, measured in one run.
//!
//! Competitors run in turn, several rounds each; medians count. Beside each rate stands the processor time that
//! one request cost, all processes of the competitor together: it is the steadier figure. The floor of the check
//! is a bare hyper server with the same answer; beside nginx, proxying is compared with the least that a proxy
//! made of hyper can do. Nothing here judges a figure.

mod check;
mod load;
mod memory;
mod nginx;
mod proxying;
mod question;
mod table;

use std::path::{Path, PathBuf};

use super::scene::{More, Scene};
use super::visitor::Visitor;
use super::{STORED, fill};
use crate::shell;
use crate::step::Steps;
use crate::tools;

/// The programs that are measured.
pub(super) struct Programs {
    gateway: PathBuf,
    bare: PathBuf,
    passing: PathBuf,
    copies: PathBuf,
    is_debug: bool,
}

/// One part of the bench.
type Measure = fn(&Programs, &mut table::Table) -> anyhow::Result<()>;

/// Builds what ships, then measures it, or one part of it. With `debug`, the program as the tests use it, to try
/// the bench.
pub(crate) fn gate(steps: &mut Steps, is_debug: bool, part: Option<&str>) {
    if let Err(why) = tools::load(steps) {
        steps.skip("bench gate", &why);
        return;
    }
    let (flag, folder) = if is_debug {
        ("", shell::built())
    } else {
        ("--release ", shell::built().join("../release"))
    };
    let program = format!("cargo build {flag}--package menshen --locked");
    let example = format!("cargo build {flag}--package menshen-gateway --example bare --locked");
    let passing = format!("cargo build {flag}--package menshen-gateway --example passing --locked");
    let copies = format!("cargo build {flag}--package menshen-gateway --example copies --locked");
    let is_built = steps.run("program", shell::command(&program))
        && steps.run("the floor", shell::command(&example))
        && steps.run("the floor of proxying", shell::command(&passing))
        && steps.run("many browsers", shell::command(&copies));
    if !is_built {
        return;
    }
    let programs = Programs {
        gateway: folder.join("menshen"),
        bare: folder.join("examples/bare"),
        passing: folder.join("examples/passing"),
        copies: folder.join("examples/copies"),
        is_debug,
    };
    let mut table = table::Table::default();
    for (name, measure) in [
        ("check", check::measure as Measure),
        ("proxying", proxying::measure),
        ("memory", memory::measure),
    ] {
        if part.is_none_or(|part| part == name) {
            steps.call(name, || measure(&programs, &mut table));
        }
    }
    table.print();
}

impl Programs {
    /// A gateway's files with one site on the gateway's own host, one member signed in, and this many sessions of
    /// theirs whose cookies are known; `others` more are of nobody.
    fn scene(&self, upstream: Option<&str>, known: u32, others: u32) -> anyhow::Result<Scene> {
        let more = More {
            top: "trusted_proxies = [\"127.0.0.1\"]\n".to_owned(),
            has_site: true,
            upstream: upstream.map(str::to_owned),
        };
        let scene = Scene::set_with(&self.gateway, 1, &more)?;
        {
            let _gateway = scene.start_gateway()?;
            let member = super::scene::member(0);
            Visitor::of(&member, scene.gateway_address, scene.sandbox_address).sign_in()?;
        }
        self.open_copies(&scene.store(), known)?;
        if others > 0 {
            fill(&scene.store(), others)?;
        }
        Ok(scene)
    }

    fn open_copies(&self, store: &Path, count: u32) -> anyhow::Result<()> {
        let mut copies = std::process::Command::new(&self.copies);
        let status = copies.arg(store).arg(count.to_string()).status()?;
        anyhow::ensure!(
            status.success(),
            "the sessions could not be copied: {status}"
        );
        Ok(())
    }
}

/// The cookie of a copied session.
fn cookie(number: u32) -> String {
    format!("menshen_session={number:043}")
}
