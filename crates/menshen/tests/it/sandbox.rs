//! `menshen sandbox` as a program.

use crate::installation::{Serving, get};
use crate::program::{menshen, run};

#[test]
fn it_answers_like_wecom_and_stops_when_told() {
    let mut command = menshen();
    command.args(["sandbox", "--log=json", "--listen=127.0.0.1:0"]);
    let sandbox = Serving::start(command);
    let address = sandbox.address("address");
    let token = get(
        &address,
        "/cgi-bin/gettoken?corpid=nobody&corpsecret=none",
        &address,
    );
    assert!(token.starts_with("HTTP/1.1 200"), "{token}");
    assert!(token.contains("\"errcode\":40013"), "{token}");
    let (code, lines) = sandbox.stop("TERM");
    assert_eq!(code, 0, "{lines:?}");
}

#[test]
fn a_seed_takes_the_place_of_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.toml");
    let other = wecom_sandbox::DEFAULT_SEED.replace("ww5f1e2d3c4b5a6978", "ww0000000000000001");
    std::fs::write(&seed, other).unwrap();
    let mut command = menshen();
    command.args(["sandbox", "--log=json", "--listen=127.0.0.1:0", "--seed"]);
    let sandbox = Serving::start({
        command.arg(&seed);
        command
    });
    let address = sandbox.address("address");
    let secret = "corpsecret=sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA";
    for (corp, errcode) in [("ww0000000000000001", "0"), ("ww5f1e2d3c4b5a6978", "40013")] {
        let path = format!("/cgi-bin/gettoken?corpid={corp}&{secret}");
        let token = get(&address, &path, &address);
        assert!(token.contains(&format!("\"errcode\":{errcode}")), "{token}");
    }
}

#[test]
fn every_mistake_of_a_seed_and_of_the_command_line_is_named_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.toml");
    std::fs::write(&seed, "[[corp]]\nname = 7\ncolour = 'red'\n").unwrap();
    let seed = seed.to_str().unwrap();
    let ran = run(&["sandbox", "--listen", "nowhere", "--seed", seed]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    for mistake in ["nowhere", "name", "colour", "id"] {
        assert!(ran.stderr.contains(mistake), "{mistake} in {}", ran.stderr);
    }
    assert!(
        ran.stderr.contains(&format!("{seed}: line 2")),
        "{}",
        ran.stderr
    );
}

#[test]
fn its_authority_is_made_once_and_named_when_it_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca");
    let start = || {
        let mut command = menshen();
        command.args(["sandbox", "--log=json", "--listen=127.0.0.1:0"]);
        command.args(["--tls-listen=127.0.0.1:0", "--tls-dir"]);
        command.arg(&ca);
        Serving::start(command)
    };
    let sandbox = start();
    assert!(sandbox.address("tls.address").starts_with("127.0.0.1:"));
    let file = sandbox.address("tls.ca");
    assert_eq!(std::path::Path::new(&file), ca.join("ca.pem"));
    let made = std::fs::read_to_string(&file).unwrap();
    assert_eq!(sandbox.stop("TERM").0, 0);
    let again = start();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), made);
    assert_eq!(again.stop("TERM").0, 0);
}

#[test]
fn a_tls_listener_without_a_place_for_its_authority_is_refused() {
    let ran = run(&["sandbox", "--tls-listen=127.0.0.1:0"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("--tls-dir"), "{}", ran.stderr);
}

#[test]
fn the_built_in_seed_can_be_written_out_and_changed() {
    let ran = run(&["sandbox", "--print-seed"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        ran.stdout.trim_end(),
        wecom_sandbox::DEFAULT_SEED.trim_end()
    );
}

#[test]
fn a_port_that_is_taken_is_told_with_the_remedy() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let ran = run(&["sandbox", "--listen", &address]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for text in [
        address.as_str(),
        "stop the program that uses it",
        "--listen",
    ] {
        assert!(ran.stderr.contains(text), "{}", ran.stderr);
    }
}
