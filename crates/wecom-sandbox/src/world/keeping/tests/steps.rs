//! What can happen in the walk: one method for each kind of thing, with arguments drawn by chance.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{HERE, PEOPLE, PORTAL, Walk, corp, user};
use crate::admin::{Mistakes, agents, departments, members, tags};
use crate::world::{
    Allowed, AuthorizeQuery, AuthorizeStep, Caller, ConsentKey, Credential, DesktopClient, Holder,
    JsTicketKind, Knock, Person, PersonKey, ScanDoor, SensitiveField, State, Switches, TwoStep,
    TwoStepKind, VisibleRange, WebLoginQuery,
};

impl Walk {
    /// Tokens and calls.
    pub(super) fn call(&mut self) {
        let secret = self.pick(&[
            "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA",
            "sandbox-secret-contacts-AAAAAAAAAAAAAAAAAAA",
            "wrong",
        ]);
        let fresh = self.world.draw_code().unwrap();
        let (token, known) = (self.known(), self.known());
        let issued = self.world.change(|state, now| {
            let corp_id = corp();
            let credential = Credential {
                corp_id: corp_id.as_str(),
                secret,
            };
            let issued = state.issue_token(now, credential, HERE, fresh);
            let knock = Knock {
                token: Some(&token),
                address: HERE,
                call: "/cgi-bin/user/get",
                allowed: Allowed::Both,
                is_counted: true,
                is_debug: true,
            };
            let _ = state.admit(now, knock);
            let caller = Caller {
                corp_id: corp_id.clone(),
                holder: Holder::Agent(PORTAL),
            };
            let _ = state.issue_js_ticket(now, &caller, JsTicketKind::Corp, known);
            issued
        });
        if let Ok(issued) = issued {
            self.see(issued.token);
        }
    }

    /// The OAuth link up to its code or its consent page.
    pub(super) fn authorize(&mut self) {
        let scope = self.pick(&["snsapi_base", "snsapi_privateinfo"]);
        let query = format!(
            "appid={}&redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2F&response_type=code\
             &scope={scope}&state=abc&agentid=1000002",
            corp()
        );
        let query = AuthorizeQuery::parse(&query);
        let link = self
            .world
            .read(|state, _| state.check_authorize(&query, true));
        let Ok(link) = link else { return };
        let person = Person::Member(user(self.pick(&PEOPLE)));
        match self
            .world
            .read(|state, now| state.next_step(now, &link, &person))
        {
            AuthorizeStep::Silent(scope) => {
                let location = self.world.authorize(&link, &person, scope).unwrap();
                self.see_code(&location);
            }
            AuthorizeStep::AskConsent(_) => {
                let key = self.world.open_consent_page(&link, &person).unwrap();
                self.see(key);
            }
            _ => {}
        }
    }

    /// Whatever is known is tried as a code, a ticket, a page's key.
    pub(super) fn use_up(&mut self) {
        let (known, fresh) = (self.known(), self.world.draw_code().unwrap());
        let caller = Caller {
            corp_id: corp(),
            holder: Holder::Agent(PORTAL),
        };
        let fields = BTreeSet::from([SensitiveField::Mobile, SensitiveField::Email]);
        match self.below(5) {
            0 => {
                let taken = self.world.change(|state, now| {
                    state.take_code(now, (&corp(), Holder::Agent(PORTAL)), &known, fresh)
                });
                self.seen
                    .extend(taken.ok().and_then(|taken| taken.user_ticket));
            }
            1 => {
                let taken =
                    |state: &mut State, now| state.take_ticket(now, (&corp(), PORTAL), &known);
                let _ = self.world.change(taken);
            }
            2 => {
                if let Ok(location) = self.world.grant_consent_page(&known, &fields).unwrap() {
                    self.see_code(&location);
                }
            }
            3 => {
                let refuse = |state: &mut State, now| state.refuse_consent_page(now, &known);
                let _ = self.world.change(refuse);
            }
            _ => {
                let taken = self
                    .world
                    .change(|state, now| state.take_tfa_code(now, &caller, &known, fresh));
                self.seen.extend(taken.ok().map(|(_, code)| code));
            }
        }
    }

