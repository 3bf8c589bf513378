//! What is said of an address that somebody else answers, or nobody; and what failed before is not said twice.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use super::{Bench, finding, free_port};
use crate::installation::Installation;

/// Gives this one answer to everybody, until the test has ended.
fn always(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut line = String::new();
            // The end of the head.
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let _ = stream.get_mut().write_all(answer.as_bytes());
        }
    });
    address
}

/// What is said of `public_url` where this is the answer.
fn about_public_url(answer: &'static str) -> String {
    let installation = Installation::new();
    let address = always(answer);
    installation.edit("http://127.0.0.1:8080", &format!("http://{address}"));
    let ran = installation.run(&["check"]);
    finding(&ran, "public_url: ").to_owned()
}

#[test]
fn a_proxy_that_does_not_know_the_host_is_not_taken_for_the_gateway() {
    let said = about_public_url(
        "HTTP/1.1 421 Misdirected Request\r\nserver: nginx\r\ncontent-type: text/html\r\n\
         content-length: 4\r\nconnection: close\r\n\r\n421\n",
    );
    assert!(said.starts_with("failed "), "{said}");
    for text in [
        "the gateway was not reached",
        "server: nginx",
        "has no site for 127.0.0.1",
        "deploy/",
    ] {
        assert!(said.contains(text), "{text} in {said}");
    }
    assert!(!said.contains("$http_host"), "{said}");
}

#[test]
fn a_gateway_that_was_asked_for_another_host_is_recognised() {
    let said = about_public_url(
        "HTTP/1.1 421 Misdirected Request\r\ncontent-type: application/problem+json\r\n\
         content-length: 29\r\nconnection: close\r\n\r\n{\"code\":\"request.wrong_host\"}",
    );
    assert!(said.contains("under another host name"), "{said}");
    assert!(said.contains("$menshen_host"), "{said}");
}

#[test]
fn an_address_where_nobody_listens_has_one_cause() {
    let installation = Installation::new();
    let nobody = format!("http://127.0.0.1:{}", free_port());
    installation.edit("http://127.0.0.1:8080", &nobody);
    let ran = installation.run(&["check"]);
    let said = finding(&ran, "public_url: ");
    assert!(said.contains("the connection was refused"), "{said}");
    assert!(!said.contains("certificate"), "{said}");
}

#[test]
fn an_application_that_is_down_is_a_warning() {
    let bench = Bench::new(&[]);
    let (up, down) = (always(""), free_port());
    bench.add(&format!(
        "[[site]]\nhost = \"127.0.0.1:8090\"\nupstream = [\"http://{up}\", \"http://127.0.0.1:{down}\"]\n"
    ));
    let ran = bench.check();
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let good = finding(&ran, &format!("upstream: http://{up}"));
    assert!(good.starts_with("ok "), "{good}");
    let bad = finding(&ran, &format!("upstream: http://127.0.0.1:{down}"));
    assert!(bad.starts_with("warning "), "{bad}");
    assert!(
        bad.contains("refused") && bad.contains("start the application"),
        "{bad}"
    );
}

#[test]
fn the_secret_of_another_agent_is_not_blamed_on_the_rules() {
    let bench = Bench::new(&[]);
    bench.add("[[site]]\nhost = \"127.0.0.1:8090\"\nallow = \"department:2\"\n");
    let other = "sandbox-secret-1000003-AAAAAAAAAAAAAAAAAAAA";
    std::fs::write(bench.installation.path("hq.secret"), other).unwrap();
    let ran = bench.check();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    let agent = finding(&ran, "hq: agent");
    assert!(agent.starts_with("failed "), "{agent}");
    let rules = finding(&ran, "site 127.0.0.1:8090: rules");
    assert!(
        rules.starts_with("look ") && rules.contains("not asked"),
        "{rules}"
    );
    assert!(!ran.stdout.contains("does not know"), "{}", ran.stdout);
}

#[test]
fn numbers_are_listed_with_their_names() {
    let ran = Bench::new(&[]).check();
    let numbers = finding(&ran, "hq: numbers");
    assert!(numbers.contains("department:2 研发部"), "{numbers}");
    assert!(numbers.contains("tag:2 管理员"), "{numbers}");
}

#[test]
fn a_line_of_a_site_whose_brackets_are_a_comment_says_where_it_belongs() {
    let installation = Installation::new();
    installation.edit("# host = \"wiki", "host = \"wiki");
    installation.edit("# upstream = ", "upstream = ");
    let ran = installation.run(&["check"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    for key in ["host", "upstream"] {
        let belongs = format!("`{key}` belongs to [[site]]");
        assert!(ran.stderr.contains(&belongs), "{}", ran.stderr);
    }
    assert!(ran.stderr.contains("`[[site]]` above it"), "{}", ran.stderr);
    // Each mistake is marked as one, not only the first.
    assert_eq!(ran.stderr.matches("error: ").count(), 3, "{}", ran.stderr);
}

#[test]
fn a_department_by_name_is_told_how_to_find_its_number() {
    let installation = Installation::new();
    installation.add("[[site]]\nhost = \"127.0.0.1:8090\"\nallow = \"department:研发部\"\n");
    let ran = installation.run(&["check"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("write its number"), "{}", ran.stderr);
}

#[test]
fn a_refused_secret_is_an_error_of_the_connector_at_the_start() {
    let bench = Bench::new(&[]);
    bench.add("[[site]]\nhost = \"127.0.0.1:8090\"\nallow = \"department:2\"\n");
    std::fs::write(bench.installation.path("hq.secret"), "wrong-wrong-wrong").unwrap();
    let config = bench.installation.path("menshen.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let own = format!("listen = \"127.0.0.1:{}\"", free_port());
    let text = text.lines().map(|line| {
        if line.starts_with("listen") {
            own.as_str()
        } else {
            line
        }
    });
    std::fs::write(&config, text.collect::<Vec<_>>().join("\n")).unwrap();
    let serving = bench.installation.serve();
    let is_error = |line: &String| {
        line.contains("nobody can sign in") && line.contains("40001") && line.contains("\"ERROR\"")
    };
    assert!(serving.said.iter().any(is_error), "{:?}", serving.said);
    let (code, lines) = serving.stop("TERM");
    assert_eq!(code, 0, "{lines:?}");
}
