//! The log: one line per request, and nothing in it that somebody could use.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::Request;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;

use crate::harness::House;

/// Everything that was logged on this thread.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Begins to listen, to everything there is.
    pub(crate) fn start() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    pub(crate) fn lines_with(&self, word: &str) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().filter(|line| line.contains(word));
        lines.map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn every_request_leaves_one_line_with_its_id_route_and_code() {
    let house = House::new().await;
    let (log, _guard) = Log::start();
    let answer = house.get("/_menshen/callback/hq?code=x").await;
    let lines = log.lines_with(&format!("request.id=\"{}\"", answer.header("x-request-id")));
    assert_eq!(lines.len(), 1, "{}", log.text());
    for part in [
        " INFO ",
        "http.method=GET",
        "http.route=\"/_menshen/callback/{connector}\"",
        "http.status=400",
        "duration_ms=",
        "failure.code=\"login.state_invalid\"",
    ] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
}

#[tokio::test]
async fn a_failure_of_ours_is_an_error_and_names_its_cause_to_the_operator_alone() {
    let house = House::new().await;
    house.parts.store.close().await;
    let (log, _guard) = Log::start();
    let answer = house.open("/_menshen/login?connector=hq&door=in_app").await;
    assert_eq!(answer.status.as_u16(), 503, "{}", answer.body);
    let lines = log.lines_with("gateway.store_unavailable");
    assert_eq!(lines.len(), 1, "{}", log.text());
    assert!(lines[0].contains("ERROR"), "{}", lines[0]);
    assert!(
        lines[0].contains("the store is not available"),
        "{}",
        lines[0]
    );
    assert!(!answer.body.contains("not available:"), "{}", answer.body);
}

#[tokio::test]
async fn s_188_nothing_that_a_browser_sends_reaches_the_log() {
    let house = House::new().await;
    let (log, _guard) = Log::start();
    let state = "canary0123456789canary0123456789";
    let paths = [
        "/canary-path?canary-query=canary",
        "/_menshen/login?connector=hq&return_to=/canary",
        "/_menshen/callback/hq?code=canary-code&state=canary",
        &format!("/_menshen/callback/hq?code=canary-code&state={state}"),
        "/_menshen/me?canary",
        "/_menshen/logout?canary",
    ];
    for path in paths {
        for method in ["GET", "POST"] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("accept", "text/html")
                .header("user-agent", "canary-agent wxwork")
                .header("referer", "https://login.example.com/canary")
                .header("authorization", "Bearer canary-token")
                .header("x-request-id", "canary-request-id")
                .header("x-forwarded-for", "canary")
                .header(
                    "cookie",
                    "__Host-menshen_session=canary-session; __Host-menshen_attempt_00000000=canary",
                );
            house.send(request.body(Body::empty()).unwrap()).await;
        }
    }
    let text = log.text();
    assert!(text.lines().count() >= paths.len() * 2, "{text}");
    assert!(!text.contains("canary"), "{text}");
    assert!(!text.contains("sandbox-secret"), "{text}");
}
