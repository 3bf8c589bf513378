//! All parts of a sandbox in its state file: the world, the faults, the clock's distance, the seed.
//!
//! In: the parts. Out: before an answer leaves, what has changed in them lies on the disk; at the start, the
//! parts as they were. The journal, calls under way and pushes that wait are not kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::keep::{Batch, Keeper, Lost, Things, Unreadable};
use crate::room::Room;
use crate::script::{self, Script};
use crate::seed::Seed;
use crate::world::State;

/// The way to the state file. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    keeper: Keeper,
    last: Arc<Mutex<Last>>,
}

/// What was written last of the parts besides the world.
#[derive(Debug, Default)]
struct Last {
    clock: i64,
    seed: Option<Arc<Seed>>,
    script: script::Written,
}

impl Memory {
    pub(crate) fn new(keeper: Keeper) -> Self {
        Self {
            keeper,
            last: Arc::default(),
        }
    }

    pub(crate) fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// Writes what has changed and waits until it lies on the disk. It blocks.
    pub(crate) fn settle(&self, room: &Room) -> Result<(), Lost> {
        self.keeper
            .settle(|batch, is_whole| self.write(room, batch, is_whole))
    }

    fn write(&self, room: &Room, batch: &mut Batch, is_whole: bool) {
        // The world first: it may say that everything is written anew.
        room.world.write(batch, is_whole);
        let mut last = self.last();
        let clock = room.world.clock().offset_millis().unwrap_or(0);
        if batch.is_whole() || clock != last.clock {
            batch.put("clock", &(), &clock);
            last.clock = clock;
        }
        let seed = room.seed();
        let is_same = last
            .seed
            .as_ref()
            .is_some_and(|last| Arc::ptr_eq(last, &seed));
        if batch.is_whole() || !is_same {
            batch.put("seed", &(), &seed.to_toml(room.world.now()));
            last.seed = Some(seed);
        }
        room.script.write(batch, &mut last.script);
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    /// Waits until everything that an answer may speak of is kept, where it is kept at all.
    pub(crate) async fn settled(&self) -> Result<(), Lost> {
        let Some(memory) = self.memory.clone() else {
            return Ok(());
        };
        let room = self.clone();
        let settled = tokio::task::spawn_blocking(move || memory.settle(&room)).await;
        settled.unwrap_or_else(|error| Err(Lost::new(&error)))
    }
}

/// The parts as they were.
pub(crate) struct Restored {
    pub(crate) state: State,
    pub(crate) script: Script,
    /// How far the clock had been moved.
    pub(crate) clock: i64,
    /// The text of the seed that a reset goes back to.
    seed: String,
}

impl Restored {
    pub(crate) fn read(things: &mut Things<'_>) -> Result<Self, Unreadable> {
        let script = Script::default();
        script.restore(things)?;
        Ok(Self {
            state: State::restore(things)?,
            script,
            clock: things.one("clock")?,
            seed: things.one("seed")?,
        })
    }

    /// The seed that a reset goes back to.
    pub(crate) fn seed(&self) -> Result<Seed, Unreadable> {
        let seed = Seed::parse(&self.seed);
        seed.map_err(|mistakes| Unreadable(format!("a seed with mistakes: {mistakes}")))
    }
}
