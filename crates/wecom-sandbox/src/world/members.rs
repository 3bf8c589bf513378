//! The members of one corp, in the order they came.
//!
//! In: members. Out: lookups that ignore the case of a userid (dossier 1); who was touched, for events and for
//! the state file. Every change goes through here.

use std::collections::{BTreeMap, HashMap};

use wecom_sdk::{CorpId, DepartmentId, UserId};

use super::member::Member;
use super::places::Places;
use super::touched;
use crate::keep::Batch;

/// The kind of a member in the state file.
pub(super) const KIND: &str = "member";

/// The members of one corp, found by userid without regard to case and listed in the order they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    by_key: HashMap<String, (u64, Member)>,
    in_order: BTreeMap<u64, String>,
    next: u64,
    /// What was touched since somebody began to watch.
    touched: Option<Vec<Touched>>,
    places: Places,
    /// Whom the state file has to hear of, by userid in lower case.
    to_keep: touched::Touched<String>,
}

/// A member that somebody had in hand, as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Touched {
    /// The userid in lower case.
    pub(super) key: String,
    /// `None` when there was none.
    pub(super) before: Option<Member>,
    /// The new userid in lower case, when it changed.
    pub(super) renamed_to: Option<String>,
}

impl Members {
    /// Begins to note who is touched.
    pub(super) fn watch(&mut self) {
        self.touched = Some(Vec::new());
    }

    /// Ends it and says who was.
    pub(super) fn unwatch(&mut self) -> Vec<Touched> {
        self.touched.take().unwrap_or_default()
    }

    /// The member with this userid, given in lower case.
    pub(super) fn by_key(&self, key: &str) -> Option<&Member> {
        self.by_key.get(key).map(|(_, member)| member)
    }

    fn touch(&mut self, key: &str, renamed_to: Option<String>) {
        self.places.forget();
        self.to_keep.note_with(|| key.to_owned());
        if let Some(new) = &renamed_to {
            self.to_keep.note(new);
        }
        let Some(touched) = &mut self.touched else {
            return;
        };
        touched.push(Touched {
            key: key.to_owned(),
            before: self.by_key.get(key).map(|(_, member)| member.clone()),
            renamed_to,
        });
    }

    /// Puts a member, in the place of one with the same userid if there is one.
    pub fn put(&mut self, member: Member) {
        let key = member.user_id.folded();
        self.touch(&key, None);
        let place = self.by_key.get(&key).map_or(self.next, |(place, _)| *place);
        self.next = self.next.max(place.saturating_add(1));
        self.in_order.insert(place, key.clone());
        self.by_key.insert(key, (place, member));
    }

    /// The member with this userid, in any case.
    #[must_use]
    pub fn get(&self, user_id: &UserId) -> Option<&Member> {
        self.by_key.get(&user_id.folded()).map(|(_, member)| member)
    }

    /// The member with this userid, to be changed. Its userid must stay: see [`Members::rename`].
    pub fn get_mut(&mut self, user_id: &UserId) -> Option<&mut Member> {
        let key = user_id.folded();
        self.touch(&key, None);
        let entry = self.by_key.get_mut(&key)?;
        Some(&mut entry.1)
    }

    /// Takes a member out of the directory.
    pub fn remove(&mut self, user_id: &UserId) -> Option<Member> {
        let key = user_id.folded();
        self.touch(&key, None);
        let (place, member) = self.by_key.remove(&key)?;
        self.in_order.remove(&place);
        Some(member)
    }

    /// Gives a member another userid; false when the old one is unknown or the new one taken.
    pub fn rename(&mut self, from: &UserId, to: &UserId) -> bool {
        let is_taken = from.folded() != to.folded() && self.get(to).is_some();
        if is_taken {
            return false;
        }
        self.touch(&from.folded(), Some(to.folded()));
        let Some((place, mut member)) = self.by_key.remove(&from.folded()) else {
            return false;
        };
        member.user_id = to.clone();
        self.in_order.insert(place, to.folded());
        self.by_key.insert(to.folded(), (place, member));
        true
    }

    /// The direct members of a department, in the order they came.
    pub fn in_department(&self, id: DepartmentId) -> impl Iterator<Item = &Member> {
        self.at(self.places.members(id, self.placed()))
    }

    /// The leaders of a department, in the order they came.
    pub fn leaders_of(&self, id: DepartmentId) -> impl Iterator<Item = &Member> {
        self.at(self.places.leaders(id, self.placed()))
    }

    fn at<'a>(&'a self, places: &'a [u64]) -> impl Iterator<Item = &'a Member> {
        let keys = places.iter().filter_map(|place| self.in_order.get(place));
        keys.filter_map(|key| self.by_key(key))
    }

    fn placed(&self) -> impl Iterator<Item = (u64, &Member)> {
        let places = self.in_order.iter();
        places.filter_map(|(place, key)| Some((*place, self.by_key(key)?)))
    }

    /// All members, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        let keys = self.in_order.values();
        keys.filter_map(|key| self.by_key.get(key).map(|(_, member)| member))
    }

    /// Members whose userid or name holds a text, without regard to case, in the order they came.
    pub(crate) fn search(&self, text: &str) -> impl Iterator<Item = &Member> {
        let text = text.trim().to_lowercase();
        self.iter().filter(move |member| {
            text.is_empty()
                || member.user_id.folded().contains(&text)
                || member.name.to_lowercase().contains(&text)
        })
    }

    /// Whoever is led by this userid, given in lower case, calls it by its new name. It tells nobody: the
    /// leader's own change does.
    pub(super) fn rename_leader(&mut self, key: &str, to: &UserId) {
        for (led, (_, member)) in &mut self.by_key {
            let leader = member.direct_leader.as_mut();
            if let Some(leader) = leader.filter(|leader| leader.folded() == key) {
                *leader = to.clone();
                self.to_keep.note(led);
            }
        }
    }

    /// Whether the state file hears of every change.
    pub(super) fn is_kept(&self) -> bool {
        self.to_keep.is_on()
    }

    /// Writes everybody, or those who were touched since the last time.
    pub(super) fn write(&mut self, corp_id: &CorpId, batch: &mut Batch) {
        if batch.is_whole() {
            self.to_keep.begin();
            for (place, key) in &self.in_order {
                if let Some((_, member)) = self.by_key.get(key) {
                    batch.put(KIND, &(corp_id, key), &(place, member));
                }
            }
        }
        for key in self.to_keep.take() {
            match self.by_key.get(&key) {
                Some((place, member)) => batch.put(KIND, &(corp_id, &key), &(place, member)),
                None => batch.gone(KIND, &(corp_id, &key)),
            }
        }
    }

    /// Puts a member that was written in its old place.
    pub(super) fn put_back(&mut self, place: u64, member: Member) {
        let key = member.user_id.folded();
        self.next = self.next.max(place.saturating_add(1));
        self.in_order.insert(place, key.clone());
        self.by_key.insert(key, (place, member));
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}
