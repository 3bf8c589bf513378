//! The state as things that can be written down and read again: for `--data`.
//!
//! In: the state, or what was written of it. Out: the things that changed, or the state as it was. The form
//! of each thing is that of its type here; whoever changes one thinks of the files that are there. What
//! waits to be pushed is left out: delivery is not guaranteed at WeCom either.

use std::collections::BTreeSet;

use wecom_sdk::CorpId;

use super::desktop::DesktopClient;
use super::limits::Limits;
use super::state::State;
use super::switches::Switches;
use crate::keep::{Batch, Known};

/// Whether somebody keeps this state, and what is written of it.
#[derive(Debug, Default)]
pub(crate) enum Keeping {
    /// Nobody does.
    #[default]
    Off,
    /// Nothing is written yet that counts.
    Whole,
    /// This was written last.
    On(Box<Written>),
}

/// What was written last of the things that nobody watches.
#[derive(Debug, Default)]
pub(crate) struct Written {
    settings: Settings,
    corps: BTreeSet<CorpId>,
    known: Known,
}

type Settings = (Switches, Limits, DesktopClient);

impl State {
    pub(super) fn is_kept(&self) -> bool {
        !matches!(self.keeping, Keeping::Off)
    }

    /// The next writing is everything.
    pub(super) fn keep_whole(&mut self) {
        self.keeping = Keeping::Whole;
    }

    pub(super) fn write(&mut self, batch: &mut Batch) {
        let mut written = match std::mem::take(&mut self.keeping) {
            Keeping::Off => return,
            Keeping::On(written) if !self.has_other_corps(&written) => written,
            Keeping::Whole | Keeping::On(_) => {
                batch.begin_whole();
                Box::default()
            }
        };
        self.write_parts(batch, &mut written);
        self.keeping = Keeping::On(written);
        self.tokens.write("token", batch);
        self.codes.write("code", batch);
        self.tickets.write("user_ticket", batch);
        self.consents.write("consent", batch);
        self.consent_pages.write("consent_page", batch);
        self.scans.write("scan", batch);
        self.js_tickets.write("js_ticket", batch);
        self.tfa_codes.write("tfa_code", batch);
        self.two_step_waiting.write("two_step_waiting", batch);
        self.counters.write(batch);
    }

    /// Whether a corp is gone, or one came in with members that nobody has watched.
    fn has_other_corps(&self, written: &Written) -> bool {
        let mut before = written.corps.iter();
        let is_gone = before.any(|id| !self.corps.contains_key(id));
        is_gone || self.corps.values().any(|corp| !corp.members.is_kept())
    }

    /// The directories by what was touched in them; the small things by one look at all of them, when an admin
    /// changed something. A call costs nothing here.
    fn write_parts(&mut self, batch: &mut Batch, written: &mut Written) {
        let settings = (self.switches, self.limits, self.desktop.clone());
        let is_touched = self.corps.take_touched() || settings != written.settings;
        if !is_touched && !batch.is_whole() {
            return;
        }
        let mut round = written.known.round();
        round.see(batch, "switches", &(), &self.switches.list());
        round.see(batch, "limits", &(), &self.limits);
        round.see(batch, "desktop", &(), &self.desktop);
        for (id, corp) in self.corps.quietly() {
            let admin = (&corp.name, &corp.contact_sync, &corp.two_step);
            let head = (admin, &corp.outsiders, &corp.outsider_names);
            round.see(batch, "corp", id, &head);
            corp.departments.write("department", id, batch);
            corp.tags.write("tag", id, batch);
            for (number, agent) in &corp.agents {
                round.see(batch, "agent", &(id, number), agent);
            }
            corp.members.write(id, batch);
        }
        round.end(batch);
        written.settings = settings;
        written.corps = self.corps.keys().cloned().collect();
    }
}

#[cfg(test)]
mod tests;
