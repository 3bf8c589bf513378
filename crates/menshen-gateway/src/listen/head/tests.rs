use super::{HeadScan, Verdict};

/// The verdict on the whole, however the bytes are cut into pieces.
fn check(head: &str, expected: Verdict) {
    let bytes = head.as_bytes();
    assert_eq!(HeadScan::default().take(bytes), expected, "{head:?}");
    for cut in 1..bytes.len() {
        let mut scan = HeadScan::default();
        let verdict = match scan.take(&bytes[..cut]) {
            Verdict::More => match scan.take(&bytes[cut..]) {
                Verdict::More => Verdict::More,
                Verdict::End(at) => Verdict::End(at + cut),
                Verdict::Refused(at, why) => Verdict::Refused(at + cut, why),
            },
            early => early,
        };
        assert_eq!(verdict, expected, "{head:?} cut at {cut}");
    }
}

#[test]
fn the_end_of_a_head_is_its_empty_line() {
    check("GET / HTTP/1.1\r\nhost: a\r\n\r\n", Verdict::End(27));
    check("GET / HTTP/1.1\r\nhost: a\r\n\r\nGET ", Verdict::End(27));
    check("GET / HTTP/1.1\r\nhost: a\r\n", Verdict::More);
    check("GET / HTTP/1.1\r\nhost: a\r\n\r", Verdict::More);
}

#[test]
fn s_050_two_lengths_of_a_body_are_refused_at_the_last_byte() {
    let why = "both Content-Length and Transfer-Encoding";
    let head = "POST / HTTP/1.1\r\nContent-Length: 5\r\ntransfer-ENCODING: chunked\r\n\r\n";
    check(head, Verdict::Refused(head.len() - 1, why));
    let head = "POST / HTTP/1.1\r\nTransfer-Encoding:chunked\r\nContent-Length:5\r\n\r\n";
    check(head, Verdict::Refused(head.len() - 1, why));
    check(
        "POST / HTTP/1.1\r\nx-content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
        Verdict::End(68),
    );
}

#[test]
fn s_050_a_transfer_coding_besides_chunked_is_refused() {
    let why = "a transfer coding besides chunked";
    for value in [
        "gzip, chunked",
        "chunked, gzip",
        "gzip",
        "identity",
        "chunked, chunked",
        "chunked;q=1",
        "\u{b}chunked",
        "x-chunked",
        "",
    ] {
        let line = format!("POST / HTTP/1.1\r\nTransfer-Encoding: {value}\r");
        let head = format!("{line}\n\r\n");
        check(&head, Verdict::Refused(line.len(), why));
    }
    let twice =
        "POST / HTTP/1.1\r\ntransfer-encoding:chunked\r\nTransfer-Encoding: chunked\r\n\r\n";
    check(twice, Verdict::Refused(twice.len() - 3, why));
    let head = "POST / HTTP/1.1\r\ntransfer-encoding:\tCHUNKED \r\n\r\n";
    check(head, Verdict::End(head.len()));
}

#[test]
fn s_053_bare_line_feeds_and_empty_first_lines_are_refused() {
    let bare = "a line ends with a bare LF";
    check(
        "GET / HTTP/1.1\nhost: a\r\n\r\n",
        Verdict::Refused(14, bare),
    );
    check(
        "GET / HTTP/1.1\r\nhost: a\n\r\n",
        Verdict::Refused(23, bare),
    );
    check(
        "GET / HTTP/1.1\r\nhost: a\r\n\n",
        Verdict::Refused(25, bare),
    );
    check("\n", Verdict::Refused(0, bare));
    let empty = "an empty line stands before the request line";
    check("\r\nGET / HTTP/1.1\r\n\r\n", Verdict::Refused(1, empty));
}

#[test]
fn what_was_seen_of_one_head_is_forgotten_with_it() {
    let mut scan = HeadScan::default();
    let first = scan.take(b"POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n");
    assert!(matches!(first, Verdict::End(_)));
    let second = scan.take(b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n");
    assert!(matches!(second, Verdict::End(_)));
}

#[test]
fn s_018_a_raw_fragment_is_refused_and_an_encoded_one_is_data() {
    let why = "a fragment in the address";
    check(
        "GET /a#b HTTP/1.1\r\nhost: a\r\n\r\n",
        Verdict::Refused(18, why),
    );
    check("GET /a%23b HTTP/1.1\r\nx: #\r\n\r\n", Verdict::End(29));
}
