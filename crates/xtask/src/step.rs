//! Steps: each one is announced with its command, timed, and remembered; none hides those after it.
//!
//! In: commands or functions. Out: a table of times and the sum of the tests that the runners counted.
//! It never decides what to run.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::shell;

/// How many tests a runner says it ran.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    passed: u64,
    failed: u64,
}

/// What reads a count out of one line of a runner's output; lines that hold none give nothing.
pub(crate) type ReadCount = fn(&str) -> Option<Count>;

#[derive(Debug)]
enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

#[derive(Debug)]
struct Step {
    name: String,
    took: Duration,
    outcome: Outcome,
    count: Option<Count>,
}

/// All steps of one chore, in the order they ran.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

impl Steps {
    /// Runs a command to its end. Whether it passed.
    pub(crate) fn run(&mut self, name: &str, mut command: Command) -> bool {
        self.time(name, &shell::shown(&command), || {
            let status = command.status().context("it could not be started")?;
            anyhow::ensure!(status.success(), "{status}");
            Ok(None)
        })
    }

    /// Runs a test runner to its end, and reads from what it prints how many tests passed and failed.
    pub(crate) fn run_counted(
        &mut self,
        name: &str,
        mut command: Command,
        read: ReadCount,
    ) -> bool {
        self.time(name, &shell::shown(&command), || {
            let (count, passed) = watch(&mut command, read)?;
            anyhow::ensure!(count.is_some(), "it did not say how many tests it ran");
            Ok(Some((count.unwrap_or_default(), passed)))
        })
    }

    /// Runs a function as a step.
    pub(crate) fn call(&mut self, name: &str, act: impl FnOnce() -> anyhow::Result<()>) -> bool {
        self.time(name, "", || act().map(|()| None))
    }

    /// Notes that a step could not be run, and why.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        println!("\n--- {name}: not run: {why}");
        self.done.push(Step {
            name: name.to_owned(),
            took: Duration::ZERO,
            outcome: Outcome::Skipped(why.to_owned()),
            count: None,
        });
    }

    fn time(
        &mut self,
        name: &str,
        shown: &str,
        act: impl FnOnce() -> anyhow::Result<Option<(Count, bool)>>,
    ) -> bool {
        println!(
            "\n--- {name}{}{shown}",
            if shown.is_empty() { "" } else { ": " }
        );
        let start = Instant::now();
        let (outcome, count) = match act() {
            Ok(None) => (Outcome::Passed, None),
            Ok(Some((count, true))) if count.failed == 0 => (Outcome::Passed, Some(count)),
            Ok(Some((count, _))) => (Outcome::Failed("tests failed".to_owned()), Some(count)),
            Err(error) => (Outcome::Failed(format!("{error:#}")), None),
        };
        let took = start.elapsed();
        if let Outcome::Failed(why) = &outcome {
            println!(
                "--- {name}: FAILED after {:.1} s: {why}",
                took.as_secs_f64()
            );
        } else {
            println!("--- {name}: {:.1} s", took.as_secs_f64());
        }
        let passed = matches!(outcome, Outcome::Passed);
        self.done.push(Step {
            name: name.to_owned(),
            took,
            outcome,
            count,
        });
        passed
    }

    /// Prints the table of times and, when tests ran, their sum as the last line.
    pub(crate) fn conclude(&self) -> ExitCode {
        println!("\n{:>9}  step", "seconds");
        for step in &self.done {
            let verdict = match &step.outcome {
                Outcome::Passed => String::new(),
                Outcome::Failed(why) => format!("  FAILED: {why}"),
                Outcome::Skipped(why) => format!("  NOT RUN: {why}"),
            };
            println!("{:>9.1}  {}{verdict}", step.took.as_secs_f64(), step.name);
        }
        let total: Duration = self.done.iter().map(|step| step.took).sum();
        println!("{:>9.1}  together", total.as_secs_f64());
        let unwell = self
            .done
            .iter()
            .filter(|step| !matches!(step.outcome, Outcome::Passed))
            .count();
        println!("{} steps, {unwell} failed or not run", self.done.len());
        let counts: Vec<Count> = self.done.iter().filter_map(|step| step.count).collect();
        if !counts.is_empty() {
            let passed: u64 = counts.iter().map(|count| count.passed).sum();
            let failed: u64 = counts.iter().map(|count| count.failed).sum();
            println!("{passed} passed, {failed} failed");
        }
        if unwell == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// Passes a runner's output through, line by line, and adds up what `read` finds in it.
fn watch(command: &mut Command, read: ReadCount) -> anyhow::Result<(Option<Count>, bool)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("it could not be started")?;
    let (lines, from_child) = mpsc::channel::<Vec<u8>>();
    let readers = [
        child.stdout.take().map(|pipe| forward(pipe, lines.clone())),
        child.stderr.take().map(|pipe| forward(pipe, lines)),
    ];
    let mut sum: Option<Count> = None;
    for line in from_child {
        std::io::stdout().write_all(&line)?;
        if let Some(found) = read(&String::from_utf8_lossy(&line)) {
            let before = sum.unwrap_or_default();
            sum = Some(Count {
                passed: before.passed + found.passed,
                failed: before.failed + found.failed,
            });
        }
    }
    for reader in readers.into_iter().flatten() {
        reader
            .join()
            .map_err(|_| anyhow::anyhow!("its output could not be read"))??;
    }
    Ok((sum, child.wait()?.success()))
}

fn forward(
    pipe: impl Read + Send + 'static,
    lines: mpsc::Sender<Vec<u8>>,
) -> std::thread::JoinHandle<std::io::Result<()>> {
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        loop {
            let mut line = Vec::new();
            if pipe.read_until(b'\n', &mut line)? == 0 || lines.send(line).is_err() {
                return Ok(());
            }
        }
    })
}

/// `Summary [ 3.2s] 98 tests run: 95 passed (1 slow), 2 failed, 1 timed out, 3 skipped`
pub(crate) fn nextest_count(line: &str) -> Option<Count> {
    let (_, sums) = line
        .trim_start()
        .strip_prefix("Summary [")?
        .split_once("run:")?;
    let number = |word: &str| {
        sums.split(',')
            .filter_map(|part| part.trim().split_once(' '))
            .filter(|(_, rest)| rest.starts_with(word))
            .filter_map(|(number, _)| number.parse::<u64>().ok())
            .sum::<u64>()
    };
    Some(Count {
        passed: number("passed"),
        failed: number("failed") + number("timed out"),
    })
}

/// `test result: ok. 12 passed; 0 failed; 0 ignored; …`
pub(crate) fn libtest_count(line: &str) -> Option<Count> {
    let (_, sums) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| {
        let part = sums.split("; ").find_map(|part| part.strip_suffix(word));
        part.and_then(|number| number.trim().parse::<u64>().ok())
    };
    Some(Count {
        passed: number(" passed")?,
        failed: number(" failed")?,
    })
}

/// `# pass 9`, `# fail 0` and `# cancelled 0`, each on a line of its own; the mark in front varies.
pub(crate) fn node_count(line: &str) -> Option<Count> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["#" | "ℹ", "pass", number] => Some(Count {
            passed: number.parse().ok()?,
            failed: 0,
        }),
        ["#" | "ℹ", "fail" | "cancelled", number] => Some(Count {
            passed: 0,
            failed: number.parse().ok()?,
        }),
        _ => None,
    }
}