    pub(super) fn scan(&mut self) {
        let query = format!(
            "login_type=CorpApp&appid={}&agentid=1000002&redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2F&state=x",
            corp()
        );
        let query = WebLoginQuery::parse(&query);
        let page = Some("http://127.0.0.1:8080/");
        let person = Person::Member(user(self.pick(&PEOPLE)));
        let known = self.known();
        match self.below(4) {
            0 => {
                let check = |state: &State| state.check_web_login(ScanDoor::WebLogin, &query, page);
                if let Ok(request) = self.world.read(|state, _| check(state)) {
                    let key = self.world.open_scan(request).unwrap();
                    self.see(key);
                }
            }
            1 => {
                let scanned = |state: &mut State, now| state.mark_scanned(now, &known, &person);
                let _ = self.world.change(scanned);
            }
            2 => {
                if let Ok(location) = self.world.confirm_scan(&known, &person).unwrap() {
                    self.see_code(&location);
                }
            }
            _ => {
                let _ = self
                    .world
                    .change(|state, now| state.refuse_scan(now, &known));
            }
        }
    }

    pub(super) fn verify(&mut self) {
        let (who, known) = (user(self.pick(&PEOPLE)), self.known());
        let kind = self.pick(&[TwoStepKind::Login, TwoStepKind::Use]);
        let caller = Caller {
            corp_id: corp(),
            holder: Holder::ContactSync,
        };
        match self.below(4) {
            0 => self.world.change(|state, _| {
                state.corps.get_mut(&corp()).unwrap().two_step = Some(TwoStep {
                    url: "http://127.0.0.1:8080/verify".to_owned(),
                    range: VisibleRange {
                        departments: [wecom_sdk::DepartmentId(1)].into(),
                        ..VisibleRange::default()
                    },
                });
            }),
            1 => {
                if let Ok(location) = self.world.begin_two_step(&corp(), &who, kind).unwrap() {
                    self.see_code(&location);
                }
            }
            2 => {
                let _ = self
                    .world
                    .change(|state, _| state.pass_login(&caller, &who));
            }
            _ => {
                let passed = |state: &mut State, now| state.pass_use(now, &caller, &who, &known);
                let _ = self.world.change(passed);
            }
        }
    }

    /// What an admin does. Much of it is refused, and must then change nothing.
    pub(super) fn administer(&mut self) {
        let (who, other) = (self.pick(&PEOPLE), self.pick(&PEOPLE));
        let number = self.below(3) + 5;
        let drawn = agents::Drawn::new(self.world.entropy()).unwrap();
        let choice = self.below(11);
        self.world.change(|state, now| {
            let none = Mistakes::default;
            let _ = match choice {
                0 => members::create(
                    state,
                    draft(json!({"user_id": who, "name": "N", "departments": [2], "sensitive": {"mobile": "1"}})),
                    none(),
                ),
                1 => members::change(
                    state,
                    draft(json!({"user_id": who, "name": other, "direct_leader": other})),
                    none(),
                ),
                2 => members::change(state, draft(json!({"user_id": who, "rename_to": other})), none()),
                3 => {
                    state.remove_member(&corp(), &user(who));
                    Ok(())
                }
                4 => departments::create(state, draft(json!({"id": number, "name": format!("D{number}")})), none())
                    .map(drop),
                5 => departments::change(state, draft(json!({"id": number, "order": number})), none()),
                6 => departments::remove(state, None, wecom_sdk::DepartmentId(u32::try_from(number).unwrap())),
                7 => tags::create(state, draft(json!({"id": number, "name": who, "members": [other]})), none())
                    .map(drop),
                8 => tags::remove(state, None, wecom_sdk::TagId(u32::try_from(number).unwrap())),
                9 => agents::change(
                    state,
                    now,
                    draft(json!({"agent": 1_000_002, "trusted_ips": ["127.0.0.1"], "name": who})),
                    none(),
                ),
                _ => agents::create(state, now, draft(json!({"name": who})), drawn, none()).map(drop),
            };
        });
    }

    pub(super) fn set(&mut self) {
        let (name, words) = self.pick(Switches::NAMES);
        let (word, who) = (self.pick(words), user(self.pick(&PEOPLE)));
        let choice = self.below(7);
        self.world.change(|state, now| match choice {
            0 => state.lift_bars(),
            1 => state.desktop = DesktopClient::Off,
            2 => {
                state.desktop = DesktopClient::On {
                    corp_id: corp(),
                    person: PersonKey::member(&who),
                };
            }
            3 => {
                let key = ConsentKey::new(corp(), PORTAL, &who);
                state.change_consent(now, &key, BTreeSet::new());
                state.forget_consent(&key);
            }
            4 => {
                state.end_tokens(&corp(), Some(Holder::Agent(PORTAL)));
            }
            5 => state.limits.scan_seconds += 1,
            // These bring refusals for ever, and the walk would stand still.
            _ if name != "frequency" => {
                state.switches.set(name, word);
            }
            _ => {}
        });
    }
}

fn draft<D: serde::de::DeserializeOwned>(fields: Value) -> D {
    serde_json::from_value(fields).unwrap()
}
