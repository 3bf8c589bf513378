//! The table against the dossier.

use super::{Class, all, lookup};

/// Every number of dossier 13.4, in order.
const DOSSIER: &[i64] = &[
    -1, 0, 6000, 40001, 40003, 40013, 40014, 40029, 40031, 40032, 40033, 40035, 40039, 40056,
    40057, 40058, 40063, 40066, 40068, 40073, 40078, 40091, 40093, 40094, 40096, 40102, 40125,
    40141, 40206, 40207, 40208, 40209, 40210, 41001, 41002, 41004, 41008, 41009, 41010, 41011,
    41017, 41024, 42001, 42003, 42006, 42012, 42022, 43004, 43009, 43012, 45009, 45024, 45026,
    45029, 45031, 45033, 45034, 45035, 45036, 46004, 48001, 48002, 48004, 48005, 48006, 48008,
    48009, 48010, 49004, 50001, 50002, 50003, 50006, 50100, 60001, 60003, 60004, 60008, 60009,
    60010, 60011, 60020, 60021, 60030, 60031, 60102, 60103, 60104, 60105, 60106, 60111, 60123,
    60136, 65010, 65014, 65022, 65023, 80001, 81001, 81002, 81003, 81011, 81012, 81013, 81014,
    84014, 84015, 84025, 84090, 85004, 85005, 85006, 85007, 85008, 85009, 85010, 85011, 85111,
    90210, 91040, 92000, 92001, 92002, 301_002, 301_036, 301_042,
];

#[test]
fn s_204_the_table_holds_the_numbers_of_the_dossier_sorted_and_once() {
    let numbers: Vec<i64> = all().map(|info| info.number).collect();
    assert_eq!(numbers, DOSSIER);
}

#[test]
fn s_204_a_permanent_error_names_one_cause_one_remedy_and_one_place() {
    for number in [60020, 50001, 40013, 301_002, 48002] {
        let info = lookup(number).unwrap();
        assert!(
            matches!(info.class, Class::Configuration | Class::Permission),
            "{number}"
        );
        assert!(
            !info.cause.is_empty() && !info.remedy.is_empty(),
            "{number}"
        );
        assert!(info.console_page.is_some(), "{number}");
    }
    assert_eq!(lookup(40029).unwrap().class, Class::Redo);
}

#[test]
fn the_numbers_of_public_accounts_are_not_wecoms() {
    for number in [40163, 40164, 10003, 1, i64::MAX, i64::MIN] {
        assert_eq!(lookup(number), None);
    }
}

#[test]
fn every_configuration_error_says_more_than_its_class() {
    for info in all().filter(|info| info.class == Class::Configuration) {
        let has_advice = info.console_page.is_some()
            || !info.remedy.starts_with("compare the configuration")
            || !info.cause.starts_with("agent and configuration");
        assert!(has_advice, "{}", info.number);
    }
}

/// Each number that the calls beside sign-in may answer with says what is behind it and what to do.
#[test]
fn s_204_the_numbers_of_tickets_lists_and_two_step_verification_are_explained() {
    let numbers = [
        40029, 40066, 40093, 40207, 40208, 40209, 40210, 42012, 45009, 45029, 45033, 48002, 48009,
        50100, 60003, 60011, 60123, 91040,
    ];
    for number in numbers {
        let info = lookup(number).unwrap();
        let defaults = all().filter(|other| other.cause == info.cause && other.number != number);
        assert_eq!(
            defaults
                .filter(|other| other.remedy == info.remedy)
                .map(|other| other.meaning)
                .find(|meaning| *meaning != info.meaning),
            None,
            "{number}"
        );
    }
}
