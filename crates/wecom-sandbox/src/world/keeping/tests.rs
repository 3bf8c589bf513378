//! What is written change by change is what there is: a long walk through everything that can happen, and
//! after each step the disk is compared with the world, and the world with one that was read from it.

mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use wecom_sdk::{AgentId, CorpId, Entropy, ManualClock, Timestamp, UserId};

use crate::keep::{Batch, Things};
use crate::seed::Seed;
use crate::world::{State, World};

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
