use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::time::advance;

use super::{A_SECOND, AT_ONCE, Calm, Frames};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const PING: u8 = 6;

fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[0, 0, length, kind, 0, 0, 0, 0, 0], payload].concat()
}

/// What is counted, however the bytes are cut into pieces.
fn check(sent: &[Vec<u8>], expected: u64) {
    let bytes = [PREFACE, &sent.concat()].concat();
    for length in 1..=bytes.len() {
        let mut frames = Frames::default();
        let counted: u64 = bytes.chunks(length).map(|piece| frames.count(piece)).sum();
        assert_eq!(counted, expected, "in pieces of {length}");
    }
}

#[test]
fn only_what_asks_for_nothing_is_counted() {
    let settings = frame(4, b"");
    let ping = frame(PING, b"12345678");
    let priority = frame(2, b"12345");
    let unknown = frame(0xfa, &[6; 64]);
    check(&[settings, ping, priority, unknown], 4);
    let others = [0, 1, 3, 5, 7, 8, 9].map(|kind| frame(kind, &[PING; 40]));
    check(&others, 0);
    check(&[frame(0, &[4; 200]), frame(PING, b"12345678")], 1);
}

#[tokio::test(start_paused = true)]
async fn s_058_what_is_used_up_comes_back_with_time() {
    let mut calm = Calm::new(tokio::io::empty());
    assert!(calm.spend(AT_ONCE) && !calm.spend(1));
    advance(Duration::from_millis(999)).await;
    assert!(!calm.spend(1));
    advance(Duration::from_secs(2)).await;
    assert!(calm.spend(2 * A_SECOND) && !calm.spend(1));
    advance(Duration::from_hours(1)).await;
    assert!(!calm.spend(AT_ONCE + 1), "never more than at first");
    assert!(calm.spend(AT_ONCE));
}

#[tokio::test]
async fn s_058_a_flood_of_pings_is_an_error_and_no_byte_of_others_is_lost() {
    let at_once = usize::try_from(AT_ONCE).unwrap();
    let pings = frame(PING, b"12345678").repeat(at_once);
    let bytes = [PREFACE, &pings].concat();
    let mut read = Vec::new();
    let mut calm = Calm::new(&bytes[..]);
    calm.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, bytes);
    let bytes = [&bytes, &pings[..17]].concat();
    let mut calm = Calm::new(&bytes[..]);
    assert!(calm.read_to_end(&mut read).await.is_err());
}
