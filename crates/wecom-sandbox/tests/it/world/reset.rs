//! Beginning again is one step: nobody sees the new state at the old time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use wecom_sandbox::world::PushOrder;
use wecom_sandbox::{Seed, World};
use wecom_sdk::{Entropy, ManualClock};

#[test]
fn nobody_sees_the_new_state_at_the_old_time() {
    let seed = Seed::standard();
    let clock = Arc::new(ManualClock::running());
    let world = World::new(&seed, clock.clone(), Arc::new(Entropy::seeded(7)));
    let year = Duration::from_hours(365 * 24);
    let late = world.now().plus(year);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !is_over.load(Ordering::SeqCst) {
                let (order, now) = world.read(|state, now| (state.switches.push_order, now));
                let (changed, at) = world.change(|state, now| (state.switches.push_order, now));
                for (order, now) in [(order, now), (changed, at)] {
                    assert!(
                        order == PushOrder::Shuffled || now < late,
                        "{order:?} at {now:?}"
                    );
                }
            }
        });
        for _ in 0..500 {
            world.change(|state, _| state.switches.push_order = PushOrder::Shuffled);
            clock.advance(year);
            world.reset(&seed);
            if watcher.is_finished() {
                break;
            }
        }
        is_over.store(true, Ordering::SeqCst);
    });
}
