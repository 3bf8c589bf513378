//! Scripted faults: what the next answer to a call shall be.
//!
//! In: faults, from a test or the control API. Out: the fault for a call that came in, first come,
//! first served, each as often as it says. A held call waits until it is released, so that a test
//! can look at the moment in between without sleeping. Faults that nothing met stay in the list: a
//! test asks for [`Script::unused`] at its end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::ToSchema;

/// What the next call of a path meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The path, as `/cgi-bin/user/get`.
    pub path: String,
    /// How many calls meet it; 1 unless said otherwise.
    #[serde(default = "once")]
    pub times: u32,
    /// Answer with this errcode.
    #[serde(default)]
    pub errcode: Option<i64>,
    /// Answer with this HTTP status.
    #[serde(default)]
    pub status: Option<u16>,
    /// Answer with this body, byte for byte.
    #[serde(default)]
    pub body: Option<String>,
    /// Send these headers besides.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Send no answer: the connection is dropped.
    #[serde(default)]
    pub lose: bool,
    /// Carry the call out, although its answer is replaced or lost.
    #[serde(default)]
    pub process: bool,
    /// Wait this long, in milliseconds of real time.
    #[serde(default)]
    pub delay_ms: Option<u64>,
    /// Wait until released.
    #[serde(default)]
    pub hold: bool,
    /// When to wait.
    #[serde(default)]
    pub wait: Moment,
}

/// When a fault's wait takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Before the call is carried out.
    #[default]
    Before,
    /// When it has been carried out, before it is answered.
    After,
}

fn once() -> u32 {
    1
}

impl Fault {
    fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            times: 1,
            errcode: None,
            status: None,
            body: None,
            headers: Vec::new(),
            lose: false,
            process: false,
            delay_ms: None,
            hold: false,
            wait: Moment::Before,
        }
    }

    /// The call is refused with this errcode and not carried out.
    #[must_use]
    pub fn errcode(path: &str, errcode: i64) -> Self {
        Self {
            errcode: Some(errcode),
            ..Self::new(path)
        }
    }

    /// The call is answered with this HTTP status and body, and not carried out.
    #[must_use]
    pub fn raw(path: &str, status: u16, body: &str) -> Self {
        Self {
            status: Some(status),
            body: Some(body.to_owned()),
            ..Self::new(path)
        }
    }

    /// The call is carried out and its answer lost.
    #[must_use]
    pub fn lost(path: &str) -> Self {
        Self {
            lose: true,
            process: true,
            ..Self::new(path)
        }
    }

    /// The connection is dropped before the call is carried out.
    #[must_use]
    pub fn cut(path: &str) -> Self {
        Self {
            lose: true,
            ..Self::new(path)
        }
    }

    /// The call waits until it is released, then goes on as usual.
    #[must_use]
    pub fn held(path: &str) -> Self {
        Self {
            hold: true,
            ..Self::new(path)
        }
    }

    /// The call is carried out all the same, only its answer is replaced.
    #[must_use]
    pub fn processed(mut self) -> Self {
        self.process = true;
        self
    }

    /// The wait comes after the call has been carried out.
    #[must_use]
    pub fn waiting_after(mut self) -> Self {
        self.wait = Moment::After;
        self
    }

    /// So many calls meet it.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// A header besides, as `Location` for a redirect.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Whether the call's own answer is sent.
    pub(crate) fn keeps_answer(&self) -> bool {
        !self.lose && self.errcode.is_none() && self.status.is_none() && self.body.is_none()
    }
}

/// A fault in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
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
    lines: Vec<Arc<Line>>,
    last: u64,
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
        lines.last += 1;
        let line = Line {
            id: lines.last,
            fault,
            used: Mutex::new(0),
            holding: watch::Sender::new(0),
            released: watch::Sender::new(false),
        };
        lines.lines.push(Arc::new(line));
        lines.last
    }

    /// Every fault, used up or not.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        self.lock().lines.iter().map(|line| line.listed()).collect()
    }

    /// The faults that fewer calls have met than they say.
    #[must_use]
    pub fn unused(&self) -> Vec<Listed> {
        let mut listed = self.list();
        listed.retain(|listed| listed.used < listed.fault.times);
        listed
    }

    /// Lets the calls go on that a fault holds, and those it would hold later; false when there is
    /// no such fault.
    #[expect(
        clippy::must_use_candidate,
        reason = "it acts; the answer is a courtesy"
    )]
    pub fn release(&self, id: u64) -> bool {
        let line = self.find(id);
        line.is_some_and(|line| {
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
        let lines = std::mem::take(&mut self.lock().lines);
        for line in lines {
            line.released.send_replace(true);
        }
    }

    /// The fault that a call of this path meets, if there is one.
    pub(crate) fn meet(&self, path: &str) -> Option<Met> {
        let lines = self.lock();
        let mut lines = lines.lines.iter();
        let line = lines.find(|line| line.fault.path == path && line.take())?;
        Some(Met { line: line.clone() })
    }

    fn find(&self, id: u64) -> Option<Arc<Line>> {
        let lines = self.lock();
        lines.lines.iter().find(|line| line.id == id).cloned()
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

    fn take(&self) -> bool {
        let mut used = self.used();
        let is_open = *used < self.fault.times;
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
