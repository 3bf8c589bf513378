//! Starting other programs: where the repository is, how a command is written for the eye, whether a
//! program exists. Never reads the environment, never gives a child the terminal's input.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder cargo built this program into, `target/debug` as a rule: the others' programs lie there too.
pub(crate) fn built() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|own| own.parent().map(Path::to_path_buf))
        .unwrap_or_else(|| root().join("target/debug"))
}

/// A command at the top of the repository with nothing to read. The line is split at white space.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).current_dir(root()).stdin(Stdio::null());
    command
}

/// The command as one could type it, with the variables it sets.
pub(crate) fn shown(command: &Command) -> String {
    let set = command
        .get_envs()
        .filter_map(|(name, value)| Some(format!("{}={}", name.display(), value?.display())));
    let words = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.display().to_string());
    set.chain(words).collect::<Vec<_>>().join(" ")
}

/// Whether the command could be started and ended well. What it prints is dropped.
pub(crate) fn succeeds(line: &str) -> bool {
    command(line)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What the command prints, or nothing when it fails.
pub(crate) fn output(line: &str) -> Option<String> {
    let done = command(line).stderr(Stdio::null()).output().ok()?;
    (done.status.success()).then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}
