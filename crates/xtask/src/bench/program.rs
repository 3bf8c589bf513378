//! A running `menshen`: started, watched until it says that it is ready, killed when dropped.
//!
//! In: arguments. Out: its addresses, its log and what the system says of its memory.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

const MOST_ERRORS: u32 = 5;

/// A process that has said it is ready.
pub(crate) struct Program {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From the start of the process to its word.
    pub(crate) ready_after: Duration,
}

impl Program {
    /// Starts it and waits for the line with its address.
    pub(crate) fn start(program: &Path, arguments: &[&str], folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["--log", "json"]).args(arguments);
        Self::watch(command, program, folder)
    }

    /// The same with as many open files as the system allows whoever runs the bench.
    pub(crate) fn start_wide(
        program: &Path,
        arguments: &[&str],
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new("sh");
        let widen = "ulimit -n 65536 2>/dev/null || ulimit -n $(ulimit -Hn); exec \"$0\" \"$@\"";
        command.args(["-c", widen]).arg(program).args(arguments);
        Self::watch(command, program, folder)
    }

    fn watch(mut command: Command, program: &Path, folder: &Path) -> anyhow::Result<Self> {
        let start = Instant::now();
        let mut child = command
            .current_dir(folder)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", program.display()))?;
        let mut lines = BufReader::new(child.stderr.take().context("no log")?).lines();
        let mut said = Vec::new();
        for line in lines.by_ref() {
            let line = line?;
            if let Some(address) = address(&line) {
                let ready_after = start.elapsed();
                // Somebody has to read the log, or the program would wait for a reader.
                std::thread::spawn(move || show_errors(lines.map_while(Result::ok)));
                return Ok(Self {
                    child,
                    address,
                    ready_after,
                });
            }
            said.push(line);
        }
        child.wait()?;
        anyhow::bail!(
            "{} ended before it was ready:\n{}",
            program.display(),
            said.join("\n")
        )
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in KiB, as the kernel counts it.
    pub(crate) fn resident(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.context("the kernel does not say how much memory it uses")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended on its own; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Shows the first few errors of a log: a bench that fails should say why.
fn show_errors(lines: impl Iterator<Item = String>) {
    let mut left = MOST_ERRORS;
    for line in lines {
        if left > 0 && line.contains("\"level\":\"ERROR\"") {
            left -= 1;
            println!("{line}");
        }
    }
}

/// The address in a line that says "ready".
fn address(line: &str) -> Option<SocketAddr> {
    if !line.contains("ready") {
        return None;
    }
    let (_, rest) = line.split_once("\"address\":\"")?;
    rest.split('"').next()?.parse().ok()
}
