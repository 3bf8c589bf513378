//! Chance: even, of the right alphabet, and an error when there is none.

use std::collections::HashSet;

use super::{Entropy, EntropyError};

#[test]
fn s_192_a_failing_source_is_an_error_of_every_question() {
    let none = Entropy::failing();
    assert_eq!(none.fill(&mut [0; 4]), Err(EntropyError));
    assert_eq!(none.bytes::<16>(), Err(EntropyError));
    assert_eq!(none.alphanumeric(32), Err(EntropyError));
    assert_eq!(none.url_safe(43), Err(EntropyError));
    assert_eq!(none.below(10), Err(EntropyError));
    assert_eq!(none.below(0), Ok(0), "nothing to choose from");
}

#[test]
fn texts_have_the_length_and_the_alphabet_that_was_asked_for() {
    let entropy = Entropy::system();
    for length in [0, 1, 43, 63, 64, 65, 1000] {
        let text = entropy.alphanumeric(length).unwrap();
        assert_eq!(text.len(), length);
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric()));
        let text = entropy.url_safe(length).unwrap();
        assert_eq!(text.len(), length);
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
    }
}

#[test]
fn a_seed_repeats_and_another_seed_differs() {
    let draw = |seed| Entropy::seeded(seed).alphanumeric(64).unwrap();
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
    let one = Entropy::seeded(7);
    assert_ne!(one.bytes::<8>().unwrap(), one.bytes::<8>().unwrap());
}

#[test]
fn numbers_below_a_bound_are_all_reached_and_evenly() {
    let entropy = Entropy::seeded(1);
    let mut counts = [0_u32; 10];
    for _ in 0..10_000 {
        counts[usize::try_from(entropy.below(10).unwrap()).unwrap()] += 1;
    }
    assert!(
        counts.iter().all(|count| (850..1150).contains(count)),
        "{counts:?}"
    );
    assert_eq!(entropy.below(1).unwrap(), 0);
    assert!(entropy.below(u64::MAX).unwrap() < u64::MAX);
}

#[test]
fn every_byte_of_a_buffer_is_filled() {
    let entropy = Entropy::system();
    let mut touched = [false; 37];
    for _ in 0..64 {
        let bytes = entropy.bytes::<37>().unwrap();
        touched
            .iter_mut()
            .zip(bytes)
            .for_each(|(t, byte)| *t |= byte != 0);
    }
    assert!(touched.iter().all(|touched| *touched));
}

#[test]
fn drawn_secrets_do_not_repeat() {
    let entropy = Entropy::system();
    let drawn: HashSet<_> = (0..10_000).map(|_| entropy.url_safe(43).unwrap()).collect();
    assert_eq!(drawn.len(), 10_000);
}

#[test]
fn debug_names_the_source_and_no_state() {
    assert_eq!(format!("{:?}", Entropy::seeded(42)), "Entropy(seeded)");
}
