//! Where WeCom's server pushes to (接收消息与事件, dossier 12.1), and what waits to be pushed.
//!
//! In: an admin's settings, and the directory before and after a change. Out: events in the order they
//! came, for `push` to deliver. Changes of the directory go to the contact sync's address only (12.6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wecom_sdk::{CorpId, DepartmentId, TagId, Timestamp, UserId};

use super::corp::{Department, Tag};
use super::members::Touched;
use super::state::State;
use crate::push::Change;

/// 2022-08-15 in Beijing: addresses saved from then on get the reduced form (dossier 8.1, 12.6).
pub const REDUCED_SINCE: Timestamp = Timestamp::from_seconds(1_660_492_800);

/// Events beyond these are dropped, the oldest first: WeCom drops events too (12.3).
const MOST: usize = 10_000;

/// One callback address with its keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// Where to.
    pub url: String,
    /// `Token`
    pub token: String,
    /// `EncodingAESKey`
    pub aes_key: String,
    /// When it was saved: see [`REDUCED_SINCE`].
    pub saved_at: Timestamp,
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Callback")
            .field("url", &self.url)
            .field("saved_at", &self.saved_at)
            .finish_non_exhaustive()
    }
}

/// An event that waits.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) corp_id: CorpId,
    /// In words, for the journal.
    pub(crate) what: String,
    pub(crate) xml: String,
}

impl State {
    /// From now on the directories that somebody listens to remember what they were. Gives their corps.
    pub(super) fn watch(&mut self) -> Vec<CorpId> {
        let corps = self.corps.quietly().values_mut().filter(|corp| {
            let sync = corp.contact_sync.as_ref();
            sync.is_some_and(|sync| sync.callback.is_some())
        });
        let watched = corps.map(|corp| {
            corp.members.watch();
            corp.departments.watch();
            corp.tags.watch();
            corp.id.clone()
        });
        watched.collect()
    }

    /// Queues an event for each thing that differs from before. True when there is something to push.
    pub(super) fn note_changes(&mut self, now: Timestamp, watched: Vec<CorpId>) -> bool {
        for corp_id in watched {
            let Some(corp) = self.corps.quietly().get_mut(&corp_id) else {
                continue;
            };
            let touched = corp.members.unwatch();
            let (old_departments, old_tags) = (corp.departments.unwatch(), corp.tags.unwatch());
            let callback = corp
                .contact_sync
                .as_ref()
                .and_then(|sync| sync.callback.as_ref());
            let Some(callback) = callback else { continue };
            let is_reduced = callback.saved_at >= REDUCED_SINCE;
            let mut changes = departments(old_departments, &corp.departments);
            let find = |key: &str| corp.members.by_key(key);
            let tagged = tags(old_tags, &corp.tags, |id| now_called(id, &touched, find));
            changes.extend(members(touched, find));
            changes.extend(tagged);
            for change in changes {
                let Some(xml) = change.xml(&corp.id, now, is_reduced) else {
                    continue;
                };
                if self.outbox.len() >= MOST {
                    self.outbox.pop_front();
                }
                self.outbox.push_back(Event {
                    corp_id: corp.id.clone(),
                    what: change.describe(),
                    xml,
                });
            }
        }
        !self.outbox.is_empty()
    }
}

/// What is new or different, then what is gone.
fn departments(
    before: BTreeMap<DepartmentId, Option<Department>>,
    after: &BTreeMap<DepartmentId, Department>,
) -> Vec<Change> {
    let (mut changes, mut gone) = (Vec::new(), Vec::new());
    for (id, old) in before {
        match (old, after.get(&id)) {
            (None, Some(new)) => changes.push(Change::DepartmentCreated(new.clone())),
            (Some(old), Some(new)) if old != *new => {
                changes.push(Change::DepartmentChanged(old, new.clone()));
            }
            (Some(_), None) => gone.push(Change::DepartmentRemoved(id)),
            _ => {}
        }
    }
    changes.append(&mut gone);
    changes
}

/// A tag that only calls its members by their new userids has not changed.
fn tags(
    before: BTreeMap<TagId, Option<Tag>>,
    after: &BTreeMap<TagId, Tag>,
    now_called: impl Fn(&UserId) -> UserId,
) -> Vec<Change> {
    // That a tag comes or goes has no event of its own.
    let changed = before.into_iter().filter_map(|(id, old)| {
        let (mut old, new) = (old?, after.get(&id)?);
        old.members = old.members.iter().map(&now_called).collect();
        let is_same = old.members == new.members && old.departments == new.departments;
        (!is_same).then(|| Change::TagChanged(old, new.clone()))
    });
    changed.collect()
}

/// What a member is called after every change of name since the watch began.
fn now_called<'a>(
    id: &UserId,
    touched: &[Touched],
    find: impl Fn(&str) -> Option<&'a super::member::Member>,
) -> UserId {
    let mut key = id.folded();
    let mut is_renamed = false;
    for touched in touched
        .iter()
        .filter(|touched| touched.renamed_to.is_some())
    {
        if touched.key == key {
            key = touched.renamed_to.clone().unwrap_or(key);
            is_renamed = true;
        }
    }
    let member = is_renamed.then(|| find(&key)).flatten();
    member.map_or_else(|| id.clone(), |member| member.user_id.clone())
}

/// Of each member the first state before and the last one after count.
fn members<'a>(
    touched: Vec<Touched>,
    find: impl Fn(&str) -> Option<&'a super::member::Member>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for touched in touched {
        if !seen.insert(touched.key.clone()) {
            continue;
        }
        let renamed = touched.renamed_to.as_deref();
        let after = find(renamed.unwrap_or(&touched.key));
        changes.extend(match (touched.before, after) {
            (None, Some(member)) => Some(Change::MemberCreated(member.clone())),
            (Some(old), None) => Some(Change::MemberRemoved(old.user_id)),
            (Some(old), Some(new)) if old != *new => {
                Some(Change::MemberChanged(Box::new((old, new.clone()))))
            }
            _ => None,
        });
        seen.extend(touched.renamed_to);
    }
    changes
}
