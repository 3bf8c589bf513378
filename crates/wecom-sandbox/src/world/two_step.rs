//! Two-step verification (二次验证, dossier 10): at login, and on use.
//!
//! In: an admin's setting, a member whose client asks for it, and the app's server that answers. Out:
//! where the client goes, and codes that work once for five minutes. A member who waits meets the
//! verification page at every door of the client. It never judges the proof itself: the app does.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;
use wecom_sdk::{CorpId, Timestamp, UserId};

use super::admit::Caller;
use super::agent::VisibleRange;
use super::authorize_query::AuthorizeQuery;
use super::code::{CodeGrant, CodeScope};
use super::domain::RedirectUri;
use super::member::MemberStatus;
use super::person::Person;
use super::refusal::Refusal;
use super::state::State;
use super::token::Holder;

/// How long a `tfa_code` lives (dossier 10).
pub const TFA_CODE_LIVES: Duration = Duration::from_mins(5);
const REMEMBERED: Duration = Duration::from_hours(1);

/// What an admin has set for two-step verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoStep {
    /// The verification page, or the OAuth link of the app that verifies.
    pub url: String,
    /// Who has to pass it (验证范围).
    pub range: VisibleRange,
}

impl TwoStep {
    /// Where a code ends up: the page itself, or the `redirect_uri` of the OAuth link.
    #[must_use]
    pub fn target(&self) -> Option<RedirectUri> {
        match self.oauth_query() {
            Some(query) => RedirectUri::parse(query.redirect_uri.as_deref()?),
            None => RedirectUri::parse(&self.url),
        }
    }

    fn oauth_query(&self) -> Option<AuthorizeQuery> {
        let url = Url::parse(&self.url).ok()?;
        let is_link = url.path() == "/connect/oauth2/authorize";
        is_link.then(|| AuthorizeQuery::parse(url.query().unwrap_or_default()))
    }
}

/// When the client asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TwoStepKind {
    /// 登录二次验证
    Login,
    /// 使用二次验证
    Use,
}

impl TwoStepKind {
    /// The word in control calls.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Use => "use",
        }
    }
}

/// Why no verification can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwoStepError {
    /// There is no such member.
    Unknown,
    /// The admin has set no page, or none that can be opened.
    NotSet,
    /// The member is outside the verification range.
    OutsideRange,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TfaCode {
    pub(super) corp_id: CorpId,
    user_id: UserId,
    expires_at: Timestamp,
    is_used: bool,
}

impl State {
    /// The member's client asks for verification: the member waits from now on, and the client opens
    /// this address. `code` is a value drawn beforehand.
    ///
    /// # Errors
    /// Fails when nothing is set, or not for this member.
    pub fn begin_two_step(
        &mut self,
        now: Timestamp,
        (corp_id, user_id): (&CorpId, &UserId),
        kind: TwoStepKind,
        code: String,
    ) -> Result<String, TwoStepError> {
        let corp = self.corps.get(corp_id).ok_or(TwoStepError::Unknown)?;
        let member = corp.members.get(user_id).ok_or(TwoStepError::Unknown)?;
        let set = corp.two_step.as_ref().ok_or(TwoStepError::NotSet)?;
        let target = set.target().ok_or(TwoStepError::NotSet)?;
        if !corp.sees_member(&set.range, member) {
            return Err(TwoStepError::OutsideRange);
        }
        let person = Person::Member(member.user_id.clone());
        let link = set.oauth_query().map(|_| set.url.clone());
        self.two_step_waiting
            .insert((corp_id.clone(), user_id.folded()), kind);
        if let Some(link) = link {
            return Ok(link);
        }
        let location = target.location(Some(&code), None);
        let grant = CodeGrant {
            corp_id: corp_id.clone(),
            agent_id: None,
            redirect_uri: target,
            person,
            scope: CodeScope::TwoStep,
        };
        self.issue_code(now, code, grant);
        Ok(location)
    }

    /// What a member's client waits for.
    #[must_use]
    pub fn two_step_of(&self, corp_id: &CorpId, user_id: &UserId) -> Option<TwoStepKind> {
        let key = (corp_id.clone(), user_id.folded());
        self.two_step_waiting.get(&key).copied()
    }

    /// Everybody who waits.
    pub fn two_step_list(&self) -> impl Iterator<Item = (&CorpId, &str, TwoStepKind)> {
        let waiting = self.two_step_waiting.iter();
        waiting.map(|((corp_id, user_id), kind)| (corp_id, user_id.as_str(), *kind))
    }

    /// Ends the waiting without any proof; false when the member did not wait.
    pub fn forget_two_step(&mut self, corp_id: &CorpId, user_id: &UserId) -> bool {
        let key = (corp_id.clone(), user_id.folded());
        self.two_step_waiting.remove(&key).is_some()
    }

