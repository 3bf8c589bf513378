//! How a command ends when it does not end well.
//!
//! In: mistakes or a reason, each with its remedy. Out: lines on stderr and the exit code: 2 for what was typed
//! or written wrong, 1 for what could not be done. Never: stops at the first mistake.

use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;

/// Why a command stopped.
#[derive(Debug)]
pub(super) enum Ending {
    /// What was typed or written is wrong; every mistake, one text each. Exit code 2.
    WrongInput(Vec<String>),
    /// It could not be done. Exit code 1.
    Failed(String),
    /// A page of help or the version was asked for. Exit code 0, on stdout.
    Told(String),
    /// Nobody reads the result any more, as behind `head`. Exit code 1, without a word.
    Unheard,
}

impl Ending {
    /// One text that names what is wrong.
    pub(super) fn wrong(mistake: impl fmt::Display) -> Self {
        Self::WrongInput(vec![mistake.to_string()])
    }

    /// One failure.
    pub(super) fn failed(reason: impl fmt::Display) -> Self {
        Self::Failed(reason.to_string())
    }

    /// Writes the reason, and gives the exit code. When even that cannot be written, the code still
    /// tells.
    pub(super) fn report(self) -> ExitCode {
        let mut errors = std::io::stderr().lock();
        match self {
            Self::WrongInput(mistakes) => {
                for mistake in mistakes {
                    let _ = writeln!(errors, "error: {}", mistake.trim_end());
                }
                ExitCode::from(2)
            }
            Self::Failed(reason) => {
                let _ = writeln!(errors, "error: {}", reason.trim_end());
                ExitCode::FAILURE
            }
            Self::Unheard => ExitCode::FAILURE,
            Self::Told(text) => {
                let _ = write!(std::io::stdout().lock(), "{text}");
                ExitCode::SUCCESS
            }
        }
    }
}

impl From<std::io::Error> for Ending {
    /// For writing results: the one reader of stdout has gone away.
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::Unheard;
        }
        Self::Failed(format!("the result could not be written: {error}"))
    }
}
