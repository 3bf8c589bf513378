//! New files while the gateway serves.

use std::time::Duration;

use super::{Authority, HOST, Served, ask, der};
use crate::log::Log;

const ME: &str = "GET /_menshen/me HTTP/1.1\r\nhost: login.example.com\r\n\r\n";

#[tokio::test]
async fn a_new_pair_is_shown_to_the_next_and_open_connections_go_on() {
    let served = Served::start().await;
    let first = served.shown().await;
    let mut open = served.connect(HOST, &["http/1.1"]).await;
    assert!(ask(&mut open, ME).await.starts_with("HTTP/1.1 401"));

    let next = served.authority.issue(&[HOST]);
    served.files.put(&next);
    assert_eq!(served.shown().await, first, "nobody has looked yet");
    served
        .certificates
        .look_again(served.house.parts.clock.now())
        .await;
    assert_eq!(served.shown().await, der(&next));
    assert_ne!(first, der(&next));

    assert!(ask(&mut open, ME).await.starts_with("HTTP/1.1 401"));
    let still = open.get_ref().1.peer_certificates().unwrap()[0].clone();
    assert_eq!(still, first);
}

#[tokio::test]
async fn the_files_are_looked_at_by_themselves() {
    let served = Served::start().await;
    let next = served.authority.issue(&[HOST]);
    served.files.put(&next);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    let mut shown = served.shown().await;
    while shown != der(&next) {
        shown = served.shown().await;
    }
}

#[tokio::test]
async fn a_broken_pair_changes_nothing_and_is_reported_with_the_remedy() {
    let served = Served::start().await;
    let first = served.shown().await;
    let (log, _guard) = Log::start();
    let now = served.house.parts.clock.now();
    let good = served.authority.issue(&[HOST]);
    let foreign = Authority::new("Test authority").issue(&[HOST]);
    let elsewhere = served.authority.issue(&["other.example.com"]);

    served.files.write("key.pem", &foreign.key);
    served.certificates.look_again(now).await;
    assert_eq!(served.shown().await, first);
    served.files.put(&elsewhere);
    served.certificates.look_again(now).await;
    assert_eq!(served.shown().await, first);
    served.files.write("chain.pem", "half a file");
    served.certificates.look_again(now).await;
    served.files.remove("chain.pem");
    served.certificates.look_again(now).await;
    assert_eq!(served.shown().await, first);

    let lines = log.lines_with("the one before stays in use");
    assert_eq!(lines.len(), 4, "{}", log.text());
    for (line, part) in lines.iter().zip([
        "whose key is not that of the certificate",
        "is not for login.example.com; it is for other.example.com",
        "holds no certificate in PEM",
        "cannot be read",
    ]) {
        assert!(
            line.contains("ERROR") && line.contains(part),
            "{part}: {line}"
        );
        assert!(line.contains("tls.") && line.contains("_file"), "{line}");
        assert!(!line.contains("PRIVATE"), "{line}");
    }

    served.files.put(&good);
    served.certificates.look_again(now).await;
    assert_eq!(served.shown().await, der(&good));
}
