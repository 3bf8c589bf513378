//! Asks WeCom again whether the person behind a session may still be here.
//!
//! One question at a time per subject and connector, whatever the number of requests; it goes on when a
//! request is given up, and a request waits for it only so long. A definite no about the person ends every
//! session of the subject, one about an agent (自建应用) those that it opened; silence ends nothing (S-196). A
//! verdict is shared by the requests that were waiting for it, and for the short time in which asking
//! again would be a storm. Never: lets anyone in.

use std::sync::Arc;
use std::time::Duration;

use menshen_store::{Session, StoreError, SubjectId, SubjectKind};
use wecom_sdk::{Timestamp, UserId};

use super::SessionRoom;
use super::load::Loaded;
use crate::access::decide::Refusal;
use crate::connector::{Connector, Member, Recheck};

/// How long a request waits for WeCom before it goes on with what is known.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long a verdict is shared at most.
const SHARED_FOR: Duration = Duration::from_secs(30);

/// What became of a re-check.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// WeCom says yes; it is noted.
    Confirmed,
    /// WeCom says no; the sessions that it is about are ended.
    Ended,
    /// WeCom says nothing; everything stays as it was.
    Kept,
}

impl SessionRoom {
    /// Asks, or joins those who are asking.
    ///
    /// A store that fails gives those who wait its error and nobody a verdict: the next request asks
    /// again, because the store may be well by then.
    pub(super) async fn recheck(
        &self,
        loaded: &Loaded,
        now: Timestamp,
    ) -> Result<Verdict, StoreError> {
        let session = &loaded.session;
        let connector_id = session.connector_id.as_str().into();
        let key = (session.subject_id, connector_id, self.turn(now));
        let (room, loaded) = (self.clone(), loaded.clone());
        let connector = self.connectors.get(&loaded.session.connector_id);
        let patience = match connector {
            // WeCom was silent a moment ago: nobody has to wait for it to be silent again.
            Some(connector) if connector.is_troubled(now) => Duration::ZERO,
            _ => PATIENCE,
        };
        let asking = self.jobs.spawn(async move {
            let verdicts = room.verdicts.clone();
            verdicts
                .try_get_with(key, Box::pin(async move { room.ask(&loaded, now).await }))
                .await
        });
        match tokio::time::timeout(patience, asking).await {
            Ok(Ok(verdict)) => {
                verdict.map_err(|error: Arc<StoreError>| StoreError::Unavailable(error.to_string()))
            }
            Ok(Err(_)) | Err(_) => Ok(Verdict::Kept),
        }
    }

    /// The stretch of time within which a verdict is shared.
    fn turn(&self, now: Timestamp) -> i64 {
        let length = (self.config.recheck / 2).clamp(Duration::from_millis(1), SHARED_FOR);
        now.as_millis() / i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
    }

    async fn ask(&self, loaded: &Loaded, now: Timestamp) -> Result<Verdict, StoreError> {
        let Some(connector) = self.connectors.get(&loaded.session.connector_id) else {
            return Ok(Verdict::Kept);
        };
        let answer = match self.question(loaded).await? {
            Question::Member(user_id) => connector.recheck(&user_id, now).await,
            Question::Setting(kind) => ask_settings(connector, kind),
            Question::Nobody => Recheck::Refused(Refusal::Left),
        };
        match answer {
            Recheck::Confirmed(member) => self.note_yes(loaded, member.as_deref(), now).await,
            Recheck::Refused(refusal) => self.note_no(loaded, refusal, now).await,
            Recheck::Silent(trouble) => {
                if let Some(trouble) = trouble {
                    trouble.log("WeCom could not be asked whether a signed-in person may stay");
                }
                Ok(Verdict::Kept)
            }
        }
    }

    async fn question(&self, loaded: &Loaded) -> Result<Question, StoreError> {
        let subject = self.store.find_subject(&loaded.session.subject_id).await?;
        let in_force = subject.filter(|subject| subject.retired_at.is_none());
        Ok(match in_force.map(|subject| subject.kind) {
            Some(SubjectKind::Member) => UserId::parse(loaded.identity.user_id.as_str())
                .map_or(Question::Nobody, Question::Member),
            Some(kind) => Question::Setting(kind),
            None => Question::Nobody,
        })
    }

