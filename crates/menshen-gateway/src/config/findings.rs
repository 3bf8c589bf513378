//! What is wrong with a configuration: every mistake at once, each with its place and its remedy.
//!
//! In: notes, while a configuration is read. Out: a list for people, in the order of the file. A note never
//! ends the reading, and none repeats what a secret file holds.

use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where something was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a line of a file, counted from 1.
    Line(Arc<Path>, usize),
    /// Somewhere in a file, or nowhere in it though it should be.
    File(Arc<Path>),
    /// In an environment variable.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(file, line) => write!(f, "{}:{line}", file.display()),
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
        }
    }
}

/// What is wrong, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong; a clause that follows the key.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Wrong {
    pub(super) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

/// One mistake, or one thing worth a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// The key, such as `session.idle` or `connector[hq].secret_file`; empty for the whole file.
    pub key: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, key, wrong } = self;
        let gap = if key.is_empty() { "" } else { " " };
        write!(
            f,
            "{place}: {key}{gap}{}\n    → {}",
            wrong.what, wrong.remedy
        )
    }
}

/// Every mistake of a configuration; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings(pub(super) Vec<Finding>);

impl Findings {
    /// The mistakes, in the order of the file.
    #[must_use]
    pub fn as_slice(&self) -> &[Finding] {
        &self.0
    }

    /// How many there are, as a sentence.
    #[must_use]
    pub fn count(&self) -> String {
        let n = self.0.len();
        let plural = if n == 1 { "" } else { "s" };
        format!("{n} mistake{plural} in the configuration; nothing was started.")
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.0 {
            writeln!(f, "{finding}")?;
        }
        f.write_str(&self.count())
    }
}

impl std::error::Error for Findings {}

/// Collects findings while the configuration is read.
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) file: Arc<Path>,
    mistakes: RefCell<Vec<Finding>>,
    warnings: RefCell<Vec<Finding>>,
}

impl Notes {
    pub(super) fn new(file: &Path) -> Self {
        Self {
            file: Arc::from(file),
            mistakes: RefCell::default(),
            warnings: RefCell::default(),
        }
    }

    pub(super) fn mistake(&self, place: Place, key: impl Into<String>, wrong: Wrong) {
        let key = key.into();
        self.mistakes
            .borrow_mut()
            .push(Finding { place, key, wrong });
    }

    pub(super) fn warning(&self, place: Place, key: impl Into<String>, wrong: Wrong) {
        let key = key.into();
        self.warnings
            .borrow_mut()
            .push(Finding { place, key, wrong });
    }

    /// For `strict = true`.
    pub(super) fn turn_warnings_into_mistakes(&self) {
        let warnings = self.warnings.take();
        self.mistakes.borrow_mut().extend(warnings);
    }

    pub(super) fn has_mistakes(&self) -> bool {
        !self.mistakes.borrow().is_empty()
    }

    /// The folder that relative paths start from.
    pub(super) fn resolve(&self, path: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }

    /// The mistakes and the warnings, each in the order of the file.
    pub(super) fn close(self) -> (Vec<Finding>, Vec<Finding>) {
        let (mut mistakes, mut warnings) = (self.mistakes.into_inner(), self.warnings.into_inner());
        mistakes.sort_by_key(|finding| line_of(&finding.place));
        warnings.sort_by_key(|finding| line_of(&finding.place));
        (mistakes, warnings)
    }
}

fn line_of(place: &Place) -> usize {
    match place {
        Place::Line(_, line) => *line,
        Place::File(_) | Place::Variable(_) => usize::MAX,
    }
}
