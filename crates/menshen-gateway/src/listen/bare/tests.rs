use http::StatusCode;

use super::{Bare, find};

const BARE: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\
                    date: Sat, 21 Nov 2026 12:00:00 GMT\r\n\r\n";

#[test]
fn it_is_found_alone_and_behind_another_answer() {
    let expected = Bare {
        at: 0,
        status: StatusCode::BAD_REQUEST,
        date: "Sat, 21 Nov 2026 12:00:00 GMT",
    };
    assert_eq!(find(BARE.as_bytes()), Some(expected));
    let behind = format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello{BARE}");
    let found = find(behind.as_bytes()).unwrap();
    assert_eq!((found.at, found.status), (43, StatusCode::BAD_REQUEST));
}

#[test]
fn an_answer_of_somebody_stays_as_it_is() {
    for other in [
        BARE.replace("\r\ndate", "\r\nx-request-id: 1\r\ndate"),
        BARE.replace("400 Bad Request", "404 Not Found"),
        BARE.replace("content-length: 0", "content-length: 2"),
        format!("{BARE}x"),
        "HTTP/1.1 400".to_owned(),
        String::new(),
    ] {
        assert_eq!(find(other.as_bytes()), None, "{other:?}");
    }
}
