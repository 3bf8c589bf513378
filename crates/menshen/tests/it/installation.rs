//! An installation in a temporary folder, made by `menshen init`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::program::{Ran, menshen, run};

/// A folder that `menshen init` wrote to, with what it cannot know filled in.
pub(crate) struct Installation {
    folder: TempDir,
}

impl Installation {
    /// Everything on loopback, on ports that the system chooses.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ran = run(&[
            "init",
            folder.path().to_str().unwrap(),
            "--public-url=http://127.0.0.1:8080",
            "--corp-id=ww5f1e2d3c4b5a6978",
            "--agent-id=1000002",
        ]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let this = Self { folder };
        std::fs::write(this.path("hq.secret"), "not-the-secret\n").unwrap();
        this.edit("127.0.0.1:8080\"\n\n# For", "127.0.0.1:0\"\n\n# For");
        this.edit("127.0.0.1:9091", "127.0.0.1:0");
        this
    }

    /// A file of the installation.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Changes the configuration.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let path = self.path("menshen.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} in {text}");
        std::fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Adds lines at the end of the configuration.
    pub(crate) fn add(&self, text: &str) {
        let path = self.path("menshen.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("{config}\n{text}")).unwrap();
    }

    /// Runs a command with the configuration.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        crate::program::ran(&output)
    }

    /// Starts `menshen serve`, and waits until it is ready.
    pub(crate) fn serve(&self) -> Serving {
        let command = self.command(&["serve", "--log", "json"]);
        Serving::start(command)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = menshen();
        command
            .args(arguments)
            .arg("--config")
            .arg(self.path("menshen.toml"));
        command
    }
}

/// A running server of ours. Killed when dropped.
pub(crate) struct Serving {
    child: Child,
    lines: Box<dyn Iterator<Item = String> + Send>,
    /// What it logged until it was ready.
    pub(crate) said: Vec<String>,
    /// The line it logged when it was ready.
    pub(crate) ready: serde_json::Value,
}

impl Serving {
    /// Starts a command that logs in JSON, and waits for its line "… is ready".
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdout(Stdio::null());
        Self::start_as_it_is(command)
    }

    /// The same, with stdout as the caller set it.
    pub(crate) fn start_as_it_is(command: Command) -> Self {
        Self::start_listening(command, &mut Vec::new())
    }

    /// The same, with the lines that came before it was ready.
    pub(crate) fn start_listening(mut command: Command, before: &mut Vec<String>) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut lines: Box<dyn Iterator<Item = String> + Send> =
            Box::new(lines.map_while(Result::ok));
        let mut said = Vec::new();
        let ready = lines
            .by_ref()
            .inspect(|line| {
                before.push(line.clone());
                said.push(line.clone());
            })
            .map(|line| serde_json::from_str::<serde_json::Value>(&line).unwrap())
            .find(|line| line["message"].as_str().unwrap().ends_with("is ready"))
            .unwrap();
        Self {
            child,
            lines,
            said,
            ready,
        }
    }

    /// An address of the line.
    pub(crate) fn address(&self, name: &str) -> String {
        self.ready[name].as_str().unwrap().to_owned()
    }

    /// Asks it to stop as `signal` does, and waits for its end: the code and the lines it logged.
    pub(crate) fn stop(self, signal: &str) -> (i32, Vec<String>) {
        self.send(signal);
        self.end()
    }

    /// Sends a signal, and waits for nothing.
    pub(crate) fn send(&self, signal: &str) {
        let sent = Command::new("kill")
            .args(["-s", signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for the next line that it logs with these words.
    pub(crate) fn wait_for(&mut self, words: &str) {
        let found = self.lines.by_ref().find(|line| line.contains(words));
        assert!(found.is_some(), "it ended without a word of {words:?}");
    }

    /// Waits for its end: the code and the lines it logged until then.
    pub(crate) fn end(mut self) -> (i32, Vec<String>) {
        let lines = self.lines.by_ref().collect();
        (self.child.wait().unwrap().code().unwrap(), lines)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already when the test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request over a connection of its own; the whole answer as text.
pub(crate) fn get(address: &str, path: &str, host: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut connection = std::net::TcpStream::connect(address).unwrap();
    write!(
        connection,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

/// Whether a folder holds a file.
pub(crate) fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
