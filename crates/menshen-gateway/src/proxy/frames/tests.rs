use proptest::prelude::*;

use super::Frames;

/// A whole frame with a body of this length.
fn frame(length: usize, is_masked: bool) -> Vec<u8> {
    let mask = if is_masked { 0x80 } else { 0 };
    let mut bytes = vec![0x82];
    match length {
        0..126 => bytes.push(mask | u8::try_from(length).unwrap()),
        126..65_536 => {
            bytes.push(mask | 0x7e);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        _ => {
            bytes.push(mask | 0x7f);
            bytes.extend(u64::try_from(length).unwrap().to_be_bytes());
        }
    }
    bytes.extend(vec![7; if is_masked { 4 } else { 0 }]);
    bytes.extend(vec![0xff; length]);
    bytes
}

#[test]
fn every_length_ends_where_it_ends() {
    for length in [0, 1, 125, 126, 127, 65_535, 65_536, 70_000] {
        for is_masked in [false, true] {
            let whole = frame(length, is_masked);
            let mut frames = Frames::default();
            let (last, before) = whole.split_last().unwrap();
            frames.pass(before);
            assert!(!frames.is_between(), "{length} {is_masked}");
            let ahead = [&[*last][..], &[0x81, 3, 1]].concat();
            assert_eq!(frames.rest(&ahead), [*last], "{length} {is_masked}");
            frames.pass(&[*last]);
            assert!(frames.is_between(), "{length} {is_masked}");
            assert_eq!(frames.rest(&ahead), [0; 0]);
        }
    }
}

#[test]
fn a_length_beyond_all_memory_is_no_overflow() {
    let mut frames = Frames::default();
    frames.pass(&[0x82, 0xff]);
    frames.pass(&[0xff; 8]);
    frames.pass(&[0; 4]);
    frames.pass(&[1; 100]);
    assert!(!frames.is_between());
}

proptest! {
    /// However the bytes are cut, the frames are the same.
    #[test]
    fn cuts_make_no_difference(
        lengths in prop::collection::vec((0_usize..300, any::<bool>()), 1..6),
        cuts in prop::collection::vec(1_usize..400, 1..40)
    ) {
        let whole: Vec<u8> = lengths.iter().flat_map(|(length, mask)| frame(*length, *mask)).collect();
        let mut ends: Vec<usize> = Vec::new();
        for (length, mask) in &lengths {
            ends.push(ends.last().copied().unwrap_or(0) + frame(*length, *mask).len());
        }
        let mut frames = Frames::default();
        let (mut at, mut cuts) = (0, cuts.into_iter().cycle());
        while at < whole.len() {
            let to = (at + cuts.next().unwrap()).min(whole.len());
            let rest = frames.rest(&whole[at..]).len();
            let next = ends.iter().copied().find(|end| *end >= at).unwrap_or(at);
            let expected = if at == 0 { 0 } else { next - at };
            prop_assert_eq!(rest, expected);
            frames.pass(&whole[at..to]);
            at = to;
            prop_assert_eq!(frames.is_between(), ends.contains(&at));
        }
    }
}
