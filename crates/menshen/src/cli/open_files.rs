//! How many files and sockets the process may have open.
//!
//! Systems start a process with a soft limit of 1,024 for programs that still use `select(2)`, and a much
//! higher hard one for those that do not. A gate holds two sockets for each connection that it passes on,
//! so it asks for what it is allowed. Out: the limit that holds from then on.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Enough for every connection that a listener takes, twice, and the store.
pub(super) const ENOUGH: u64 = 40_000;

/// Raises the soft limit to [`ENOUGH`], or as near to it as the hard one allows.
pub(super) fn raise() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // Nothing written means no limit.
    let wanted = maximum.map_or(ENOUGH, |maximum| maximum.min(ENOUGH));
    match current {
        Some(now) if now < wanted => {
            let current = Some(wanted);
            match setrlimit(Resource::Nofile, Rlimit { current, maximum }) {
                Ok(()) => wanted,
                Err(_) => now,
            }
        }
        Some(now) => now,
        None => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_lowers_the_limit_and_reaches_what_is_allowed() {
        let before = getrlimit(Resource::Nofile);
        let after = raise();
        assert!(after >= before.current.unwrap_or(u64::MAX));
        assert!(after >= before.maximum.unwrap_or(ENOUGH).min(ENOUGH));
        assert_eq!(
            getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX),
            after
        );
    }
}
