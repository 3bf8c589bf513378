//! Running the program.

use std::process::{Command, Output};

/// What a run of the program came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program, with nothing of our environment.
pub(crate) fn menshen() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_menshen"));
    command.env_clear();
    command
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    ran(&menshen().args(arguments).output().unwrap())
}

pub(crate) fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}
