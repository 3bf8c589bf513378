//! `menshen demo` as a program; what a visitor sees in it is tested in `e2e`.

use std::net::TcpListener;
use std::process::Command;

use crate::installation::{Serving, get};
use crate::program::{menshen, run};

fn demo(temporary: &std::path::Path) -> Command {
    let mut command = menshen();
    command.env("TMPDIR", temporary).args([
        "demo",
        "--log=json",
        "--listen=127.0.0.1:0",
        "--sandbox-listen=127.0.0.1:0",
    ]);
    command
}

#[test]
fn it_opens_on_free_ports_and_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().unwrap();
    let demo = Serving::start(demo(temporary.path()));
    let address = demo.address("address");
    let home = get(&address, "/", &address);
    assert!(home.starts_with("HTTP/1.1 200"), "{home}");
    assert!(home.contains(&demo.address("sandbox")), "{home}");
    let ready = get(&demo.address("management"), "/readyz", "localhost");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 1);
    let (code, lines) = demo.stop("TERM");
    assert_eq!(code, 0, "{lines:?}");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn another_host_name_gets_no_demo() {
    let temporary = tempfile::tempdir().unwrap();
    let demo = Serving::start(demo(temporary.path()));
    let rebound = get(&demo.address("address"), "/", "evil.example");
    assert!(rebound.starts_with("HTTP/1.1 421"), "{rebound}");
}

#[test]
fn it_says_where_it_is_and_who_can_sign_in() {
    let temporary = tempfile::tempdir().unwrap();
    let told = temporary.path().join("told");
    let mut command = demo(temporary.path());
    let command_told = std::fs::File::create(&told).unwrap();
    command.stdout(command_told);
    let demo = Serving::start_as_it_is(command);
    let told = std::fs::read_to_string(told).unwrap();
    for text in [
        &demo.address("address"),
        "zhangsan: can sign in",
        "zhaoliu: refused",
    ] {
        assert!(told.contains(text), "{text} in {told}");
    }
}

#[test]
fn a_taken_port_is_named_with_the_flag_that_chooses_another() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (flag, other) in [
        ("--listen", "--sandbox-listen"),
        ("--sandbox-listen", "--listen"),
    ] {
        let ran = run(&["demo", flag, &address, other, "127.0.0.1:0"]);
        assert_eq!(ran.code, 1);
        assert!(ran.stderr.contains(&address), "{}", ran.stderr);
        assert!(
            ran.stderr.contains(&format!("with {flag} ")),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn it_stays_on_this_machine() {
    let ran = run(&["demo", "--listen", "0.0.0.0:0"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("0.0.0.0:0"), "{}", ran.stderr);
}
