//! What a look at our own addresses needs of the process.

/// The library is used by programs that install no provider for the whole process.
#[test]
fn a_client_needs_nothing_that_the_process_has_to_install() {
    assert!(super::client().is_ok());
}
