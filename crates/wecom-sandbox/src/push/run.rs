//! The order in which events leave: one after the other to each corp, and the corps beside each other.
//!
//! In: the world's outbox. Out: deliveries. An address that does not answer holds up the events of its own
//! corp and nobody else's. Everything ends with the sandbox; what waits then is lost, as at WeCom.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tokio::task::JoinSet;
use wecom_sdk::CorpId;

use super::deliver;
use crate::room::Room;
use crate::world::{Event, PushOrder, PushRepeat};

/// Events of one corp beyond these are dropped, the oldest first: its address does not take them.
const MOST: usize = 10_000;

/// Pushes what the world has to tell, until the sandbox ends.
pub(crate) async fn run(room: Room) {
    let mut lanes = Lanes::default();
    loop {
        tokio::select! {
            () = room.ending.cancelled() => return,
            () = room.world.until_news() => lanes.take_in(news(&room)),
            Some(done) = lanes.under_way.join_next() => lanes.free(done.ok()),
        }
        lanes.set_off(&room);
    }
}

/// What the world has to tell, in the order in which it leaves.
fn news(room: &Room) -> Vec<Event> {
    let mut events = room.world.take_outbox();
    let order = room.world.read(|state, _| state.switches.push_order);
    if order == PushOrder::Shuffled {
        for at in (1..events.len()).rev() {
            let bound = u64::try_from(at + 1).unwrap_or(1);
            let other = room.world.entropy().below(bound).unwrap_or_default();
            events.swap(at, usize::try_from(other).unwrap_or(0));
        }
    }
    events
}

/// What waits, by corp. Dropped, it ends every delivery.
#[derive(Default)]
struct Lanes {
    waiting: BTreeMap<CorpId, VecDeque<Event>>,
    busy: BTreeSet<CorpId>,
    under_way: JoinSet<CorpId>,
}

impl Lanes {
    fn take_in(&mut self, events: Vec<Event>) {
        for event in events {
            let lane = self.waiting.entry(event.corp_id.clone()).or_default();
            if lane.len() >= MOST {
                lane.pop_front();
            }
            lane.push_back(event);
        }
    }

    /// After a delivery. One that panicked does not say whose it was: then every lane goes on.
    fn free(&mut self, done: Option<CorpId>) {
        match done {
            Some(corp_id) => {
                self.busy.remove(&corp_id);
            }
            None => self.busy.clear(),
        }
    }

    /// Sends the next event of every corp that has one and is not busy.
    fn set_off(&mut self, room: &Room) {
        for (corp_id, lane) in &mut self.waiting {
            if self.busy.contains(corp_id) {
                continue;
            }
            let Some(event) = lane.pop_front() else {
                continue;
            };
            self.busy.insert(corp_id.clone());
            self.under_way.spawn(push(room.clone(), event));
        }
        self.waiting.retain(|_, lane| !lane.is_empty());
    }
}

async fn push(room: Room, event: Event) -> CorpId {
    let repeat = room.world.read(|state, _| state.switches.push_repeat);
    let times = if repeat == PushRepeat::Twice { 2 } else { 1 };
    for _ in 0..times {
        let to = (&event.corp_id, None);
        let _taken = deliver(&room, to, &event.what, &event.xml).await;
    }
    event.corp_id
}
