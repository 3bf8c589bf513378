//! A gateway in a process of its own, as `menshen serve` runs it, to be killed at any moment.
//!
//! In: the program and its configuration. Out: the addresses that it says it has bound, and what it logged. It is
//! killed when dropped; nothing of it outlives the test.

use std::io::{BufRead as _, BufReader, Lines};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::JoinHandle;

/// A running process. Killed when dropped.
#[derive(Debug)]
pub struct Process {
    /// Where browsers reach it.
    pub address: SocketAddr,
    /// Where operators reach it.
    pub management: SocketAddr,
    child: Child,
    log: Option<JoinHandle<String>>,
}

impl Process {
    /// Starts `menshen serve` and waits for its line that says that it is ready.
    pub(super) fn start(program: &Path, config: &Path) -> Self {
        let mut child = Command::new(program)
            .env_clear()
            .args(["serve", "--log", "json", "--config"])
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = ready(&mut lines);
        let address = |name: &str| ready[name].as_str().unwrap().parse().unwrap();
        Self {
            address: address("address"),
            management: address("management"),
            child,
            // Read on, or the process would wait for somebody to read its log.
            log: Some(std::thread::spawn(move || {
                lines.map_while(Result::ok).collect::<Vec<_>>().join("\n")
            })),
        }
    }

    /// `kill -9`. Gives what it had logged.
    pub(super) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.log.take().unwrap().join().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already when it was killed on purpose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ready(lines: &mut Lines<BufReader<ChildStderr>>) -> serde_json::Value {
    let mut said = Vec::new();
    for line in lines {
        let line = line.unwrap();
        if line.contains("menshen is ready") {
            return serde_json::from_str(&line).unwrap();
        }
        said.push(line);
    }
    panic!("the program did not start: {}", said.join("\n"));
}