    /// `auth/get_tfa_info`: uses the code up and gives the member and a `tfa_code`. `fresh` is a value
    /// drawn beforehand.
    ///
    /// # Errors
    /// 40210 when no page is set, 40029 for the code, 40209 when the code came to another domain,
    /// 50001 when it is another app's, 40208 outside the verification range, 60011 outside the app's.
    pub fn take_tfa_code(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        code: &str,
        fresh: String,
    ) -> Result<(UserId, String), Refusal> {
        let corp = self.corps.get(&caller.corp_id);
        let set = corp.and_then(|corp| corp.two_step.as_ref());
        let target = set.and_then(TwoStep::target);
        let target = target.ok_or(Refusal::new(40210, "two_step.no_url (10)"))?;
        let grant = self.check_code(now, &caller.corp_id, code)?.clone();
        if grant.redirect_uri.domain() != target.domain() {
            return Err(Refusal::new(40209, "two_step.domain (10)"));
        }
        let is_of_page = grant.scope == CodeScope::TwoStep;
        if !is_of_page && !self.owns_redirect(&caller.corp_id, caller.holder, &grant) {
            return Err(Refusal::new(
                50001,
                "code.domain_not_of_this_app (4.4, 6.1)",
            ));
        }
        let user_id = grant.person.user_id().cloned();
        let user_id = user_id.ok_or(Refusal::new(40208, "two_step.no_member (10)"))?;
        self.check_two_step_range(caller, &user_id)?;
        self.burn_code(code);
        let expires_at = now.plus(TFA_CODE_LIVES);
        let record = TfaCode {
            corp_id: caller.corp_id.clone(),
            user_id: user_id.clone(),
            expires_at,
            is_used: false,
        };
        self.tfa_codes
            .put(now, expires_at.plus(REMEMBERED), fresh.clone(), record);
        Ok((user_id, fresh))
    }

    /// `user/authsucc`: the member passed at login. One who was invited is in the corp from now on.
    ///
    /// # Errors
    /// 60111 for an unknown member, 40208 and 60011 outside the ranges.
    pub fn pass_login(&mut self, caller: &Caller, user_id: &UserId) -> Result<(), Refusal> {
        self.check_two_step_range(caller, user_id)?;
        self.end_waiting(&caller.corp_id, user_id, TwoStepKind::Login);
        let corp = self.corps.get_mut(&caller.corp_id);
        let member = corp.and_then(|corp| corp.members.get_mut(user_id));
        if let Some(member) = member.filter(|member| member.status == MemberStatus::NotActivated) {
            member.status = MemberStatus::Active;
        }
        Ok(())
    }

    /// `user/tfa_succ`: the member passed on use.
    ///
    /// # Errors
    /// As [`State::pass_login`]; 40207 for a `tfa_code` that is unknown, used, expired or not theirs.
    pub fn pass_use(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        user_id: &UserId,
        tfa_code: &str,
    ) -> Result<(), Refusal> {
        self.check_two_step_range(caller, user_id)?;
        let record = self.tfa_codes.get_mut(tfa_code);
        let record = record.filter(|record| {
            record.corp_id == caller.corp_id
                && record.user_id.folded() == user_id.folded()
                && record.expires_at > now
                && !record.is_used
        });
        let record = record.ok_or(Refusal::new(40207, "two_step.tfa_code (10)"))?;
        record.is_used = true;
        self.end_waiting(&caller.corp_id, user_id, TwoStepKind::Use);
        Ok(())
    }

    fn end_waiting(&mut self, corp_id: &CorpId, user_id: &UserId, kind: TwoStepKind) {
        if self.two_step_of(corp_id, user_id) == Some(kind) {
            self.forget_two_step(corp_id, user_id);
        }
    }

    /// The member is in the verification range and, for an agent, in its visible range (10).
    fn check_two_step_range(&self, caller: &Caller, user_id: &UserId) -> Result<(), Refusal> {
        let unknown = Refusal::new(60111, "user.unknown (8.2)");
        let corp = self.corps.get(&caller.corp_id).ok_or(unknown)?;
        let member = corp.members.get(user_id).ok_or(unknown)?;
        let set = corp.two_step.as_ref();
        let set = set.ok_or(Refusal::new(40210, "two_step.no_url (10)"))?;
        if !corp.sees_member(&set.range, member) {
            return Err(Refusal::new(40208, "two_step.outside_range (10)"));
        }
        let Holder::Agent(agent_id) = caller.holder else {
            return Ok(());
        };
        let agent = corp.agents.get(&agent_id);
        if agent.is_some_and(|agent| corp.sees_member(&agent.visible, member)) {
            Ok(())
        } else {
            // Which number it is, is not on record.
            Err(Refusal::new(60011, "two_step.outside_visible_range (10)"))
        }
    }
}
