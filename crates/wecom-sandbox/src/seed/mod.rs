//! A seed: the world as it is at the start, written in TOML.
//!
//! In: a TOML text. Out: a checked [`Seed`], or every mistake with line, key and remedy. The default
//! is the file `seed/default.toml`; all keys are described in `SEED.md`. It holds no tokens, codes
//! or consents: those come into being while the sandbox runs.

mod agent;
mod corp;
mod directory;
mod mistake;
mod table;
mod write;

use toml::de::DeTable;
use wecom_sdk::Timestamp;

use self::mistake::Report;
pub use self::mistake::{Mistake, SeedMistakes};
use self::table::Table;
use crate::world::{Corp, Limits, Switches};

/// The text of the default seed.
pub const DEFAULT_SEED: &str = include_str!("default.toml");

/// A checked seed.
///
/// ```
/// use wecom_sandbox::Seed;
///
/// let seed = Seed::parse(wecom_sandbox::DEFAULT_SEED)?;
/// assert_eq!(seed.corps[0].name, "门神示例公司");
///
/// let mistakes = Seed::parse("[[corp]]\nname = 7\ncolour = 'red'\n").unwrap_err();
/// assert!(mistakes.0.len() >= 3, "all mistakes at once");
/// # Ok::<(), wecom_sandbox::SeedMistakes>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seed {
    /// The corps. More than one is fine.
    pub corps: Vec<Corp>,
    /// Where documents disagree.
    pub switches: Switches,
    /// Frequency limits.
    pub limits: Limits,
}

impl Seed {
    /// The default seed.
    #[must_use]
    pub fn standard() -> Self {
        // The file is part of the program, and a test reads it; an empty world is never served.
        Self::parse(DEFAULT_SEED).unwrap_or_default()
    }

    /// The seed as TOML. Trusted IPs are those in force at `now`.
    #[must_use]
    pub fn to_toml(&self, now: Timestamp) -> String {
        write::write(self, now)
    }

    /// Reads and checks a seed.
    ///
    /// # Errors
    /// Fails with every mistake of the text.
    pub fn parse(text: &str) -> Result<Self, SeedMistakes> {
        let report = Report::new(text);
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or_default();
            report.add(&span, "", error.message(), "correct the TOML");
        }
        let root = Table::new(document.get_ref(), String::new(), 0..0, &report);
        let mut seed = Self::default();
        if let Some(table) = root.table("switches") {
            read_switches(&table, &mut seed.switches);
        }
        if let Some(table) = root.table("limits") {
            read_limits(table, &mut seed.limits);
        }
        let corps = root.tables("corp");
        if corps.is_empty() && errors.is_empty() {
            root.wrong("corp", "no corp", "add at least one [[corp]]");
        }
        for table in corps {
            let id = table.text("id").map(|id| id.value);
            if id.is_some()
                && seed
                    .corps
                    .iter()
                    .any(|corp| Some(corp.id.as_str()) == id.as_deref())
            {
                table.wrong("id", "this corp is there twice", "keep one of them");
            }
            seed.corps.extend(corp::read(table));
        }
        root.finish();
        report.finish().map(|()| seed)
    }
}

fn read_switches(table: &Table<'_>, switches: &mut Switches) {
    for (name, word) in table.pairs() {
        let known = Switches::NAMES.iter().find(|(known, _)| *known == name);
        let Some(word) = word else { continue };
        match known {
            None => {
                let names: Vec<_> = Switches::NAMES.iter().map(|(name, _)| *name).collect();
                let remedy = format!("remove it; known here: {}", names.join(", "));
                let report = table.report();
                report.add(&word.span, word.key, "unknown switch", remedy);
            }
            Some((_, words)) => {
                if !switches.set(&name, &word.value) {
                    let problem = format!("`{}` is no word of this switch", word.value);
                    let remedy = format!("use one of: {}", words.join(", "));
                    table.report().add(&word.span, word.key, problem, remedy);
                }
            }
        }
    }
}

fn read_limits(table: Table<'_>, limits: &mut Limits) {
    let fields: [(&'static str, &mut u32); 13] = [
        ("corp_per_minute", &mut limits.corp_per_minute),
        ("corp_per_hour", &mut limits.corp_per_hour),
        ("ip_per_minute", &mut limits.ip_per_minute),
        ("ip_per_hour", &mut limits.ip_per_hour),
        ("debug_per_minute", &mut limits.debug_per_minute),
        ("wrong_secrets", &mut limits.wrong_secrets),
        ("scan_seconds", &mut limits.scan_seconds),
        ("js_tickets_per_corp", &mut limits.js_tickets_per_corp),
        ("js_tickets_per_agent", &mut limits.js_tickets_per_agent),
        ("two_step_at_once", &mut limits.two_step_at_once),
        ("domains_per_month", &mut limits.domains_per_month),
        ("agents_per_month", &mut limits.agents_per_month),
        ("agents", &mut limits.agents),
    ];
    for (key, field) in fields {
        if let Some(number) = table.number(key) {
            *field = number.value;
        }
    }
    table.finish();
}
