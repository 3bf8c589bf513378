//! The journal: every call and every step of a page, with the rule that decided.
//!
//! In: notes from the rooms. Out: the newest entries, for people, the control API and tests. It is
//! bounded, and it keeps no usable secret: `redact` has cut them before.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;
use wecom_sdk::Timestamp;

use crate::redact;
use crate::world::Caller;

/// The most entries that are kept.
const MOST: usize = 2000;

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EntryKind)]
pub enum Kind {
    /// A call under `/cgi-bin/`.
    Call,
    /// A step of a page that a person sees.
    Page,
    /// A look at an ownership file.
    Fetch,
    /// A request of WeCom's server to a callback address.
    Push,
}

/// What happened, as a room tells it.
#[derive(Clone, Debug)]
pub struct Note {
    /// What it is about.
    pub kind: Kind,
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// Query and body, secrets cut.
    pub request: String,
    /// Body or target of the answer, secrets cut.
    pub answer: String,
    /// The HTTP status; 0 when the connection was dropped.
    pub status: u16,
    /// The errcode, for a call.
    pub errcode: Option<i64>,
    /// The rule that decided, with its section of the dossier.
    pub rule: String,
    /// Who asked.
    pub caller: Option<IpAddr>,
    /// Whose token it was.
    pub whose: Option<Caller>,
}

/// A step of a page that a person sees.
#[derive(Clone, Copy, Debug)]
pub struct PageStep<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path.
    pub path: &'a str,
    /// The raw query of the request; secrets in it are cut.
    pub query: &'a str,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Where the browser is sent; secrets in it are cut.
    pub location: Option<&'a str>,
    /// The rule that decided, with its section of the dossier.
    pub rule: &'a str,
}

/// A note with its number and time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Entry {
    /// Counted from 1 since the start or the last clearing.
    pub number: u64,
    /// The sandbox's time, in milliseconds since 1970.
    pub at: i64,
    /// What it is about.
    pub kind: Kind,
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// Query and body, secrets cut.
    pub request: String,
    /// Body or target of the answer, secrets cut.
    pub answer: String,
    /// The HTTP status; 0 when the connection was dropped.
    pub status: u16,
    /// The errcode, for a call.
    pub errcode: Option<i64>,
    /// The rule that decided, with its section of the dossier.
    pub rule: String,
    /// Who asked.
    pub caller: Option<String>,
    /// Whose token it was: `CORP/AGENT`, or `CORP/contact_sync`.
    pub whose: Option<String>,
}

/// The journal. Cheap to clone; all clones share one list.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    shared: Arc<Mutex<Pages>>,
    news: Arc<watch::Sender<u64>>,
}

#[derive(Debug, Default)]
struct Pages {
    entries: VecDeque<Entry>,
    last: u64,
    by_path: HashMap<String, u64>,
}

impl Journal {
    /// Writes a note down.
    pub fn note(&self, now: Timestamp, note: Note) {
        let mut pages = self.lock();
        pages.last += 1;
        match pages.by_path.get_mut(&note.path) {
            Some(count) => *count += 1,
            None => {
                pages.by_path.insert(note.path.clone(), 1);
            }
        }
        if pages.entries.len() >= MOST {
            pages.entries.pop_front();
        }
        let entry = Entry {
            number: pages.last,
            at: now.as_millis(),
            kind: note.kind,
            method: note.method,
            path: note.path,
            request: note.request,
            answer: note.answer,
            status: note.status,
            errcode: note.errcode,
            rule: note.rule,
            caller: note.caller.map(|caller| caller.to_string()),
            whose: note.whose.map(|whose| whose.to_string()),
        };
        pages.entries.push_back(entry);
        self.news.send_replace(pages.last);
    }

    /// Writes down a step of a page: what was asked, where the browser goes, and why.
    pub fn note_page(&self, now: Timestamp, step: PageStep<'_>) {
        let note = Note {
            kind: Kind::Page,
            method: step.method.to_owned(),
            path: step.path.to_owned(),
            request: redact::query(step.query),
            answer: step.location.map_or_else(String::new, redact::location),
            status: step.status,
            errcode: None,
            rule: step.rule.to_owned(),
            caller: None,
            whose: None,
        };
        self.note(now, note);
    }

    /// The newest `most` entries, oldest first.
    #[must_use]
    pub fn last(&self, most: usize) -> Vec<Entry> {
        let pages = self.lock();
        let skip = pages.entries.len().saturating_sub(most);
        pages.entries.iter().skip(skip).cloned().collect()
    }

    /// The number of the newest entry; 0 when there is none.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.lock().last
    }

    /// The entries that came after one, as far as they are kept, oldest first.
    #[must_use]
    pub fn after(&self, number: u64) -> Vec<Entry> {
        let pages = self.lock();
        let entries = pages.entries.iter();
        entries
            .filter(|entry| entry.number > number)
            .cloned()
            .collect()
    }

    /// Waits until the newest entry is another one than this: something came, or all was cleared.
    pub async fn until_newer(&self, number: u64) {
        let mut news = self.news.subscribe();
        // The sender lives in the journal that we hold.
        let _ = news.wait_for(|newest| *newest != number).await;
    }

    /// How many wait for the next entry.
    #[must_use]
    pub fn watchers(&self) -> usize {
        self.news.receiver_count()
    }

    /// Every entry that is kept for one path, oldest first.
    #[must_use]
    pub fn of_path(&self, path: &str) -> Vec<Entry> {
        let pages = self.lock();
        let entries = pages.entries.iter();
        entries
            .filter(|entry| entry.path == path)
            .cloned()
            .collect()
    }

    /// How many entries a path has had since the start or the last clearing, also those that are
    /// no longer kept.
    #[must_use]
    pub fn count(&self, path: &str) -> u64 {
        self.lock().by_path.get(path).copied().unwrap_or(0)
    }

    /// The same for every path.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, u64> {
        let pages = self.lock();
        pages
            .by_path
            .iter()
            .map(|(path, count)| (path.clone(), *count))
            .collect()
    }

    /// Throws everything away and counts from 1 again.
    pub fn clear(&self) {
        let mut pages = self.lock();
        *pages = Pages::default();
        self.news.send_replace(0);
    }

    fn lock(&self) -> MutexGuard<'_, Pages> {
        let lock = self.shared.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }
}
