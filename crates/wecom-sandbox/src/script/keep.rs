//! The faults in the state file, for `--data`: each with what it has done so far.
//!
//! In: the script. Out: a row for each fault when anything has happened, or the script as it was. Calls that
//! a fault held are gone with the program; whether it was released is not.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::{Fault, Line, Script};
use crate::keep::{Batch, Known, Things, Unreadable};

/// What was written of a script last.
#[derive(Debug, Default)]
pub(crate) struct Written {
    revision: u64,
    known: Known,
}

#[derive(Serialize, Deserialize)]
struct Kept<F> {
    fault: F,
    used: u32,
    is_released: bool,
}

impl Script {
    /// Writes what changed since the last time.
    pub(crate) fn write(&self, batch: &mut Batch, written: &mut Written) {
        let lines = self.lock();
        if lines.revision == written.revision && !batch.is_whole() {
            return;
        }
        written.revision = lines.revision;
        let mut round = written.known.round();
        round.see(batch, "last_fault", &(), &lines.last);
        for line in &lines.all {
            let kept = Kept {
                fault: &line.fault,
                used: *line.used(),
                is_released: *line.released.borrow(),
            };
            round.see(batch, "fault", &line.id, &kept);
        }
        round.end(batch);
    }

    /// The faults that were written, in their order.
    pub(crate) fn restore(&self, things: &mut Things<'_>) -> Result<(), Unreadable> {
        let last = things.one("last_fault")?;
        let mut kept = things.take::<u64, Kept<Fault>>("fault")?;
        kept.sort_by_key(|(id, _)| *id);
        let mut lines = self.lock();
        lines.last = last;
        lines.all = kept
            .into_iter()
            .map(|(id, kept)| {
                Arc::new(Line {
                    id,
                    fault: kept.fault,
                    used: Mutex::new(kept.used),
                    holding: watch::Sender::new(0),
                    released: watch::Sender::new(kept.is_released),
                })
            })
            .collect();
        Ok(())
    }
}
