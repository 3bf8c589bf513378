//! Who hears of which end, and that nothing is left of those who no longer wait.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use menshen_store::{Digest, SubjectId};

use super::Watches;

fn digest(number: u8) -> Digest {
    Digest::from_bytes([number; 32])
}

fn subject(number: u128) -> SubjectId {
    SubjectId(uuid::Uuid::from_u128(number))
}

#[test]
fn s_066_only_who_waits_for_a_session_hears_of_its_end() {
    let watches = Watches::default();
    let mut cx = Context::from_waker(Waker::noop());
    let mut one = pin!(watches.ended(digest(1), subject(1)));
    let mut same = pin!(watches.ended(digest(1), subject(1)));
    let mut second = pin!(watches.ended(digest(2), subject(1)));
    let mut other = pin!(watches.ended(digest(3), subject(2)));
    assert!(one.as_mut().poll(&mut cx).is_pending());
    assert!(same.as_mut().poll(&mut cx).is_pending());
    assert!(second.as_mut().poll(&mut cx).is_pending());
    assert!(other.as_mut().poll(&mut cx).is_pending());

    watches.tell(&digest(1));
    assert!(one.as_mut().poll(&mut cx).is_ready());
    assert!(same.as_mut().poll(&mut cx).is_ready());
    assert!(second.as_mut().poll(&mut cx).is_pending());
    watches.tell_of(&subject(1));
    assert!(second.as_mut().poll(&mut cx).is_ready());
    assert!(other.as_mut().poll(&mut cx).is_pending());
    watches.tell(&digest(9));
    assert!(other.as_mut().poll(&mut cx).is_pending());
}

#[test]
fn nothing_is_kept_for_those_who_have_gone() {
    let watches = Watches::default();
    let mut cx = Context::from_waker(Waker::noop());
    {
        let mut one = pin!(watches.ended(digest(1), subject(1)));
        let mut same = pin!(watches.ended(digest(1), subject(1)));
        assert!(one.as_mut().poll(&mut cx).is_pending());
        assert!(same.as_mut().poll(&mut cx).is_pending());
        assert_eq!(watches.lock().len(), 1);
    }
    assert_eq!(watches.lock().len(), 0);
    {
        // One that was told does not take the place of one that came after.
        let mut told = pin!(watches.ended(digest(1), subject(1)));
        assert!(told.as_mut().poll(&mut cx).is_pending());
        watches.tell(&digest(1));
        let mut later = pin!(watches.ended(digest(1), subject(1)));
        assert!(later.as_mut().poll(&mut cx).is_pending());
        assert!(told.as_mut().poll(&mut cx).is_ready());
        assert_eq!(watches.lock().len(), 1);
    }
    assert_eq!(watches.lock().len(), 0);
}
