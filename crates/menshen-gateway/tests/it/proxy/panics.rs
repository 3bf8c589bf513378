//! A panic on the way to a site, before any router: one request pays for it, and nobody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tokio::io::AsyncWriteExt as _;
use wecom_sdk::{Clock, Timestamp};

use super::stage::{OPEN, Stage, parse, read_until};
use super::upstream::{Upstream, ok};
use crate::log::Log;

/// A clock that panics while it is told to.
#[derive(Debug)]
struct Bomb {
    clock: Arc<dyn Clock>,
    is_armed: Arc<AtomicBool>,
}

impl Clock for Bomb {
    fn now(&self) -> Timestamp {
        assert!(!self.is_armed.load(Relaxed), "canary-4711");
        self.clock.now()
    }
}

#[tokio::test]
async fn s_064_a_panic_before_the_router_costs_one_request_and_is_counted_and_logged_once() {
    let app = Upstream::start(|_| ok("hello")).await;
    let is_armed = Arc::new(AtomicBool::new(false));
    let trigger = Arc::clone(&is_armed);
    let stage = Stage::changed(&[app.url()], "", |parts| {
        let clock = Arc::clone(&parts.clock);
        parts.clock = Arc::new(Bomb { clock, is_armed });
    })
    .await;
    let (log, _guard) = Log::start();
    let request = format!("GET / HTTP/1.1\r\nhost: {OPEN}\r\n\r\n");
    let mut stream = stage.connect().await;
    for round in 1..=3 {
        trigger.store(true, Relaxed);
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = parse(&read_until(&mut stream, "}").await);
        assert_eq!(answer.status, 500);
        assert_eq!(answer.problem(), "gateway.internal");
        assert!(!answer.body.contains("canary"), "{}", answer.body);
        let lines = log.lines_with(&format!("\"{}\"", answer.header("x-request-id")));
        let told: Vec<&String> = lines.iter().filter(|line| line.contains("ERROR")).collect();
        assert_eq!(told.len(), 1, "{lines:#?}");
        assert!(
            told[0].contains("a handler panicked: canary-4711"),
            "{told:?}"
        );
        let counted = format!("menshen_panics_total {round}\n");
        assert!(stage.house.parts.metrics.to_text().contains(&counted));
        // The same connection goes on.
        trigger.store(false, Relaxed);
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = parse(&read_until(&mut stream, "hello").await);
        assert_eq!((answer.status.as_u16(), &*answer.body), (200, "hello"));
    }
    assert_eq!(app.seen().len(), 3);
}