    async fn note_yes(
        &self,
        loaded: &Loaded,
        member: Option<&Member>,
        now: Timestamp,
    ) -> Result<Verdict, StoreError> {
        let mut known_since = now;
        if let Some(member) = member {
            let mut identity = loaded.identity.clone();
            member.write_to(&mut identity, now);
            known_since = member.known_since;
            // What came by consent is left alone: a login may have changed it while WeCom was asked.
            match self.store.update_directory_facts(&identity).await {
                // Retired while WeCom was asked: somebody else has learned more than we have.
                Err(StoreError::Conflict) => return Ok(Verdict::Ended),
                other => other?,
            }
        }
        // The connector's own sessions: another agent may see the person differently (S-049).
        let session = &loaded.session;
        self.store
            .update_checked_at(&session.subject_id, &session.connector_id, known_since)
            .await?;
        Ok(Verdict::Confirmed)
    }

    async fn note_no(
        &self,
        loaded: &Loaded,
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<Verdict, StoreError> {
        let Session {
            subject_id,
            connector_id,
            corp_id,
            ..
        } = &loaded.session;
        match self.reach(loaded, refusal, now).await {
            // Whoever is gone may be followed by another person with the same userid (S-100).
            Reach::Gone => {
                self.store.retire_subject(subject_id, now).await?;
                self.forget_subject(subject_id);
            }
            Reach::Person => self.end_all(subject_id, None).await?,
            Reach::Agent => self.end_all(subject_id, Some(connector_id)).await?,
        }
        tracing::info!(
            subject.id = %subject_id,
            corp.id = %corp_id,
            connector.id = connector_id,
            reason = ?refusal,
            "WeCom no longer admits a signed-in person; the sessions were ended"
        );
        Ok(Verdict::Ended)
    }

    async fn end_all(
        &self,
        subject_id: &SubjectId,
        connector_id: Option<&str>,
    ) -> Result<(), StoreError> {
        let ended = self.store.end_sessions_of(subject_id, connector_id).await?;
        for digest in &ended {
            self.forget(digest);
        }
        Ok(())
    }

    async fn reach(&self, loaded: &Loaded, refusal: Refusal, now: Timestamp) -> Reach {
        match refusal {
            // WeCom may say so of a member whom the agent must not see. Security: unless another agent of
            // the corp sees them now, they count as gone, because the userid may be somebody else's soon.
            Refusal::UnknownMember if self.is_seen_by_another(loaded, now).await => Reach::Agent,
            Refusal::Left | Refusal::UnknownMember => Reach::Gone,
            Refusal::Disabled | Refusal::NotActivated => Reach::Person,
            Refusal::NotAMember | Refusal::OutsideRange | Refusal::UnknownStatus => Reach::Agent,
        }
    }

    /// Whether WeCom shows this member to another agent of the same corp.
    async fn is_seen_by_another(&self, loaded: &Loaded, now: Timestamp) -> bool {
        let session = &loaded.session;
        let Ok(user_id) = UserId::parse(loaded.identity.user_id.as_str()) else {
            return false;
        };
        let is_another = |connector: &&Connector| {
            *connector.corp_id() == session.corp_id && connector.id() != session.connector_id
        };
        for connector in self.connectors.iter().filter(is_another) {
            if let Recheck::Confirmed(_)
            | Recheck::Refused(Refusal::Disabled | Refusal::NotActivated) =
                connector.recheck(&user_id, now).await
            {
                return true;
            }
        }
        false
    }
}

/// What a definite no is about.
enum Reach {
    /// The person is no longer in the corp.
    Gone,
    /// The person, whichever agent they came through.
    Person,
    /// What the one agent may see.
    Agent,
}

/// What there is to ask about a subject.
enum Question {
    /// WeCom, about this member.
    Member(UserId),
    /// Our own settings: WeCom offers an agent no question about outsiders.
    Setting(SubjectKind),
    /// Nothing: the subject is no longer in force.
    Nobody,
}

fn ask_settings(connector: &Connector, kind: SubjectKind) -> Recheck {
    let admission = connector.admission();
    let is_admitted = match kind {
        SubjectKind::Member => true,
        SubjectKind::LinkedMember => admission.linked_corps,
        SubjectKind::ExternalContact => admission.external_contacts,
    };
    if is_admitted {
        Recheck::Confirmed(None)
    } else {
        Recheck::Refused(Refusal::NotAMember)
    }
}

/// The key under which a verdict is shared: the subject, the connector and the stretch of time.
pub(super) type Turn = (SubjectId, Box<str>, i64);
