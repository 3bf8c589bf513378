//! Scripted faults: what the next answer to a call shall be.
//!
//! In: faults, from a test or the control API. Out: the fault for a call that came in, first come,
//! first served, each as often as it says. A held call waits until it is released, so that a test
//! can look at the moment in between without sleeping. Faults that nothing met stay in the list: a
//! test asks for [`Script::unused`] at its end.

mod broken;
mod fault;
mod keep;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

pub(crate) use self::broken::broken;
pub use self::fault::{Fault, Moment};
pub(crate) use self::keep::Written;

/// A fault in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FaultListed)]
pub struct Listed {
    /// Its number, for releasing it.
    pub id: u64,
    /// The fault.
    pub fault: Fault,
    /// How many calls have met it.
    pub used: u32,
    /// How many calls it holds now.
    pub holding: u32,
}

/// The script. Cheap to clone; all clones share one list.
#[derive(Clone, Debug, Default)]
pub struct Script {
    shared: Arc<Mutex<Lines>>,
}

#[derive(Debug, Default)]
struct Lines {
    all: Vec<Arc<Line>>,
    last: u64,
    /// Grows with everything that happens to a fault.
    revision: u64,
}

#[derive(Debug)]
struct Line {
    id: u64,
    fault: Fault,
    used: Mutex<u32>,
    holding: watch::Sender<u32>,
    released: watch::Sender<bool>,
}

/// A fault that a call has met.
#[derive(Clone, Debug)]
pub(crate) struct Met {
    line: Arc<Line>,
}

impl Script {
    /// Adds a fault and gives its number.
    #[expect(
        clippy::must_use_candidate,
        reason = "the number is needed only to release the fault"
    )]
    pub fn add(&self, fault: Fault) -> u64 {
        let mut lines = self.lock();
        lines.revision += 1;
        lines.last += 1;
        let line = Line {
            id: lines.last,
            fault,
            used: Mutex::new(0),
            holding: watch::Sender::new(0),
            released: watch::Sender::new(false),
        };
        lines.all.push(Arc::new(line));
        lines.last
    }

    /// Every fault, used up or not.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        self.lock().all.iter().map(|line| line.listed()).collect()
    }

    /// The faults that fewer calls have met than they say; one that chance decides counts as used once met.
    #[must_use]
    pub fn unused(&self) -> Vec<Listed> {
        let mut listed = self.list();
        listed.retain(|listed| match listed.fault.percent {
            Some(_) => listed.used == 0,
            None => listed.used < listed.fault.times,
        });
        listed
    }

    /// Lets the calls go on that a fault holds, and those it would hold later; false when there is
    /// no such fault.
    #[expect(
        clippy::must_use_candidate,
        reason = "it acts; the answer is a courtesy"
    )]
    pub fn release(&self, id: u64) -> bool {
        let mut lines = self.lock();
        let line = lines.all.iter().find(|line| line.id == id).cloned();
        line.is_some_and(|line| {
            lines.revision += 1;
            line.released.send_replace(true);
            true
        })
    }

    /// Waits until a fault holds a call; false when there is no such fault.
    pub async fn until_held(&self, id: u64) -> bool {
        let Some(line) = self.find(id) else {
            return false;
        };
        let mut holding = line.holding.subscribe();
        holding.wait_for(|calls| *calls > 0).await.is_ok()
    }

    /// Throws all faults away and lets held calls go on.
    pub fn clear(&self) {
        let mut lines = self.lock();
        lines.revision += 1;
        for line in std::mem::take(&mut lines.all) {
            line.released.send_replace(true);
        }
    }

    /// Throws one fault away and lets the calls go on that it holds; false when there is none.
    #[expect(
        clippy::must_use_candidate,
        reason = "it acts; the answer is a courtesy"
    )]
    pub fn remove(&self, id: u64) -> bool {
        let mut lines = self.lock();
        let place = lines.all.iter().position(|line| line.id == id);
        let Some(place) = place else { return false };
        lines.revision += 1;
        let line = lines.all.remove(place);
        line.released.send_replace(true);
        true
    }

    /// The fault that a call of this path meets, if there is one. `dice` is a number below 100, drawn only
    /// where a fault leaves it to chance.
    pub(crate) fn meet(&self, path: &str, dice: impl Fn() -> u64) -> Option<Met> {
        let mut lines = self.lock();
        let mut listed = lines.all.iter();
        let line = listed.find(|line| line.fault.path == path && line.take(&dice));
        let line = line?.clone();
        lines.revision += 1;
        Some(Met { line })
    }

    fn find(&self, id: u64) -> Option<Arc<Line>> {
        let lines = self.lock();
        lines.all.iter().find(|line| line.id == id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        let lock = self.shared.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn used(&self) -> MutexGuard<'_, u32> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, dice: impl Fn() -> u64) -> bool {
        let mut used = self.used();
        let mut is_open = *used < self.fault.times;
        if let Some(percent) = self.fault.percent.filter(|_| is_open) {
            is_open = dice() < u64::from(percent);
        }
        *used += u32::from(is_open);
        is_open
    }

    fn listed(&self) -> Listed {
        Listed {
            id: self.id,
            fault: self.fault.clone(),
            used: *self.used(),
            holding: *self.holding.borrow(),
        }
    }
}

impl Met {
    pub(crate) fn fault(&self) -> &Fault {
        &self.line.fault
    }

    /// Waits as the fault says, when it says so for this moment.
    pub(crate) async fn wait(&self, moment: Moment) {
        let fault = self.fault();
        if fault.wait != moment {
            return;
        }
        if let Some(millis) = fault.delay_ms {
            let for_ever = std::future::pending::<()>();
            // Elapsing is the purpose.
            let _ = tokio::time::timeout(Duration::from_millis(millis), for_ever).await;
        }
        if fault.hold {
            let _holding = Holding::new(&self.line.holding);
            let mut released = self.line.released.subscribe();
            // The sender lives in the line that we hold.
            let _ = released.wait_for(|released| *released).await;
        }
    }
}

/// Counts a held call for as long as it is held, also when its caller goes away.
struct Holding<'a>(&'a watch::Sender<u32>);

impl<'a> Holding<'a> {
    fn new(calls: &'a watch::Sender<u32>) -> Self {
        calls.send_modify(|calls| *calls += 1);
        Self(calls)
    }
}

impl Drop for Holding<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|calls| *calls = calls.saturating_sub(1));
    }
}
