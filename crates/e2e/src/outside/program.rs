//! A program that the tests did not build: found, started in a folder of its own, watched until it says that
//! it is ready, stopped when dropped.
//!
//! A program that is missing fails the test where everything has been installed (continuous integration runs
//! the profile `ci`), and is named on the test's output elsewhere.

use std::io::{BufRead as _, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// How long a program may take until it is ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that has said it is ready.
#[derive(Debug)]
pub(super) struct Program {
    child: Child,
}

impl Program {
    /// Starts it and waits until one of its lines holds `ready`.
    pub(super) async fn start(mut command: Command, ready: &str) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (sender, mut lines) = mpsc::unbounded_channel();
        pump(child.stdout.take().unwrap(), sender.clone());
        pump(child.stderr.take().unwrap(), sender);
        let program = Self { child };
        let mut said = Vec::new();
        let waiting = async {
            while let Some(line) = lines.recv().await {
                let is_ready = line.contains(ready);
                said.push(line);
                if is_ready {
                    return true;
                }
            }
            false
        };
        let is_ready = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(
            is_ready == Ok(true),
            "{command:?} is not ready:\n{}",
            said.join("\n")
        );
        program
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Asked, not killed: nginx takes its workers with it.
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// Somebody has to read what a program writes, or it would wait for a reader.
fn pump(output: impl Read + Send + 'static, sender: mpsc::UnboundedSender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Nobody listens any more once the program is ready.
            let _ = sender.send(line);
        }
    });
}

/// Where a program lies: among the system's, or where `cargo xtask test` puts what Debian has not.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let own = std::env::current_exe().unwrap();
    let built = own
        .ancestors()
        .find(|folder| folder.ends_with("deps"))
        .and_then(Path::parent);
    let tools = built
        .and_then(Path::parent)
        .map(|target| target.join("proxies/bin"));
    let system = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];
    let folders = tools.into_iter().chain(system.map(PathBuf::from));
    let mut files = folders.map(|folder| folder.join(name));
    files.find(|file| file.is_file())
}

/// Says that a test cannot run; fails it where it has to.
pub(super) fn miss(name: &str) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the runner of the tests says by this variable under which profile it runs them"
    )]
    let profile = std::env::var("NEXTEST_PROFILE").unwrap_or_default();
    let what = format!("{name} is not installed; `cargo xtask test` installs it");
    assert!(profile != "ci", "{what}");
    #[expect(
        clippy::print_stderr,
        reason = "whoever reads the test's output has to know that it did not run"
    )]
    {
        eprintln!("NOT RUN: {what}");
    }
}

/// Waits until a program that says it is ready listens as well.
pub(super) async fn listens(address: SocketAddr) {
    let connecting = async {
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    let listens = tokio::time::timeout(PATIENCE, connecting).await;
    listens.expect("it does not listen");
}

/// An address that was free a moment ago: foreign programs cannot say which port they took.
pub(super) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}
