//! `cargo xtask bench login` and `bench sandbox`: what is promised, measured on the program as it ships.
//! (`bench gate` has a file of its own.)
//!
//! Sandbox, gateway and load driver are three processes on loopback; the store is SQLite on disk. Every
//! figure is the median of several rounds; the spread stands beside it. Nothing here judges a figure except
//! the two that must be exact: no login fails, and a thousand logins at once fetch one token.

mod crowd;
mod gate;
mod http;
mod program;
mod sandbox;
mod scene;
mod visitor;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use self::crowd::Crowd;
pub(crate) use self::gate::gate;
use self::scene::Scene;
use crate::shell;
use crate::step::Steps;

const AT_ONCE: usize = 1000;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
const WORKERS: usize = 64;
const STORED: u32 = 1_000_000;

/// Builds what ships, then measures logins. With `debug`, the program as the tests use it, to try the bench.
pub(crate) fn login(steps: &mut Steps, is_debug: bool) {
    let Some(program) = build(steps, is_debug) else {
        return;
    };
    let mut figures = Figures::default();
    steps.call("logins", || logins(&program, &mut figures));
    steps.call("starts", || starts(&program, &mut figures));
    figures.print();
}

/// The same for the sandbox alone.
pub(crate) fn sandbox_alone(steps: &mut Steps, is_debug: bool) {
    let Some(program) = build(steps, is_debug) else {
        return;
    };
    let mut figures = Figures::default();
    steps.call("sandbox", || sandbox::measure(&program, &mut figures));
    figures.print();
}

fn build(steps: &mut Steps, is_debug: bool) -> Option<PathBuf> {
    let (line, program) = if is_debug {
        (
            "cargo build --package menshen --locked",
            shell::built().join("menshen"),
        )
    } else {
        let target = shell::built().join("..").join("release");
        (
            "cargo build --release --package menshen --locked",
            target.join("menshen"),
        )
    };
    let is_built = steps.run("program", shell::command(line));
    is_built.then_some(program)
}

/// The table at the end.
#[derive(Default)]
struct Figures(Vec<(String, String)>);

impl Figures {
    fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The median, with least and most.
    fn add_median(&mut self, name: &str, unit: &str, values: &mut [f64]) {
        values.sort_by(f64::total_cmp);
        if let (Some(least), Some(most)) = (values.first(), values.last()) {
            let median = values[values.len() / 2];
            self.add(
                name,
                format!("{median:.0} {unit} ({least:.0} to {most:.0})"),
            );
        }
    }

    fn print(&self) {
        println!("\n| figure | measured |\n|---|---|");
        for (name, value) in &self.0 {
            println!("| {name} | {value} |");
        }
    }
}

fn logins(program: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let bytes = std::fs::metadata(program)
        .context("the program was not built")?
        .len();
    figures.add(
        "size of the program",
        format!("{:.1} MiB", mebibytes(bytes)),
    );
    let scene = Scene::set(program, AT_ONCE)?;
    let gateway = scene.start_gateway()?;
    figures.add("resident, after the start", resident(gateway.resident()?));

    let crowd = Crowd::new(&scene);
    let (failures, took) = crowd.all_at_once(AT_ONCE)?;
    let tokens = scene.token_fetches()?;
    figures.add(
        format!("{AT_ONCE} logins at once"),
        format!(
            "{failures} failures, {tokens} gettoken, {:.2} s",
            took.as_secs_f64()
        ),
    );
    figures.add("resident, after them", resident(gateway.resident()?));

    let mut rates = Vec::new();
    let mut failures_later = 0;
    for _ in 0..ROUNDS {
        let (done, failures, took) = crowd.for_a_while(WORKERS, ROUND)?;
        rates.push(f64::from(done) / took.as_secs_f64());
        failures_later += failures;
    }
    figures.add_median(
        &format!(
            "complete logins, {WORKERS} browsers, {ROUNDS} rounds of {} s",
            ROUND.as_secs()
        ),
        "a second",
        &mut rates,
    );
    figures.add("failures among them", failures_later.to_string());
    figures.add("resident, after them all", resident(gateway.resident()?));
    ensure!(failures == 0 && failures_later == 0, "logins failed");
    ensure!(
        tokens == 1,
        "{tokens} tokens were fetched for {AT_ONCE} logins at once"
    );
    Ok(())
}

fn starts(program: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let scene = Scene::set(program, 1)?;
    let mut measure = |name: &str| -> anyhow::Result<()> {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let gateway = scene.start_gateway()?;
            times.push(gateway.ready_after.as_secs_f64() * 1000.0);
        }
        figures.add_median(name, "ms", &mut times);
        Ok(())
    };
    measure("start to ready, empty store")?;
    fill(&scene.store(), STORED)?;
    measure(&format!("start to ready, {STORED} sessions stored"))?;
    let gateway = scene.start_gateway()?;
    figures.add(
        format!("resident, {STORED} sessions stored"),
        resident(gateway.resident()?),
    );
    Ok(())
}

fn fill(store: &Path, count: u32) -> anyhow::Result<()> {
    let line = "cargo run --quiet --locked --package menshen-store --example fill --";
    let mut fill = shell::command(line);
    fill.arg(store).arg(count.to_string());
    let status = fill.status().context("the store could not be filled")?;
    ensure!(status.success(), "the store could not be filled: {status}");
    Ok(())
}

fn resident(kibibytes: u64) -> String {
    format!("{:.1} MiB", mebibytes(kibibytes * 1024))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure with one digit behind the point"
)]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// A folder of its own, gone with the value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> anyhow::Result<Self> {
        let place = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&place)?;
        Ok(Self(place))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
