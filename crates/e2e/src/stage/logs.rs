//! Everything that is logged in this process, to be searched for what must not be there.
//!
//! In: every line of every task, at the level that the first stage asked for. Out: the lines with a word in
//! them. It is one log for all stages of a process, so a search may find another stage's line.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

/// The log of this process. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Begins to listen; once per process, for all its tests. Whoever comes first says how closely.
    pub fn listen(level: Level) -> Self {
        static LOGS: OnceLock<Logs> = OnceLock::new();
        let logs = LOGS.get_or_init(|| {
            let logs = Self::default();
            tracing_subscriber::fmt()
                .with_max_level(level)
                .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
                .with_ansi(false)
                .with_writer(logs.clone())
                .init();
            logs
        });
        logs.clone()
    }

    /// What was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    /// The lines that hold a word.
    pub fn lines_with(&self, word: &str) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().filter(|line| line.contains(word));
        lines.map(str::to_owned).collect()
    }

    /// Checks that none of these was ever logged.
    pub fn assert_free_of<'c>(&self, canaries: impl IntoIterator<Item = (&'c str, &'c str)>) {
        for (what, canary) in canaries {
            assert!(canary.len() >= 8, "{what}: too short to be searched for");
            let lines = self.lines_with(canary);
            assert!(lines.is_empty(), "{what} was logged: {lines:#?}");
        }
    }
}

/// One line on its way.
#[derive(Debug)]
pub struct Line(Logs);

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(self.clone())
    }
}
