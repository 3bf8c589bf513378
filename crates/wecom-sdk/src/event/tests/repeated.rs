//! Nothing passes twice, whatever the load and the clock do.

use super::{CORP, NOW, Sent, at, keys, leaver, receiver};
use crate::event::{Event, Refused, ReplayMemory};

/// A message of its own for every number.
fn send(number: u64, second: i64) -> Sent {
    let mut random = [0; 16];
    random[..8].copy_from_slice(&number.to_be_bytes());
    let encrypt = keys().seal_with(&random, &leaver(), CORP);
    let mut sent = Sent::sealed(&keys(), &encrypt);
    sent.timestamp = second.to_string();
    sent.signature = keys().sign(&sent.timestamp, &sent.nonce, &encrypt);
    sent
}

fn receive(sent: &Sent, second: i64, memory: &mut ReplayMemory) -> Result<Event, Refused> {
    receiver().receive(&sent.query(), sent.envelope.as_bytes(), at(second), memory)
}

#[test]
fn s_108_a_message_passes_once_whatever_its_timestamp_and_nonce_are() {
    let mut memory = ReplayMemory::default();
    let sent = Sent::by(&keys(), &leaver());
    assert!(receive(&sent, NOW, &mut memory).is_ok());
    assert!(receive(&sent, NOW, &mut memory).unwrap_err().is_repeated());
    let mut moved = Sent::by(&keys(), &leaver());
    moved.nonce = "7".to_owned();
    moved.timestamp = (NOW + 1).to_string();
    moved.signature = keys().sign(&moved.timestamp, &moved.nonce, &moved.encrypt);
    assert!(
        receive(&moved, NOW + 1, &mut memory)
            .unwrap_err()
            .is_repeated()
    );
}

/// Two workers may open the same delivery at once; the memory decides between them.
#[test]
fn s_108_of_two_that_are_open_at_once_one_passes() {
    let mut memory = ReplayMemory::default();
    let sent = send(1, NOW);
    let open = || receiver().open(&sent.query(), sent.envelope.as_bytes(), at(NOW));
    let (one, other) = (open().unwrap(), open().unwrap());
    assert!(memory.is_empty(), "opening enters nothing");
    assert!(other.accept(&mut memory).is_ok());
    assert!(one.accept(&mut memory).unwrap_err().is_repeated());
    assert_eq!(memory.len(), 1);
}

#[test]
fn an_event_that_was_given_back_counts_again() {
    let mut memory = ReplayMemory::default();
    let sent = send(1, NOW);
    let event = receive(&sent, NOW, &mut memory).unwrap();
    memory.forget(&event.fingerprint);
    assert!(receive(&sent, NOW + 2, &mut memory).is_ok());
    assert!(receive(&sent, NOW + 4, &mut memory).is_err());
}

#[test]
fn s_108_a_full_memory_lets_new_messages_pass_and_no_old_one_twice() {
    let mut memory = ReplayMemory::holding(10);
    for number in 0..100 {
        let second = NOW + i64::try_from(number).unwrap();
        assert!(
            receive(&send(number, second), second, &mut memory).is_ok(),
            "{number}"
        );
        assert!(memory.len() <= 10);
    }
    for number in 0..100 {
        let second = NOW + i64::try_from(number).unwrap();
        let refused = receive(&send(number, second), NOW + 100, &mut memory).unwrap_err();
        assert!(refused.is_repeated(), "{number}");
    }
}

#[test]
fn what_is_out_of_time_is_not_remembered() {
    let mut memory = ReplayMemory::default();
    assert!(receive(&send(1, NOW), NOW, &mut memory).is_ok());
    assert!(receive(&send(2, NOW + 301), NOW + 301, &mut memory).is_ok());
    assert_eq!(memory.len(), 1);
}

#[test]
fn a_clock_that_jumps_lets_nothing_pass_twice() {
    let mut memory = ReplayMemory::default();
    let first = send(1, NOW);
    assert!(receive(&first, NOW, &mut memory).is_ok());
    assert!(receive(&send(2, NOW + 9000), NOW + 9000, &mut memory).is_ok());
    assert!(
        receive(&first, NOW + 10, &mut memory)
            .unwrap_err()
            .is_repeated()
    );
    assert!(receive(&send(3, NOW + 10), NOW + 10, &mut memory).is_ok());
}

/// Whoever cannot sign cannot fill the memory.
#[test]
fn what_is_refused_is_not_remembered() {
    let mut memory = ReplayMemory::default();
    let mut sent = send(1, NOW);
    sent.signature = "0".repeat(40);
    assert!(receive(&sent, NOW, &mut memory).is_err());
    assert!(memory.is_empty());
}
