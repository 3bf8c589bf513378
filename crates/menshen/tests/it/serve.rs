//! `menshen serve`: ready, stopped, and what keeps it from starting.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::installation::{Installation, exists, get};

#[test]
fn it_logs_one_line_with_both_addresses_when_it_is_ready() {
    let installation = Installation::new();
    let serving = installation.serve();
    let health = get(&serving.address("management"), "/healthz", "localhost");
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let public = get(&serving.address("address"), "/nowhere", "127.0.0.1:8080");
    assert!(public.starts_with("HTTP/1.1 404"), "{public}");
}

#[test]
fn sigterm_and_ctrl_c_stop_it_cleanly() {
    let installation = Installation::new();
    for signal in ["TERM", "INT"] {
        let (code, lines) = installation.serve().stop(signal);
        assert_eq!(code, 0, "{lines:?}");
        assert!(
            lines.iter().any(|line| line.contains("has stopped")),
            "{lines:?}"
        );
    }
    assert!(
        !exists(&installation.path("menshen.db-wal")),
        "the store was not closed"
    );
}

/// A request that is in hand: its head has come, and half of its body.
fn half_a_request(address: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).unwrap();
    connection
        .write_all(
            b"POST /_menshen/logout HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\
              Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\n\
              Expect: 100-continue\r\n\r\n",
        )
        .unwrap();
    // It asks for the body: from here on the request is in its hands.
    let mut go_on = [0; 25];
    connection.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    connection.write_all(b"csrf_t").unwrap();
    connection
}

#[test]
fn a_signal_lets_the_request_in_hand_come_to_its_end() {
    let installation = Installation::new();
    for signal in ["TERM", "INT"] {
        let mut serving = installation.serve();
        let address = serving.address("address");
        let mut connection = half_a_request(&address);
        serving.send(signal);
        serving.wait_for("\"stopping\"");
        while TcpStream::connect(&address).is_ok() {}
        connection.write_all(b"oken=x").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let (code, lines) = serving.end();
        assert_eq!(code, 0, "{lines:?}");
        let stopped = lines.iter().find(|line| line.contains("has stopped"));
        let stopped = stopped.unwrap_or_else(|| panic!("{lines:?}"));
        assert!(stopped.contains("\"connections_cut\":0"), "{stopped}");
    }
}

#[test]
fn a_second_signal_stops_it_at_once_and_says_so() {
    let installation = Installation::new();
    for (first, second) in [("TERM", "TERM"), ("INT", "TERM"), ("TERM", "INT")] {
        let mut serving = installation.serve();
        let mut connection = half_a_request(&serving.address("address"));
        serving.send(first);
        serving.wait_for("\"stopping\"");
        serving.send(second);
        let (code, lines) = serving.end();
        assert_eq!(code, 1, "{lines:?}");
        assert!(
            lines.iter().any(|line| line.contains("stopping at once")),
            "{lines:?}"
        );
        let last = lines.last().unwrap();
        assert!(
            last.contains("stopped before everything was finished"),
            "{last}"
        );
        let mut answer = Vec::new();
        // A reset is an end too.
        let _ = connection.read_to_end(&mut answer);
        assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    }
    // Nothing was broken by it.
    assert_eq!(installation.serve().stop("TERM").0, 0);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let installation = Installation::new();
    installation.edit(
        "listen = \"127.0.0.1:0\"",
        &format!("listen = \"{address}\""),
    );
    let ran = installation.run(&["serve"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains(&address), "{}", ran.stderr);
}

#[test]
fn every_mistake_in_the_configuration_is_named_at_once() {
    let installation = Installation::new();
    installation.edit("ww5f1e2d3c4b5a6978", "not a corp");
    installation.edit("kind = \"agent\"", "kind = \"agnet\"");
    installation.edit("# lifetime = \"7d\"", "lifetime = \"soon\"\nbogus = 1");
    for command in ["serve", "check"] {
        let ran = installation.run(&[command]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        for key in ["corp_id", "kind", "lifetime", "bogus"] {
            assert!(ran.stderr.contains(key), "{key} in {}", ran.stderr);
        }
    }
    assert!(
        !exists(&installation.path("menshen.db")),
        "a store was made"
    );
}

#[test]
fn a_missing_configuration_says_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.toml");
    let ran = crate::program::run(&["serve", "--config", path.to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("menshen init"), "{}", ran.stderr);
}

#[test]
fn s_190_a_foreign_data_key_keeps_it_from_starting() {
    let installation = Installation::new();
    assert_eq!(installation.serve().stop("TERM").0, 0);
    let before = std::fs::read(installation.path("menshen.db")).unwrap();
    let other = Installation::new();
    std::fs::copy(other.path("data.key"), installation.path("data.key")).unwrap();
    let ran = installation.run(&["serve"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("data key"), "{}", ran.stderr);
    assert!(std::fs::read(installation.path("menshen.db")).unwrap() == before);
}

#[test]
fn s_217_a_lost_store_is_not_made_anew() {
    let installation = Installation::new();
    assert_eq!(installation.serve().stop("TERM").0, 0);
    std::fs::remove_file(installation.path("menshen.db")).unwrap();
    let ran = installation.run(&["serve"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("menshen.db is missing"),
        "{}",
        ran.stderr
    );
    assert!(!exists(&installation.path("menshen.db")));
}
