//! Upstreams by https and by HTTP/2: what is spoken, and whom the gateway believes.

use http::Version;
use rcgen::date_time_ymd;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::secure_upstream::SecureUpstream;
use super::stage::{OPEN, Stage};
use crate::authority::Authority;

/// A gateway in front of `https://HOST:port`, which trusts this authority for it, or only the system's.
struct Guarded {
    stage: Stage,
    _folder: TempDir,
}

impl Guarded {
    async fn before(host: &str, upstream: &SecureUpstream, trusted: Option<&Authority>) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("ca.pem");
        let key = trusted.map(|authority| {
            std::fs::write(&file, authority.pem()).unwrap();
            format!("upstream_ca_file = \"{}\"", file.display())
        });
        let url = format!("https://{host}:{}", upstream.address.port());
        Self {
            stage: Stage::at(&[url], &key.unwrap_or_default()).await,
            _folder: folder,
        }
    }
}

#[tokio::test]
async fn an_https_upstream_of_an_authority_of_ones_own_is_spoken_to_by_http_1() {
    let authority = Authority::new("Inside");
    let upstream = SecureUpstream::tls(&authority.issue(&["localhost"]), &["http/1.1"]).await;
    let Guarded { stage, _folder } =
        Guarded::before("localhost", &upstream, Some(&authority)).await;
    for path in ["/page?x=%20", "/b"] {
        let answer = stage.ask(&format!("GET {path}"), OPEN, "").await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (200, "0 bytes"));
    }
    let arrived = upstream.arrived();
    assert_eq!(arrived[0].path, "/page?x=%20");
    for one in &arrived {
        assert_eq!(one.version, Version::HTTP_11);
        assert_eq!(one.host, OPEN, "the browser's host, not the machine's");
        assert_eq!(one.headers["x-forwarded-proto"], "https");
        assert_eq!(one.connection, 1, "the connection is used again");
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_an_https_upstream_offers_it() {
    let authority = Authority::new("Inside");
    let issued = authority.issue(&["127.0.0.1"]);
    let upstream = SecureUpstream::tls(&issued, &["h2", "http/1.1"]).await;
    let Guarded { stage, _folder } =
        Guarded::before("127.0.0.1", &upstream, Some(&authority)).await;
    check_http_2(&stage, &upstream).await;
}

#[tokio::test]
async fn http_2_with_prior_knowledge_is_spoken_where_the_address_says_so() {
    let upstream = SecureUpstream::h2c().await;
    let stage = Stage::at(&[format!("h2c://{}", upstream.address)], "").await;
    check_http_2(&stage, &upstream).await;
}

/// One connection for all, the browser's host as the authority, bodies whole in both directions.
async fn check_http_2(stage: &Stage, upstream: &SecureUpstream) {
    for _ in 0..3 {
        let answer = stage.ask("GET /page?q=1", OPEN, "cookie: a=1\r\n").await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (200, "0 bytes"));
    }
    let body = "z".repeat(3 * 1024 * 1024);
    let length = body.len();
    let head = format!(
        "POST /form HTTP/1.1\r\nhost: {OPEN}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    let answer = stage.send(&format!("{head}{body}")).await;
    assert_eq!(answer.body, format!("{length} bytes{body}"));
    let arrived = upstream.arrived();
    assert_eq!(arrived.len(), 4);
    assert_eq!(arrived[3].length, length);
    for one in &arrived {
        assert_eq!(one.version, Version::HTTP_2);
        assert_eq!(one.host, OPEN);
        assert!(!one.headers.contains_key("host") || one.headers["host"] == OPEN);
        assert!(!one.headers.contains_key("connection"));
        assert_eq!(one.connection, 1);
    }
    assert_eq!(arrived[0].path, "/page?q=1");
    assert_eq!(arrived[0].headers["cookie"], "a=1");
}

#[tokio::test]
async fn an_upstream_that_cannot_prove_who_it_is_gets_no_byte_of_a_request() {
    let authority = Authority::new("Inside");
    let right = authority.issue(&["localhost"]);
    let other_name = authority.issue(&["elsewhere.example.com"]);
    let expired = authority.issue_with(&["localhost"], |wanted| {
        wanted.not_before = date_time_ymd(2020, 1, 1);
        wanted.not_after = date_time_ymd(2021, 1, 1);
    });
    let stranger = Authority::new("Inside").issue(&["localhost"]);
    for (issued, trusted, why) in [
        (&other_name, Some(&authority), "another name"),
        (&expired, Some(&authority), "out of its time"),
        (
            &stranger,
            Some(&authority),
            "of another authority of the same name",
        ),
        (&right, None, "of an authority that only the operator knows"),
    ] {
        let upstream = SecureUpstream::tls(issued, &["h2", "http/1.1"]).await;
        let Guarded { stage, _folder } = Guarded::before("localhost", &upstream, trusted).await;
        let answer = stage.ask("GET /secret", OPEN, "cookie: a=1\r\n").await;
        assert_eq!(answer.status, 502, "{why}");
        assert_eq!(answer.problem(), "upstream.unreachable", "{why}");
        assert!(
            !answer.body.contains("certificate") && !answer.body.contains("localhost"),
            "nothing from inside: {}",
            answer.body
        );
        assert_eq!(upstream.arrived().len(), 0, "{why}");
    }
}

#[tokio::test]
async fn an_address_that_says_https_is_never_spoken_to_in_the_clear() {
    let upstream = SecureUpstream::h2c().await;
    let authority = Authority::new("Inside");
    let Guarded { stage, _folder } =
        Guarded::before("localhost", &upstream, Some(&authority)).await;
    let answer = stage.ask("GET /secret", OPEN, "").await;
    assert_eq!(answer.status, 502);
    assert_eq!(upstream.arrived().len(), 0);
}

#[tokio::test]
async fn s_059_a_handshake_that_an_upstream_never_answers_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", silent.local_addr().unwrap().port());
    let stage = Stage::at(&[url], "timeouts = { connect = \"1s\" }").await;
    let answer = stage.ask("GET /", OPEN, "").await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.problem(), "upstream.unreachable");
}
