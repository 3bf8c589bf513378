//! Who came back with this code, and whether somebody may still be here.
//!
//! `errcode 0` is not a login (product rule 6): the exchange only names somebody. `user/get` is asked
//! after it and is authoritative, for the status and for the visible range. The code is sent to WeCom
//! once; whatever happens to the answer, it is never sent again (S-202). What a login can do without
//! (consented fields, department names, tags) never fails it (S-207).

use std::sync::Arc;
use std::time::Duration;

use menshen_store::Department;
use tokio::time::{Instant, timeout_at};
use wecom_sdk::{Error, Member as WecomMember, Secret, Timestamp, UserDetail, UserId, Visitor};

use super::bulkhead::Busy;
use super::directory::When;
use super::error::{IdentifyError, Kind, Trouble};
use super::member::{Member, Person};
use super::{Connector, personal};
use crate::access::decide::{Refusal, Standing, decide};

/// The deadline of an identification, all its calls together.
const TOTAL: Duration = Duration::from_secs(5);

/// What WeCom said when asked again.
#[derive(Debug)]
pub(crate) enum Recheck {
    /// The person may be here. With the facts of a member, as they are now.
    Confirmed(Option<Box<Member>>),
    /// The person may not.
    Refused(Refusal),
    /// WeCom did not answer the question. With what the operator should read, unless we were too busy
    /// to ask.
    Silent(Option<Arc<Trouble>>),
}

impl Connector {
    /// Exchanges a code, once, and finds out who it is.
    pub(crate) async fn identify(
        &self,
        code: &Secret,
        now: Timestamp,
    ) -> Result<Person, IdentifyError> {
        let turn = self.0.logins.turn().await;
        let _turn = turn.map_err(|Busy| IdentifyError::from(Kind::Busy))?;
        let deadline = Instant::now() + TOTAL;
        let visitor = self.ask(deadline, self.0.client.user_info(code)).await;
        match visitor.inspect_err(|error| self.note(error, now))? {
            Visitor::Member {
                user_id,
                user_ticket,
                ..
            } => {
                let ticket = user_ticket.as_ref();
                let member = self.member(deadline, &user_id, ticket, now).await?;
                Ok(Person::Member(Box::new(member)))
            }
            Visitor::LinkedMember { id, .. } => {
                self.admit(Standing::LinkedMember)?;
                Ok(Person::Linked(id))
            }
            Visitor::Outsider {
                external_user_id: Some(id),
                ..
            } => {
                self.admit(Standing::ExternalContact)?;
                Ok(Person::External(id))
            }
            // Security: whoever is none of the above is nobody we know, whatever WeCom may come to answer.
            _ => Err(self
                .admit(Standing::Stranger)
                .err()
                .unwrap_or(Kind::Refused(Refusal::NotAMember).into())),
        }
    }

    /// Asks again about a member.
    pub(crate) async fn recheck(&self, user_id: &UserId, now: Timestamp) -> Recheck {
        // Full means busy: the sessions stay as they are, and the next request asks.
        let Ok(_turn) = self.0.rechecks.try_acquire() else {
            return Recheck::Silent(None);
        };
        let deadline = Instant::now() + TOTAL;
        match self.member(deadline, user_id, None, now).await {
            Ok(member) => Recheck::Confirmed(Some(Box::new(member))),
            Err(error) => match error.kind {
                Kind::Refused(refusal) => Recheck::Refused(refusal),
                Kind::Left(_) => Recheck::Refused(Refusal::Left),
                _ => {
                    self.note(&error, now);
                    Recheck::Silent(error.trouble)
                }
            },
        }
    }

    async fn member(
        &self,
        deadline: Instant,
        user_id: &UserId,
        ticket: Option<&Secret>,
        now: Timestamp,
    ) -> Result<Member, IdentifyError> {
        let user = self.ask(deadline, self.0.client.member(user_id)).await;
        let user = user.map_err(|error| match error.kind {
            Kind::Refused(Refusal::UnknownMember) => self.refuse(Standing::UnknownMember, error),
            Kind::Refused(_) => {
                let outside = Standing::Member {
                    status: None,
                    is_inside_range: false,
                };
                self.refuse(outside, error)
            }
            _ => error,
        })?;
        self.note_answer();
        let standing = Standing::Member {
            status: user.status,
            is_inside_range: true,
        };
        self.admit(standing).map_err(|error| match error.kind {
            Kind::Refused(Refusal::Left) => Kind::Left(user.user_id.clone()).into(),
            _ => error,
        })?;
        let detail = self.detail(deadline, &user, ticket).await;
        Ok(self.describe(deadline, user, detail.as_ref(), now).await)
    }

    fn admit(&self, standing: Standing) -> Result<(), IdentifyError> {
        decide(standing, self.admission()).map_err(|refusal| Kind::Refused(refusal).into())
    }

    /// The judgement on somebody about whom WeCom would not speak, with what it said instead.
    fn refuse(&self, standing: Standing, error: IdentifyError) -> IdentifyError {
        let decision = decide(standing, self.admission());
        let refusal = decision.err().unwrap_or(Refusal::UnknownStatus);
        IdentifyError {
            kind: Kind::Refused(refusal),
            ..error
        }
    }

    /// The consented fields, if any were asked for and came. Doing without them is normal.
    async fn detail(
        &self,
        deadline: Instant,
        user: &WecomMember,
        ticket: Option<&Secret>,
    ) -> Option<UserDetail> {
        let ticket = ticket.filter(|_| !self.0.config.private_info.is_empty())?;
        let detail = self.ask(deadline, self.0.client.user_detail(ticket)).await;
        let detail = detail.inspect_err(|error| {
            if let Some(trouble) = &error.trouble {
                trouble
                    .log("what a person consented to could not be read; the login goes on without");
            }
        });
        // Security: consented fields of one person are never written to another.
        let is_theirs = |detail: &UserDetail| detail.user_id.folded() == user.user_id.folded();
        detail.ok().filter(is_theirs)
    }

    async fn describe(
        &self,
        deadline: Instant,
        user: WecomMember,
        detail: Option<&UserDetail>,
        now: Timestamp,
    ) -> Member {
        let when = When { now, deadline };
        let places = self.0.directory.places(&user, when).await;
        let departments = user.departments.iter().zip(places.departments);
        Member {
            departments: departments
                .map(|(id, place)| Department {
                    id: *id,
                    path: place.path,
                    above: place.above,
                    is_leader: user.leads.contains(id),
                })
                .collect(),
            tags: places.tags,
            known_since: places.known_since,
            personal: personal::merge(&self.0.config.private_info, &user, detail),
            has_consented: detail.is_some(),
            user_id: user.user_id,
            name: user.name,
            alias: user.alias,
            position: user.position,
            main_department: user.main_department,
        }
    }

    async fn ask<T>(
        &self,
        deadline: Instant,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, IdentifyError> {
        match timeout_at(deadline, call).await {
            Ok(Ok(answer)) => {
                self.0.metrics.wecom_asked("ok");
                Ok(answer)
            }
            Ok(Err(error)) => Err(self.judge(&error)),
            Err(_) => Err(self.judge_silence()),
        }
    }

    fn note(&self, error: &IdentifyError, now: Timestamp) {
        if matches!(
            error.kind,
            Kind::Timeout | Kind::Unreachable | Kind::Unreadable
        ) {
            self.note_silence(now);
        }
    }
}
