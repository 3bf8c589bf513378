//! What the round that looks after upstreams does not do: wait for one that lets it wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::dial::{Dialer, Tls};
use super::group::Group;
use super::look_after;
use super::upstream::Upstream;
use crate::config::UpstreamTimeouts;
use crate::jobs::Jobs;

#[tokio::test]
async fn s_214_a_knock_at_an_upstream_that_says_nothing_holds_up_neither_a_round_nor_the_end() {
    // It takes connections, and never says a word of TLS.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let (url, tls) = (Url::parse(&url).unwrap(), Tls::of(&[]).unwrap());
    let jobs = Jobs::new();
    let upstream = || Upstream::new(Dialer::new(&url, Some(&tls)), jobs.clone());
    let timeouts = UpstreamTimeouts {
        connect: Duration::from_mins(1),
        ..UpstreamTimeouts::default()
    };
    let group = Arc::new(Group::new(vec![upstream(), upstream()], timeouts));
    for upstream in group.upstreams() {
        upstream.health.failed(Instant::now());
    }
    for _ in 0..3 {
        look_after(&Arc::downgrade(&group), &jobs);
        assert_eq!(jobs.in_hand(), 2, "each is knocked at once at a time");
        tokio::task::yield_now().await;
    }
    assert_eq!(jobs.drain(Duration::from_secs(10)).await, 0);
    assert!(
        group
            .upstreams()
            .iter()
            .all(|upstream| upstream.health.is_down())
    );
}
