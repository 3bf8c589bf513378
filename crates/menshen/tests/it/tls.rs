//! `menshen serve` with a certificate of its own, and SIGHUP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::installation::Installation;

/// An installation with `[tls]`, and what lies there.
struct Secure {
    installation: Installation,
    shown: CertificateDer<'static>,
}

impl Secure {
    fn new() -> Self {
        let installation = Installation::new();
        installation.edit("public_url = \"http://", "public_url = \"https://");
        installation.edit("# [tls]", "[tls]");
        installation.edit("# cert_file", "cert_file");
        installation.edit("# key_file", "key_file");
        let shown = put(&installation);
        Self {
            installation,
            shown,
        }
    }
}

/// Puts a fresh pair in its place.
fn put(installation: &Installation) -> CertificateDer<'static> {
    let pair = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(installation.path("fullchain.pem"), pair.cert.pem()).unwrap();
    let key = pair.signing_key.serialize_pem();
    std::fs::write(installation.path("privkey.pem"), key).unwrap();
    pair.cert.der().clone()
}

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A connection of somebody who trusts this certificate alone.
fn connect(address: &str, trusted: &CertificateDer<'static>) -> Stream {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    StreamOwned::new(session, TcpStream::connect(address).unwrap())
}

/// Asks who is signed in; the first bytes of the answer.
fn ask(stream: &mut Stream) -> std::io::Result<String> {
    let request = "GET /_menshen/me HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n\r\n";
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"}") {
        let mut more = [0; 1024];
        let length = stream.read(&mut more)?;
        assert_ne!(length, 0, "it ended after {bytes:?}");
        bytes.extend_from_slice(&more[..length]);
    }
    Ok(String::from_utf8(bytes).unwrap())
}

#[test]
fn a_new_certificate_is_taken_on_sighup_and_a_broken_one_is_not() {
    let secure = Secure::new();
    let installation = &secure.installation;
    let mut serving = installation.serve();
    let address = serving.address("address");
    let mut open = connect(&address, &secure.shown);
    assert!(ask(&mut open).unwrap().starts_with("HTTP/1.1 401"));

    let next = put(installation);
    serving.send("HUP");
    serving.wait_for("a new certificate is in use");
    assert!(
        ask(&mut connect(&address, &next))
            .unwrap()
            .starts_with("HTTP/1.1 401")
    );
    assert!(
        ask(&mut connect(&address, &secure.shown)).is_err(),
        "the old one is shown no more"
    );
    assert!(
        ask(&mut open).unwrap().starts_with("HTTP/1.1 401"),
        "who is here stays"
    );

    std::fs::write(installation.path("privkey.pem"), "half a key").unwrap();
    serving.send("HUP");
    serving.wait_for("the one before stays in use");
    assert!(
        ask(&mut connect(&address, &next))
            .unwrap()
            .starts_with("HTTP/1.1 401")
    );
    assert_eq!(serving.stop("TERM").0, 0);
}

#[test]
fn sighup_without_tls_ends_nothing() {
    let installation = Installation::new();
    let mut serving = installation.serve();
    serving.send("HUP");
    serving.wait_for("SIGHUP");
    assert_eq!(serving.stop("TERM").0, 0);
}

#[test]
fn serve_and_check_name_every_problem_with_the_files_at_once() {
    let secure = Secure::new();
    let installation = &secure.installation;
    std::fs::remove_file(installation.path("fullchain.pem")).unwrap();
    std::fs::write(installation.path("privkey.pem"), "no key").unwrap();
    installation.edit("# idle     = \"12h\"", "idle = \"soon\"");
    for command in ["serve", "check"] {
        let ran = installation.run(&[command]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        for part in [
            "tls.cert_file names",
            "fullchain.pem",
            "tls.key_file names",
            "privkey.pem",
            "session.idle",
            "→",
        ] {
            assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
        }
    }
}

#[test]
fn check_tells_until_when_the_certificate_is_good() {
    let secure = Secure::new();
    assert_eq!(secure.installation.serve().stop("TERM").0, 0);
    let ran = secure.installation.run(&["check"]);
    let line = ran
        .stdout
        .lines()
        .find(|line| line.contains("certificate:"));
    let line = line.unwrap_or_else(|| panic!("{}", ran.stdout));
    assert!(
        line.starts_with("ok ") && line.contains("127.0.0.1"),
        "{line}"
    );
    assert!(line.contains("until 4096-01-01T00:00:00Z"), "{line}");
}
