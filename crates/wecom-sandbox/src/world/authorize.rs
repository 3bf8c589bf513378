//! The OAuth link, judged step by step (dossier 4, 15.2).
//!
//! In: the query of `/connect/oauth2/authorize`, whether the browser is a WeCom or WeChat client,
//! and who it is. Out: either the page WeCom shows, or what to do next. It issues nothing: see
//! [`super::World::authorize`].

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, CorpId, Timestamp};

use super::agent::Agent;
use super::authorize_query::{AuthorizeQuery, AuthorizeRefusal};
use super::code::{CodeGrant, CodeScope};
use super::consent::ConsentKey;
use super::corp::Corp;
use super::domain::RedirectUri;
use super::member::{MemberStatus, SensitiveField};
use super::person::Person;
use super::state::State;
use super::switch::{
    AbsentState, BadState, ConsentRefusal, DisabledMembers, PrivateInfoWithoutAgent, RefusalMemory,
    UserInfoScope,
};

/// An OAuth link that passed every check that needs no person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authorization {
    /// The corp.
    pub corp_id: CorpId,
    /// The agent, where the link named one.
    pub agent_id: Option<AgentId>,
    /// Where the browser goes afterwards.
    pub redirect_uri: RedirectUri,
    /// `state`, to be returned; already an empty text where the switch says so.
    pub state: Option<String>,
    /// Whether personal fields are asked for.
    pub wants_private_info: bool,
}

impl Authorization {
    /// What a code of this link stands for.
    #[must_use]
    pub fn grant(&self, person: Person, scope: CodeScope) -> CodeGrant {
        CodeGrant {
            corp_id: self.corp_id.clone(),
            agent_id: self.agent_id,
            redirect_uri: self.redirect_uri.clone(),
            person,
            scope,
        }
    }

    /// Where the browser goes with a code.
    #[must_use]
    pub fn location(&self, code: &str) -> String {
        self.redirect_uri
            .location(Some(code), self.state.as_deref())
    }
}

/// What happens once it is known who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizeStep {
    /// A redirect at once, with a code of this scope.
    Silent(CodeScope),
    /// The consent page, with the fields the admin has selected.
    AskConsent(Vec<SensitiveField>),
    /// An error page: outside the agent's visible range.
    NotVisible,
    /// The client shows nothing before its two-step verification has been passed.
    MustVerify,
    /// An error page: this member cannot be signed in to the client.
    CannotSignIn(MemberStatus),
}

/// Digits only: a number with a sign is no agent.
pub(super) fn parse_agent_id(text: &str) -> Option<AgentId> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain).map(AgentId)
}

impl State {
    /// Judges an OAuth link, steps 1 to 5 of dossier 15.2, as far as no person is needed.
    ///
    /// # Errors
    /// Fails with the page that WeCom shows.
    pub fn check_authorize(
        &self,
        query: &AuthorizeQuery,
        is_client: bool,
    ) -> Result<Authorization, AuthorizeRefusal> {
        if !is_client {
            return Err(AuthorizeRefusal::ClientOnly);
        }
        let appid = query.appid.as_deref();
        let corp = appid
            .and_then(|appid| CorpId::parse(appid).ok())
            .and_then(|id| self.corps.get(&id))
            .ok_or(AuthorizeRefusal::UnknownCorp)?;
        let redirect_uri = query.redirect_uri.as_deref();
        let redirect_uri = redirect_uri
            .and_then(RedirectUri::parse)
            .ok_or(AuthorizeRefusal::RedirectUri)?;
        let agent = self.check_domain(corp, query.agent_id.as_deref(), &redirect_uri)?;
        if agent.is_some_and(|agent| !agent.is_enabled) {
            return Err(AuthorizeRefusal::AgentDisabled);
        }
        if query.response_type.as_deref() != Some("code") {
            return Err(AuthorizeRefusal::ResponseType);
        }
        let wants_private_info = self.check_scope(query.scope.as_deref(), agent)?;
        Ok(Authorization {
            corp_id: corp.id.clone(),
            agent_id: agent.map(|agent| agent.id),
            redirect_uri,
            state: self.check_state(query.state.as_deref())?,
            wants_private_info,
        })
    }

