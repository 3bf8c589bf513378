//! Mistakes in a seed, all of them at once.
//!
//! In: what the readers find. Out: a list with line, key, problem and remedy, in the order of the
//! file. It never stops at the first.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

/// One mistake in a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line of the file, from 1.
    pub line: usize,
    /// The key, as a path: `corp[0].agent[1].secret`.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}; {}", self.problem, self.remedy)
    }
}

/// Every mistake of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedMistakes(pub Vec<Mistake>);

impl fmt::Display for SeedMistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, mistake) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            mistake.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for SeedMistakes {}

/// Collects mistakes while a seed is read.
#[derive(Debug)]
pub(super) struct Report<'a> {
    source: &'a str,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'a> Report<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            mistakes: RefCell::default(),
        }
    }

    pub(super) fn add(
        &self,
        span: &Range<usize>,
        key: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let before = self.source.as_bytes();
        let before = &before[..span.start.min(before.len())];
        self.mistakes.borrow_mut().push(Mistake {
            line: before.split(|byte| *byte == b'\n').count(),
            key: key.into(),
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }

    pub(super) fn finish(self) -> Result<(), SeedMistakes> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by_key(|mistake| mistake.line);
        if mistakes.is_empty() {
            Ok(())
        } else {
            Err(SeedMistakes(mistakes))
        }
    }
}
