//! A run of named steps. A failing step does not hide the ones after it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

/// The steps that ran so far.
pub(crate) struct Steps {
    root: PathBuf,
    done: Vec<Done>,
}

struct Done {
    name: String,
    took: Duration,
    failure: Option<String>,
}

impl Steps {
    /// Begins, in the workspace this program was built from.
    pub(crate) fn new() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let root = root.context("the workspace has no root")?.to_path_buf();
        Ok(Self {
            root,
            done: Vec::new(),
        })
    }

    /// The root of the workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Runs a command line in the root, with its output as it comes. Answers whether it went well.
    pub(crate) fn run(&mut self, name: &str, line: &str) -> bool {
        self.run_with(name, line, &[])
    }

    /// The same, with environment variables.
    pub(crate) fn run_with(&mut self, name: &str, line: &str, env: &[(&str, &str)]) -> bool {
        let mut words = line.split_whitespace();
        let program = words.next().unwrap_or_default().to_owned();
        let arguments: Vec<&str> = words.collect();
        let shown: Vec<String> = env
            .iter()
            .map(|(key, value)| format!("{key}={value} "))
            .collect();
        let shown = shown.concat();
        say(&format!("\n── {name}: {shown}{line}"));
        let mut command = Command::new(&program);
        command
            .args(&arguments)
            .envs(env.iter().copied())
            .current_dir(&self.root)
            .stdin(Stdio::null());
        self.time(name, || {
            let status = command
                .status()
                .with_context(|| format!("`{program}` cannot be started"))?;
            ensure!(status.success(), "{status}");
            Ok(())
        })
    }

    /// Runs work that is no command.
    pub(crate) fn work(&mut self, name: &str, work: impl FnOnce(&Path) -> Result<()>) {
        say(&format!("\n── {name}"));
        let root = self.root.clone();
        self.time(name, || work(&root));
    }

    fn time(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        let began = Instant::now();
        let failure = work().err().map(|error| format!("{error:#}"));
        if let Some(failure) = &failure {
            say(&format!("── {name} FAILED: {failure}"));
        }
        let is_well = failure.is_none();
        self.done.push(Done {
            name: name.to_owned(),
            took: began.elapsed(),
            failure,
        });
        is_well
    }

    /// Prints the table of steps and their times.
    pub(crate) fn finish(self) -> ExitCode {
        let total: Duration = self.done.iter().map(|done| done.took).sum();
        let failed = self
            .done
            .iter()
            .filter(|done| done.failure.is_some())
            .count();
        say("");
        for done in &self.done {
            let result = done.failure.as_deref().unwrap_or("ok");
            say(&format!(
                "{:>7.1} s  {:<34} {result}",
                done.took.as_secs_f64(),
                done.name
            ));
        }
        say(&format!(
            "{:>7.1} s  {} steps, {failed} failed",
            total.as_secs_f64(),
            self.done.len()
        ));
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// Writes a line to standard output; a closed pipe is nobody's loss.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The output of a command, or `None` when it cannot be had.
pub(crate) fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
