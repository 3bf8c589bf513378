//! The first frame of an upstream, whole and in parts.

use super::{Heard, allowed};

/// SETTINGS with these names and values.
fn settings(list: &[(u16, u32)]) -> Vec<u8> {
    let length = u8::try_from(list.len() * 6).unwrap();
    let mut bytes = vec![0, 0, length, 4, 0, 0, 0, 0, 0];
    for (name, value) in list {
        bytes.extend(name.to_be_bytes());
        bytes.extend(value.to_be_bytes());
    }
    bytes
}

#[test]
fn the_number_is_heard_once_the_frame_is_whole() {
    for (list, expected) in [
        (&[][..], usize::MAX),
        (&[(4, 65_535)], usize::MAX),
        (&[(3, 10)], 10),
        (&[(1, 4096), (3, 250), (4, 7)], 250),
        (&[(3, 1), (3, 2)], 2),
        (&[(3, 0)], 0),
    ] {
        let bytes = settings(list);
        for end in 0..bytes.len() {
            assert_eq!(allowed(&bytes[..end]), Heard::Part, "{list:?} {end}");
        }
        let more = [&bytes[..], &[0, 0, 0, 8]].concat();
        assert_eq!(allowed(&more), Heard::Number(expected), "{list:?}");
    }
}

#[test]
fn what_is_not_http2_is_no_number() {
    assert_eq!(allowed(b"HTTP/1.1 400 Bad Request"), Heard::Nonsense);
    // Another frame first.
    assert_eq!(allowed(&[0, 0, 0, 6, 0, 0, 0, 0, 0]), Heard::Nonsense);
}
