//! Tests of the gateway as a whole; folders mirror its addresses.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod rooms;
