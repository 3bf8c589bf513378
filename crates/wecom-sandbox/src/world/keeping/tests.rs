//! What is written change by change is what there is: a long walk through everything that can happen, and
//! after each step the disk is compared with the world, and the world with one that was read from it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use wecom_sdk::{AgentId, CorpId, Entropy, ManualClock, Timestamp, UserId};

use crate::admin::{Mistakes, agents, departments, members, tags};
use crate::keep::{Batch, Things};
use crate::seed::Seed;
use crate::world::{
    Allowed, AuthorizeQuery, AuthorizeStep, Caller, ConsentKey, Credential, DesktopClient, Holder,
    JsTicketKind, Knock, Person, PersonKey, ScanDoor, SensitiveField, State, Switches, TwoStep,
    TwoStepKind, VisibleRange, WebLoginQuery, World,
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PORTAL: AgentId = AgentId(1_000_002);
const PEOPLE: [&str; 5] = ["zhangsan", "lisi", "wangwu", "sunqi", "new1"];

/// Rows by kind and key.
type Disk = BTreeMap<String, String>;

struct Walk {
    world: World,
    clock: Arc<ManualClock>,
    dice: Entropy,
    disk: Disk,
    /// Codes, tickets, keys of pages: whatever a step may meet again.
    seen: Vec<String>,
}

impl Walk {
    fn new(number: u64) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_700_000_000)));
        let entropy = Arc::new(Entropy::seeded(number));
        let world = World::new(&Seed::standard(), clock.clone(), entropy);
        world.keep();
        let mut walk = Self {
            world,
            clock,
            dice: Entropy::seeded(number + 1000),
            disk: Disk::new(),
            seen: vec!["unknown".to_owned()],
        };
        walk.write(false);
        walk
    }

    fn below(&self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap();
        usize::try_from(self.dice.below(bound).unwrap()).unwrap()
    }

    fn pick<T: Clone>(&self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Mostly one of the newest: the others are used up.
    fn known(&self) -> String {
        let newest = self.seen.len().saturating_sub(4);
        self.pick(&self.seen[newest..])
    }

    fn see(&mut self, value: String) {
        self.seen.push(value);
    }

    /// What a browser would have in its address.
    fn see_code(&mut self, location: &str) {
        let url = url::Url::parse(location).unwrap();
        let code = url.query_pairs().find(|(name, _)| name == "code");
        let code = code.map(|(_, code)| code.into_owned());
        self.seen.extend(code);
    }

    fn write(&mut self, is_whole: bool) -> bool {
        let mut batch = Batch::default();
        self.world.write(&mut batch, is_whole);
        let was_whole = batch.is_whole();
        if was_whole {
            self.disk.clear();
        }
        let rows = batch.finish().unwrap();
        for row in serde_json::from_slice::<Vec<Vec<Value>>>(&rows).unwrap() {
            let name = format!("{} {}", row[0], row[1]);
            match row.get(2) {
                Some(value) => self.disk.insert(name, value.to_string()),
                None => self.disk.remove(&name),
            };
        }
        was_whole
    }

    /// The disk says what the world says; a world read from the disk says it too.
    fn check(&mut self) {
        self.write(false);
        let written = self.disk.clone();
        let rows = self.rows();
        let mut things = Things::default();
        things.add(&rows).unwrap();
        let restored = State::restore(&mut things).unwrap();
        things.finish().unwrap();
        self.write(true);
        same(&written, &self.disk);
        let again = World::of(restored, self.clock.clone(), self.world.entropy().clone());
        let mut other = Self {
            world: again,
            clock: self.clock.clone(),
            dice: Entropy::seeded(0),
            disk: Disk::new(),
            seen: Vec::new(),
        };
        assert!(other.write(false), "the first writing is everything");
        same(&written, &other.disk);
    }

    fn rows(&self) -> String {
        let rows = self.disk.iter().map(|(name, value)| {
            let (kind, key) = name.split_once(' ').unwrap();
            format!("[{kind},{key},{value}]")
        });
        format!("[{}]", rows.collect::<Vec<_>>().join(","))
    }
}

fn same(one: &Disk, other: &Disk) {
    for (name, value) in one {
        assert_eq!(Some(value), other.get(name), "{name}");
    }
    for name in other.keys() {
        assert!(one.contains_key(name), "{name} is not on the disk");
    }
}

fn corp() -> CorpId {
    CorpId::parse("ww5f1e2d3c4b5a6978").unwrap()
}

fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

impl Walk {
    /// Tokens and calls.
    fn call(&mut self) {
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
    fn authorize(&mut self) {
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
    fn use_up(&mut self) {
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

    fn scan(&mut self) {
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

    fn verify(&mut self) {
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
    fn administer(&mut self) {
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

    fn set(&mut self) {
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

#[test]
fn every_change_is_written_and_read_again_as_it_was() {
    for number in 0..3 {
        let mut walk = Walk::new(number);
        for step in 0..120 {
            match walk.below(20) {
                0..=3 => walk.call(),
                4..=7 => walk.authorize(),
                8..=11 => walk.use_up(),
                12..=13 => walk.scan(),
                14 => walk.verify(),
                15..=16 => walk.administer(),
                17 => walk.set(),
                18 => walk.clock.advance(Duration::from_secs(200)),
                _ if step % 97 == 0 => walk.world.reset(&Seed::standard()),
                _ => walk.clock.advance(Duration::from_hours(26)),
            }
            // Not after each step: changes of several come together, too.
            if walk.below(5) == 0 {
                walk.check();
            } else if walk.below(2) == 0 {
                walk.write(false);
            }
        }
        walk.check();
        let kinds: BTreeSet<_> = walk
            .disk
            .keys()
            .filter_map(|name| name.split(' ').next())
            .collect();
        assert!(kinds.len() > 10, "the walk met too little: {kinds:?}");
    }
}

/// A corp that comes or goes makes everything be written anew: nobody has watched its members.
#[test]
fn a_corp_that_comes_or_goes_is_written_with_all_its_members() {
    let mut walk = Walk::new(9);
    let (other, mut copy) = walk.world.read(|state, _| {
        let corp = state.corps[&corp()].clone();
        (CorpId::parse("ww0000000000000001").unwrap(), corp)
    });
    copy.id = other.clone();
    copy.members = crate::world::Members::default();
    walk.world
        .change(|state, _| state.corps.insert(other.clone(), copy));
    assert!(walk.write(false));
    walk.check();
    walk.world.change(|state, _| state.corps.remove(&other));
    assert!(walk.write(false));
    walk.check();
    assert!(
        !walk
            .disk
            .keys()
            .any(|name| name.contains("ww0000000000000001"))
    );
}

/// A call that changes nothing but its counters writes nothing but its counters.
#[test]
fn a_call_writes_little() {
    let mut walk = Walk::new(3);
    walk.call();
    walk.write(false);
    walk.call();
    let mut batch = Batch::default();
    walk.world.write(&mut batch, false);
    let rows = String::from_utf8(batch.finish().unwrap()).unwrap();
    assert!(
        !rows.contains("\"member\"") && !rows.contains("\"agent\""),
        "{rows}"
    );
    let mut nothing = Batch::default();
    walk.world.write(&mut nothing, false);
    assert!(nothing.is_empty());
}
