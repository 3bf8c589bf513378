//! Many browsers at once, one thread each: the operating system shares out the waiting.
//!
//! In: what each browser does, and how many there are. Out: how many came in, how long it took, and what failed,
//! each kind said once. A failure is a result and is not tried again.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread::Scope;
use std::time::{Duration, Instant};

use super::scene::{Scene, member};
use super::visitor::Visitor;

/// A login needs little of its thread's stack.
const STACK: usize = 128 * 1024;

/// Whoever wants in.
pub(crate) struct Crowd {
    gateway: SocketAddr,
    sandbox: SocketAddr,
}

/// What went wrong, said once for each kind.
#[derive(Default)]
struct Failures {
    count: AtomicU32,
    said: Mutex<Vec<String>>,
}

impl Failures {
    fn note(&self, error: &anyhow::Error) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let error = format!("{error:#}");
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if !said.contains(&error) {
            println!("a login failed: {error}");
            said.push(error);
        }
    }
}

impl Crowd {
    pub(crate) fn new(scene: &Scene) -> Self {
        Self {
            gateway: scene.gateway_address,
            sandbox: scene.sandbox_address,
        }
    }

    /// As many logins as members, all begun in the same moment. Failures and wall time.
    pub(crate) fn all_at_once(&self, count: usize) -> anyhow::Result<(u32, Duration)> {
        let failures = Failures::default();
        let gate = Barrier::new(count + 1);
        let start = std::thread::scope(|scope| {
            for number in 0..count {
                let (gate, failures) = (&gate, &failures);
                let mut visitor = Visitor::of(&member(number), self.gateway, self.sandbox);
                spawn(scope, move || {
                    gate.wait();
                    visitor
                        .sign_in()
                        .unwrap_or_else(|error| failures.note(&error));
                })?;
            }
            gate.wait();
            anyhow::Ok(Instant::now())
        })?;
        Ok((failures.count.into_inner(), start.elapsed()))
    }

    /// As many logins as `workers` browsers manage, one after the other. Done, failed, wall time.
    pub(crate) fn for_a_while(
        &self,
        workers: usize,
        time: Duration,
    ) -> anyhow::Result<(u32, u32, Duration)> {
        let failures = Failures::default();
        let done = AtomicU32::new(0);
        let start = Instant::now();
        std::thread::scope(|scope| {
            for number in 0..workers {
                let (done, failures) = (&done, &failures);
                let mut visitor = Visitor::of(&member(number), self.gateway, self.sandbox);
                spawn(scope, move || {
                    while start.elapsed() < time {
                        match visitor.sign_in() {
                            Ok(()) => _ = done.fetch_add(1, Ordering::Relaxed),
                            Err(error) => failures.note(&error),
                        }
                    }
                })?;
            }
            anyhow::Ok(())
        })?;
        Ok((
            done.into_inner(),
            failures.count.into_inner(),
            start.elapsed(),
        ))
    }
}

fn spawn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() + Send + 'scope,
) -> std::io::Result<()> {
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn_scoped(scope, work)?;
    Ok(())
}
