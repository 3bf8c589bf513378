//! Any bytes as the answer of every call: refused in words, or read without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _count = wecom_sdk::fuzzing::answers(bytes);
});
