//! What was found out about one thing.
//!
//! A value with a form for people. It tries nothing by itself.

use std::fmt;

/// How good or bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It works.
    Good,
    /// It cannot be tried from here: somebody has to look.
    Look,
    /// It works, or may work, but not as it should.
    Warning,
    /// Nobody, or not everybody, can sign in like this.
    Failed,
}

impl Level {
    /// The word in front of the finding.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Look => "look",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

/// What was found out about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How good or bad it is.
    pub level: Level,
    /// What was tried: `store`, `connector hq: token`.
    pub about: String,
    /// What came out.
    pub what: String,
    /// What is behind it.
    pub cause: Option<String>,
    /// Where in the WeCom console the remedy lies.
    pub console_page: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
}

impl Finding {
    /// A finding without cause and remedy.
    pub fn new(level: Level, about: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            level,
            about: about.into(),
            what: what.into(),
            cause: None,
            console_page: None,
            remedy: None,
        }
    }

    /// The same about something else.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self
    }

    /// With what is behind it.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// With the page of the WeCom console.
    #[must_use]
    pub fn on_page(mut self, page: impl Into<String>) -> Self {
        self.console_page = Some(page.into());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl Finding {
    /// Into the log, as an error.
    pub fn write_down(&self) {
        tracing::error!(
            about = self.about,
            cause = self.cause,
            remedy = self.remedy,
            "{}: {}",
            self.about,
            self.what
        );
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            level, about, what, ..
        } = self;
        write!(f, "{:8}{about}: {what}", level.as_str())?;
        let details = [
            ("cause", &self.cause),
            ("console", &self.console_page),
            ("remedy", &self.remedy),
        ];
        for (name, text) in details {
            if let Some(text) = text {
                write!(f, "\n        {name}: {text}")?;
            }
        }
        Ok(())
    }
}
