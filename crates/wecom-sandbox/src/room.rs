//! What every room of the sandbox shares, and how a room says which paths it answers.
//!
//! In: the parts of the sandbox. Out: one state for the router, and [`Place`]s. A place is a value,
//! so that the router and the test that reads `FIDELITY.md` walk the same table.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRef;
use axum::routing::MethodRouter;
use tokio_util::sync::CancellationToken;

use crate::cgi_bin::crowd::Crowd;
use crate::journal::Journal;
use crate::memory::Memory;
use crate::script::Script;
use crate::seed::{Seed, SeedMistakes};
use crate::trust::Trust;
use crate::world::World;

/// The parts that rooms work with. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) world: World,
    pub(crate) journal: Journal,
    pub(crate) script: Script,
    /// Ends when the sandbox stops: whoever waits for news must not hold it up.
    pub(crate) ending: CancellationToken,
    /// Whom it believes when it asks others over TLS.
    pub(crate) trust: Trust,
    pub(crate) crowd: Crowd,
    /// Whether pushes may leave this machine.
    pub(crate) is_far_allowed: bool,
    /// Where everything is kept, if it is.
    pub(crate) memory: Option<Memory>,
    seed: Arc<Mutex<Arc<Seed>>>,
}

impl Room {
    pub(crate) fn new(world: World, seed: Seed, ending: CancellationToken) -> Self {
        Self {
            world,
            journal: Journal::default(),
            script: Script::default(),
            ending,
            trust: Trust::default(),
            crowd: Crowd::default(),
            is_far_allowed: false,
            memory: None,
            seed: Arc::new(Mutex::new(Arc::new(seed))),
        }
    }

    /// The seed in use.
    pub(crate) fn seed(&self) -> Arc<Seed> {
        let seed = self.seed.lock();
        seed.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another seed in the place of the one in use and begins again from it.
    pub(crate) fn replace_seed(&self, text: &str) -> Result<(), SeedMistakes> {
        let seed = Arc::new(Seed::parse(text)?);
        *self.seed.lock().unwrap_or_else(PoisonError::into_inner) = seed;
        self.reset();
        Ok(())
    }

    /// Begins again: seed, clock, journal and script as at the start.
    pub(crate) fn reset(&self) {
        self.world.reset(&self.seed());
        self.journal.clear();
        self.script.clear();
    }
}

impl FromRef<Room> for World {
    fn from_ref(room: &Room) -> Self {
        room.world.clone()
    }
}

/// One path and what answers it.
pub(crate) struct Place {
    pub(crate) path: &'static str,
    pub(crate) answers: MethodRouter<Room>,
}

impl Place {
    pub(crate) fn new(path: &'static str, answers: MethodRouter<Room>) -> Self {
        Self { path, answers }
    }
}

/// The address a request came from; in the extensions of every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// In the extensions of every request that came over TLS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Secure;

/// In the extensions of a page: the rule that decided, for the journal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule(pub(crate) &'static str);

/// In the extensions of an answer that must not be sent: the connection is dropped instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lost;
