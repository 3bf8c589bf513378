//! Turns WeCom's answer into a person we know: a subject, and the record of what is known of them.
//!
//! The key of a subject is (corp, namespace, WeCom's name), so equal names in two corps, or in a corp
//! and a linked one, are two people (S-096, S-099). Nobody is ever recognised by an email address or
//! a number (S-102). A renamed userid is a new subject: nothing that an agent is told proves
//! that it is the same person (S-101, docs/decisions).

use menshen_store::{Identity, LoginAttempt, StoreError, Subject, SubjectId, SubjectKind};
use uuid::Builder;
use wecom_sdk::{CorpId, Timestamp, UserId};

use super::LoginRoom;
use crate::connector::{CONSENT_FOR, Member, Person, PersonalFields, UnreadableFields};
use crate::door::{Failure, codes};
use crate::vault::Purpose;

/// Somebody came back: who, by which attempt, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival<'a> {
    pub attempt: &'a LoginAttempt,
    pub person: &'a Person,
    pub now: Timestamp,
}

impl LoginRoom {
    /// The subject that the person becomes if nobody has this key yet.
    pub(super) fn candidate(&self, arrival: &Arrival<'_>) -> Result<Subject, Failure> {
        let (kind, key) = key_of(arrival.person);
        Ok(Subject {
            id: SubjectId(self.draw_uuid(arrival.now)?),
            corp_id: arrival.attempt.corp_id.clone(),
            kind,
            key,
            created_at: arrival.now,
            retired_at: None,
        })
    }

    /// The record of the person, in place of what was known through this connector.
    pub(super) fn identity(
        &self,
        subject: &Subject,
        arrival: &Arrival<'_>,
        known: Option<&Identity>,
    ) -> Result<Identity, Failure> {
        let Arrival {
            attempt,
            person,
            now,
        } = *arrival;
        let mut identity = Identity {
            subject_id: subject.id,
            corp_id: subject.corp_id.clone(),
            connector_id: attempt.connector_id.clone(),
            user_id: name_of(person),
            name: None,
            alias: None,
            position: None,
            departments: Vec::new(),
            main_department: None,
            tags: Vec::new(),
            sealed: None,
            consented_at: None,
            updated_at: now,
        };
        if let Person::Member(member) = person {
            member.write_to(&mut identity, now);
            self.write_personal(&mut identity, member, known, now)?;
        }
        Ok(identity)
    }

    /// Retires the subject of a member who has left, if there is one.
    pub(super) async fn retire(
        &self,
        corp_id: &CorpId,
        user_id: &UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let store = &self.0.store;
        let subject = store
            .find_subject_by_key(corp_id, SubjectKind::Member, &user_id.folded())
            .await?;
        if let Some(subject) = subject {
            store.retire_subject(&subject.id, now).await?;
            self.0.sessions.forget_subject(&subject.id);
        }
        Ok(())
    }

    /// New consent replaces what was known, withdrawn fields included. Without new consent (the scan
    /// door never brings any) what was consented to stays for as long as WeCom remembers it, and what
    /// an agent from before 2022 still reads in the directory fills the gaps.
    fn write_personal(
        &self,
        identity: &mut Identity,
        member: &Member,
        known: Option<&Identity>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if member.has_consented {
            identity.sealed = Some(self.seal(identity, &member.personal)?);
            identity.consented_at = Some(now);
            return Ok(());
        }
        let is_fresh = |at| now.since(at) < CONSENT_FOR;
        let consented = known.filter(|known| known.consented_at.is_some_and(is_fresh));
        match consented {
            None if member.personal.is_empty() => {}
            None => identity.sealed = Some(self.seal(identity, &member.personal)?),
            Some(known) => {
                // Kept, or the sweep would never find what came by this consent.
                identity.consented_at = known.consented_at;
                identity.sealed.clone_from(&known.sealed);
                if !member.personal.is_empty() {
                    let unreadable = |error: UnreadableFields| {
                        Failure::new(codes::INTERNAL).with_detail(error.to_string())
                    };
                    let fields = PersonalFields::open(&self.0.vault, known).map_err(unreadable)?;
                    let fields = fields.or(member.personal.clone());
                    identity.sealed = Some(self.seal(identity, &fields)?);
                }
            }
        }
        Ok(())
    }

    fn seal(&self, identity: &Identity, fields: &PersonalFields) -> Result<Vec<u8>, Failure> {
        let plain = serde_json::to_vec(fields).map_err(|_| {
            Failure::new(codes::INTERNAL).with_detail("personal fields cannot be written")
        })?;
        let context = identity.subject_id.0.as_bytes();
        let vault = &self.0.vault;
        Ok(vault.seal(Purpose::PersonalFields, context, &plain)?)
    }

    /// A random row id (UUID version 7: ordered by our clock, its chance from our entropy).
    fn draw_uuid(&self, now: Timestamp) -> Result<uuid::Uuid, Failure> {
        let chance = self.0.entropy.bytes::<10>()?;
        let millis = u64::try_from(now.as_millis()).unwrap_or_default();
        Ok(Builder::from_unix_timestamp_millis(millis, &chance).into_uuid())
    }
}

fn key_of(person: &Person) -> (SubjectKind, String) {
    match person {
        Person::Member(member) => (SubjectKind::Member, member.user_id.folded()),
        Person::Linked(id) => (
            SubjectKind::LinkedMember,
            format!("{}/{}", id.corp_id, id.user_id.folded()),
        ),
        Person::External(id) => (SubjectKind::ExternalContact, id.to_string()),
    }
}

fn name_of(person: &Person) -> String {
    match person {
        Person::Member(member) => member.user_id.to_string(),
        Person::Linked(id) => id.to_string(),
        Person::External(id) => id.to_string(),
    }
}