    /// The link's agent, if it names one; the redirect must be on its domain, else on any agent's.
    fn check_domain<'a>(
        &self,
        corp: &'a Corp,
        agent_id: Option<&str>,
        redirect_uri: &RedirectUri,
    ) -> Result<Option<&'a Agent>, AuthorizeRefusal> {
        let refusal = || AuthorizeRefusal::Domain {
            uri: redirect_uri.as_str().to_owned(),
        };
        let is_trusted =
            |agent: &Agent| redirect_uri.is_on(agent.code_domains(false), &self.switches);
        let Some(agent_id) = agent_id else {
            let is_any = corp.agents.values().any(is_trusted);
            return if is_any { Ok(None) } else { Err(refusal()) };
        };
        let agent = parse_agent_id(agent_id);
        let agent = agent.and_then(|id| corp.agents.get(&id));
        match agent.filter(|agent| is_trusted(agent)) {
            Some(agent) => Ok(Some(agent)),
            None => Err(refusal()),
        }
    }

    fn check_scope(
        &self,
        scope: Option<&str>,
        agent: Option<&Agent>,
    ) -> Result<bool, AuthorizeRefusal> {
        match scope {
            Some("snsapi_base") => Ok(false),
            Some("snsapi_privateinfo") if agent.is_some() => Ok(true),
            Some("snsapi_privateinfo") => match self.switches.private_info_without_agent {
                PrivateInfoWithoutAgent::Refuse => Err(AuthorizeRefusal::AgentMissing),
                PrivateInfoWithoutAgent::Base => Ok(false),
            },
            Some("snsapi_userinfo") if self.switches.user_info_scope == UserInfoScope::Base => {
                Ok(false)
            }
            _ => Err(AuthorizeRefusal::Scope),
        }
    }

    fn check_state(&self, state: Option<&str>) -> Result<Option<String>, AuthorizeRefusal> {
        let Some(state) = state else {
            let is_empty = self.switches.absent_state == AbsentState::Empty;
            return Ok(is_empty.then(String::new));
        };
        // An empty state is returned empty: the official sample has one (4.3).
        let is_good = state.len() <= 128 && state.bytes().all(|b| b.is_ascii_alphanumeric());
        if is_good || self.switches.bad_state == BadState::Pass {
            Ok(Some(state.to_owned()))
        } else {
            Err(AuthorizeRefusal::State)
        }
    }

    /// Decides what a person meets at a checked link: silence, the consent page, or an error page.
    #[must_use]
    pub fn next_step(
        &self,
        now: Timestamp,
        link: &Authorization,
        person: &Person,
    ) -> AuthorizeStep {
        if let Some(status) = self.status_that_bars(&link.corp_id, person) {
            return AuthorizeStep::CannotSignIn(status);
        }
        if self.must_verify(link, person) {
            return AuthorizeStep::MustVerify;
        }
        let agent = link.agent_id.filter(|_| link.wants_private_info);
        let agent = agent.and_then(|id| self.agent(&link.corp_id, id));
        let (Some(agent), false) = (agent, matches!(person, Person::Linked(_))) else {
            // A linked-enterprise visitor never gets a ticket (6.1): nothing to ask.
            return AuthorizeStep::Silent(CodeScope::Base);
        };
        let corp = self.corps.get(&link.corp_id);
        let visible = person
            .user_id()
            .filter(|user_id| corp.is_some_and(|corp| corp.is_visible(agent, user_id)));
        let Some(user_id) = visible else {
            return AuthorizeStep::NotVisible;
        };
        let key = ConsentKey::new(link.corp_id.clone(), agent.id, user_id);
        match self.find_consent(now, &key) {
            Some(consent) if !consent.is_refused => AuthorizeStep::Silent(CodeScope::PrivateInfo),
            Some(_) if self.switches.refusal_memory == RefusalMemory::Remember => {
                AuthorizeStep::Silent(CodeScope::Base)
            }
            _ => AuthorizeStep::AskConsent(agent.sensitive_fields.iter().copied().collect()),
        }
    }

    /// A member who waits for two-step verification sees no page but the verification's own.
    fn must_verify(&self, link: &Authorization, person: &Person) -> bool {
        let user_id = person.user_id();
        let waits = user_id.is_some_and(|id| self.two_step_of(&link.corp_id, id).is_some());
        let corp = self.corps.get(&link.corp_id).filter(|_| waits);
        let target = corp.and_then(|corp| corp.two_step.as_ref()?.target());
        target.is_some_and(|target| target.domain() != link.redirect_uri.domain())
    }

    /// Where the browser goes when the member refuses: nowhere, when the switch says so.
    #[must_use]
    pub fn refused_location(&self, link: &Authorization) -> Option<String> {
        let goes = self.switches.consent_refusal == ConsentRefusal::Redirect;
        goes.then(|| link.redirect_uri.location(None, link.state.as_deref()))
    }

    /// The status that keeps a member out of the WeCom client, if there is one.
    pub(crate) fn status_that_bars(
        &self,
        corp_id: &CorpId,
        person: &Person,
    ) -> Option<MemberStatus> {
        let Person::Member(user_id) = person else {
            return None;
        };
        let member = self.corps.get(corp_id)?.members.get(user_id);
        let status = member.map_or(MemberStatus::Left, |member| member.status);
        let is_barred = matches!(status, MemberStatus::Disabled | MemberStatus::Left);
        (is_barred && self.switches.disabled_members == DisabledMembers::Refuse).then_some(status)
    }
}
