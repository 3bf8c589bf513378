//! People: who holds a browser, what they do, and what happens to them in the directory.
//!
//! In: names of the sandbox's seed. Out: browsers that stand where a test begins. What happens to people
//! happens at WeCom, in the sandbox; nothing is ever told to the gateway directly.

use http::Method;
use url::Url;
use wecom_sandbox::world::{Agent, Corp, Member, Person, PersonKey, State};
use wecom_sdk::{AgentId, CorpId, UserId};

use super::setup::{CORP, OTHER_CORP};
use super::{Stage, WECOM};
use crate::browser::{Answer, Browser, Device, Errand};

/// The cookie by which the sandbox knows who holds a browser.
const PERSON: &str = "wecom_sandbox_person";

impl Stage {
    /// A browser in the hand of somebody whom WeCom knows: `member:zhangsan`, `stranger:…`.
    pub fn browser_of(&self, device: Device, person: &str) -> Browser {
        let mut browser = self.browser(device);
        let value: String = form_urlencoded::byte_serialize(person.as_bytes()).collect();
        for host in WECOM {
            let host = Url::parse(host).unwrap();
            browser.jar().plant(&host, PERSON, &value);
        }
        browser
    }

    /// A member's phone, inside the WeCom client.
    pub fn member(&self, user_id: &str) -> Browser {
        self.browser_of(Device::WeComPhone, &format!("member:{user_id}"))
    }

    /// The address where a login begins.
    pub fn login(&self) -> String {
        self.address("/_menshen/login")
    }

    /// Who is signed in with this browser; nobody: `None`. Leaves no trail.
    pub async fn who(&self, browser: &Browser) -> Option<serde_json::Value> {
        let answer = self.me(browser).await;
        match answer.status.as_u16() {
            200 => Some(answer.json()),
            401 => None,
            other => panic!("/_menshen/me answered {other}: {}", answer.body),
        }
    }

    /// What `/_menshen/me` answers to this browser. Leaves no trail.
    pub async fn me(&self, browser: &Browser) -> Answer {
        let mut tab = browser.clone();
        let home = self.address("/");
        tab.stand_on(&home);
        tab.fetch(Method::GET, &self.address("/_menshen/me"), &[])
            .await
    }

    /// A member who is signed in.
    pub async fn signed_in(&self, user_id: &str) -> Browser {
        let mut browser = self.member(user_id);
        browser.visit(&self.login()).await;
        assert_eq!(browser.page().status, 200, "{}", browser.text());
        let who = self.who(&browser).await.expect("nobody is signed in");
        assert_eq!(who["preferred_username"], user_id);
        browser.take_trail();
        browser
    }

    /// A browser that stands before the callback: WeCom has issued a code, and the next hop would
    /// bring it.
    pub async fn before_callback(&self, user_id: &str) -> Browser {
        let mut browser = self.member(user_id);
        self.go_before_callback(&mut browser).await;
        browser
    }

    /// A browser that stands before the callback and stays there, and the callback it has not made.
    pub async fn with_callback(&self, user_id: &str) -> (Browser, Errand) {
        let mut browser = self.before_callback(user_id).await;
        let callback = browser.stop().unwrap();
        (browser, callback)
    }

    /// The same with a browser that is there already.
    pub async fn go_before_callback(&self, browser: &mut Browser) {
        browser.open(&self.login()).await;
        browser.follow().await;
        let next = browser
            .next_address()
            .expect("WeCom sends the browser back");
        assert!(next.path().starts_with("/_menshen/callback/"), "{next}");
    }

    /// Changes WeCom's side.
    pub fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        self.sandbox.world().change(|state, _| change(state))
    }

    /// Changes the first corp.
    pub fn change_corp<R>(&self, change: impl FnOnce(&mut Corp) -> R) -> R {
        self.change(|state| {
            let id = CorpId::parse(CORP).unwrap();
            change(state.corps.get_mut(&id).unwrap())
        })
    }

    /// Changes a member of the first corp.
    pub fn change_member(&self, user_id: &str, change: impl FnOnce(&mut Member)) {
        let user_id = UserId::parse(user_id).unwrap();
        self.change_corp(|corp| change(corp.members.get_mut(&user_id).unwrap()));
    }

    /// Changes an agent of the first corp.
    pub fn change_agent(&self, agent_id: u32, change: impl FnOnce(&mut Agent)) {
        self.change_corp(|corp| change(corp.agents.get_mut(&AgentId(agent_id)).unwrap()));
    }

    /// Changes the agent of the second corp.
    pub fn change_other_agent(&self, change: impl FnOnce(&mut Agent)) {
        self.change(|state| {
            let id = CorpId::parse(OTHER_CORP).unwrap();
            let agent = state.agent_mut(&id, AgentId(1_000_002));
            change(agent.unwrap());
        });
    }

    /// Ends every access token of the first corp early.
    pub fn end_tokens(&self) -> usize {
        let id = CorpId::parse(CORP).unwrap();
        self.change(|state| state.end_tokens(&id, None))
    }

    /// Confirms the newest waiting scan, as a member with a phone would.
    pub fn confirm_scan(&self, person: &str) {
        let id = CorpId::parse(CORP).unwrap();
        let world = self.sandbox.world();
        let (key, person) = world.read(|state, now| {
            let key = state.newest_scan(now).expect("no scan is waiting");
            let person: Option<Person> = state.corps[&id].person(&PersonKey::new(person));
            (key, person.expect("no such person"))
        });
        world.confirm_scan(&key, &person).unwrap().unwrap();
    }
}
