//! A sandbox on a free port, a clock that stands still, and short words for what tests do.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use wecom_sandbox::world::{
    Agent, Authorization, AuthorizeQuery, AuthorizeStep, Person, PersonKey, SensitiveField, State,
    TwoStep, VisibleRange,
};
use wecom_sandbox::{Sandbox, SandboxBuilder, Seed, World};
use wecom_sdk::{AgentId, CorpId, DepartmentId, Entropy, ManualClock, Timestamp};

use crate::client::{Answer, request, send};

pub(crate) const CORP: &str = "ww5f1e2d3c4b5a6978";
pub(crate) const PORTAL: u32 = 1_000_002;
pub(crate) const EXPENSES: u32 = 1_000_003;
pub(crate) const SYNC_SECRET: &str = "sandbox-secret-contacts-AAAAAAAAAAAAAAAAAAA";

pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Arc<ManualClock>,
}

impl Stage {
    pub(crate) async fn start() -> Self {
        Self::with(|_| ()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Seed)) -> Self {
        Self::built(change, |builder| builder).await
    }

    pub(crate) async fn built(
        change: impl FnOnce(&mut Seed),
        build: impl FnOnce(SandboxBuilder) -> SandboxBuilder,
    ) -> Self {
        let mut seed = Seed::standard();
        change(&mut seed);
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_700_000_000)));
        let builder = Sandbox::builder().seed(seed).clock(clock.clone());
        let entropy = Arc::new(Entropy::seeded(7));
        let sandbox = build(builder.entropy(entropy)).start().await.unwrap();
        Self { sandbox, clock }
    }

    pub(crate) async fn start_with(seed: Seed) -> Self {
        Self::with(|standard| *standard = seed).await
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.sandbox.addr()
    }

    pub(crate) fn world(&self) -> &World {
        self.sandbox.world()
    }

    /// The rules that decided the steps of one page, oldest first.
    pub(crate) fn rules(&self, path: &str) -> Vec<String> {
        let entries = self.sandbox.journal().of_path(path);
        entries.into_iter().map(|entry| entry.rule).collect()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = request("GET", path, "");
        send(self.sandbox.addr(), request).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        let request = request("POST", path, body);
        send(self.sandbox.addr(), request).await.unwrap()
    }

    pub(crate) async fn token_of(&self, secret: &str) -> String {
        let path = format!("/cgi-bin/gettoken?corpid={CORP}&corpsecret={secret}");
        let answer = self.get(&path).await.json();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn token(&self, agent: u32) -> String {
        self.token_of(&secret(agent)).await
    }

    /// A call with the portal's token.
    pub(crate) async fn call(&self, path: &str, query: &str) -> Value {
        let token = self.token(PORTAL).await;
        let path = format!("/cgi-bin/{path}?access_token={token}&{query}");
        self.get(&path).await.json()
    }

    pub(crate) fn person(&self, key: &str) -> Person {
        let key = PersonKey::new(key);
        let person = |state: &State| state.corps[&corp()].person(&key);
        self.sandbox.world().read(|state, _| person(state)).unwrap()
    }

    pub(crate) fn change_agent(&self, agent: u32, change: impl FnOnce(&mut Agent)) {
        self.sandbox.world().change(|state, _| {
            change(state.agent_mut(&corp(), AgentId(agent)).unwrap());
        });
    }

    pub(crate) fn link(&self, query: &str) -> Authorization {
        let query = AuthorizeQuery::parse(query);
        let check = |state: &State| state.check_authorize(&query, true);
        self.sandbox.world().read(|state, _| check(state)).unwrap()
    }

    /// A code of a person, as the browser would carry it back; consent is given to everything
    /// where it is asked for.
    pub(crate) fn code(&self, agent: u32, scope: &str, person: &str) -> String {
        self.code_with(agent, scope, person, &SensitiveField::ALL)
    }

    pub(crate) fn code_with(
        &self,
        agent: u32,
        scope: &str,
        person: &str,
        fields: &[SensitiveField],
    ) -> String {
        let world = self.sandbox.world();
        let link = self.link(&link_of(agent, scope));
        let person = self.person(person);
        let location = match world.read(|state, now| state.next_step(now, &link, &person)) {
            AuthorizeStep::Silent(scope) => world.authorize(&link, &person, scope).unwrap(),
            AuthorizeStep::AskConsent(_) => {
                let key = world.open_consent_page(&link, &person).unwrap();
                let fields = fields.iter().copied().collect::<BTreeSet<_>>();
                world.grant_consent_page(&key, &fields).unwrap().unwrap()
            }
            step => unreachable!("{step:?}"),
        };
        parameter(&location, "code").unwrap()
    }

    /// Sets two-step verification for everybody of a department.
    pub(crate) fn set_two_step(&self, url: &str, department: u32) {
        let set = TwoStep {
            url: url.to_owned(),
            range: VisibleRange {
                departments: [DepartmentId(department)].into(),
                ..VisibleRange::default()
            },
        };
        self.world().change(|state, _| {
            state.corps.get_mut(&corp()).unwrap().two_step = Some(set);
        });
    }

    /// A call with the portal's token and a body.
    pub(crate) async fn send(&self, path: &str, body: &Value) -> Value {
        let token = self.token(PORTAL).await;
        let path = format!("/cgi-bin/{path}?access_token={token}");
        self.post(&path, &body.to_string()).await.json()
    }

    pub(crate) async fn tfa_info(&self, code: &str) -> Value {
        let body = serde_json::json!({ "code": code });
        self.send("auth/get_tfa_info", &body).await
    }

    pub(crate) async fn pass_use(&self, user_id: &str, tfa_code: &str) -> Value {
        let body = serde_json::json!({ "userid": user_id, "tfa_code": tfa_code });
        self.send("user/tfa_succ", &body).await
    }

    /// Exchanges a code with the portal's token.
    pub(crate) async fn exchange(&self, code: &str) -> Value {
        self.call("auth/getuserinfo", &format!("code={code}")).await
    }
}

pub(crate) fn corp() -> CorpId {
    CorpId::parse(CORP).unwrap()
}

pub(crate) fn secret(agent: u32) -> String {
    format!("sandbox-secret-{agent}-AAAAAAAAAAAAAAAAAAAA")
}

/// The query of an OAuth link of one of the two agents.
pub(crate) fn link_of(agent: u32, scope: &str) -> String {
    let port = if agent == PORTAL { 8080 } else { 8090 };
    format!(
        "appid={CORP}&redirect_uri=http%3A%2F%2F127.0.0.1%3A{port}%2Fcallback&response_type=code\
         &scope={scope}&state=abc123&agentid={agent}"
    )
}

/// A parameter of an address's query.
pub(crate) fn parameter(address: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(address).unwrap();
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(key, _)| key == name)?;
    Some(found.1.into_owned())
}
