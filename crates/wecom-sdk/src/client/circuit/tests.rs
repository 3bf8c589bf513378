//! When a call rests.

use std::time::Duration;

use super::Circuits;
use crate::clock::Timestamp;

const START: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn after(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

#[test]
fn s_198_a_limit_rests_the_call_for_a_minute_and_no_other() {
    for errcode in [45009, 45033] {
        let circuits = Circuits::default();
        circuits.note("user/get", errcode, START);
        assert_eq!(circuits.check("user/get", after(59)), Err(errcode));
        assert_eq!(circuits.check("gettoken", after(1)), Ok(()));
        assert_eq!(circuits.check("user/get", after(60)), Ok(()));
    }
}

#[test]
fn s_198_one_probe_goes_out_and_closes_the_circuit() {
    let circuits = Circuits::default();
    circuits.note("user/get", 45009, START);
    assert_eq!(circuits.check("user/get", after(60)), Ok(()));
    assert_eq!(circuits.check("user/get", after(61)), Err(45009));
    circuits.note("user/get", 0, after(61));
    assert_eq!(circuits.check("user/get", after(61)), Ok(()));
    assert_eq!(circuits.check("user/get", after(61)), Ok(()));
}

#[test]
fn s_198_the_rest_doubles_up_to_an_hour() {
    let circuits = Circuits::default();
    let mut now = 0;
    for rest in [60, 120, 240, 480, 960, 1920, 3600, 3600] {
        circuits.note("user/get", 45009, after(now));
        assert_eq!(
            circuits.check("user/get", after(now + rest - 1)),
            Err(45009)
        );
        now += rest;
        assert_eq!(circuits.check("user/get", after(now)), Ok(()));
    }
}

#[test]
fn s_198_a_lost_probe_is_followed_by_another() {
    let circuits = Circuits::default();
    circuits.note("user/get", 45009, START);
    assert_eq!(circuits.check("user/get", after(60)), Ok(()));
    assert_eq!(circuits.check("user/get", after(69)), Err(45009));
    assert_eq!(circuits.check("user/get", after(70)), Ok(()));
}

#[test]
fn s_198_calls_under_way_neither_close_nor_lengthen_the_rest() {
    let circuits = Circuits::default();
    circuits.note("user/get", 45009, START);
    circuits.note("user/get", 0, after(1));
    circuits.note("user/get", 45009, after(2));
    assert_eq!(circuits.check("user/get", after(59)), Err(45009));
    assert_eq!(circuits.check("user/get", after(60)), Ok(()));
}
