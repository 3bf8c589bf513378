//! Any bytes on a connection: whatever reaches the service is what a strict reader makes of them, request by
//! request and byte by byte; what the strict reader refuses never gets there (S-050, S-051, S-052, S-053).
//!
//! The first byte says how long the pieces are in which the others arrive; 0 is all at once.
#![no_main]

mod strict;

use libfuzzer_sys::fuzz_target;
use menshen_gateway::fuzzing::{Seen, seen};
use strict::Strict;

/// The parser that hyper builds on, in its strict settings, must agree on the head.
fn check_httparse(head: &[u8], request: &Seen) {
    let mut fields = [httparse::EMPTY_HEADER; 128];
    let mut parsed = httparse::Request::new(&mut fields);
    let outcome = parsed
        .parse(head)
        .expect("httparse reads what was let through");
    assert_eq!(
        outcome,
        httparse::Status::Complete(head.len()),
        "another end of the head"
    );
    assert_eq!(parsed.method, Some(&*request.method));
    assert_eq!(parsed.version, Some(u8::from(!request.is_old)));
}

/// Two writings of one address: an authority alone has the path `/`.
fn is_same_target(sent: &str, read: &str) -> bool {
    let whole = |target: &str| match target.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            let (authority, rest) = rest.split_at(end);
            let slash = if rest.starts_with('/') { "" } else { "/" };
            format!("{}://{authority}{slash}{rest}", scheme.to_ascii_lowercase())
        }
        None => target.to_owned(),
    };
    whole(sent) == whole(read)
}

fn check(request: &Seen, strict: &Strict<'_>) {
    assert_eq!(request.method, strict.method);
    assert_eq!(request.is_old, strict.is_old);
    assert!(
        is_same_target(&strict.target, &request.target),
        "{request:?} {strict:?}"
    );
    let mut expected = strict.headers.clone();
    // The same length twice is one length.
    let mut has_length = false;
    expected.retain(|(name, _)| {
        let is_again = has_length && name == "content-length";
        has_length |= name == "content-length";
        !is_again
    });
    // The parser keeps lines of one name together.
    let mut read = request.headers.clone();
    expected.sort_by(|one, other| one.0.cmp(&other.0));
    read.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(read, expected);
    if let Some(body) = &request.body {
        assert_eq!(Some(body), strict.body.as_ref(), "another body");
    }
    check_httparse(strict.head, request);
}

fuzz_target!(|input: &[u8]| {
    let Some((length, bytes)) = input.split_first() else {
        return;
    };
    if bytes.is_empty() || bytes.len() > 64 * 1024 {
        return;
    }
    let length = if *length == 0 {
        bytes.len()
    } else {
        usize::from(*length)
    };
    let pieces: Vec<&[u8]> = bytes.chunks(length).collect();
    let requests = seen(&pieces);
    let strict = strict::read(bytes);
    assert!(
        requests.len() <= strict.len(),
        "the strict reader takes {} of {requests:?}",
        strict.len()
    );
    for (request, strict) in requests.iter().zip(&strict) {
        check(request, strict);
    }
    // The first of them is not lost, as long as it is whole and has few lines.
    if let Some(first) = strict.first()
        && first.is_plain()
    {
        assert!(!requests.is_empty(), "refused: {first:?}");
    }
});
