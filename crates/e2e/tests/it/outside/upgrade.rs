//! Upgrades: a WebSocket passes for those who may, and nothing else does.

use e2e::outside::Client;
use e2e::stage::HOST;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::gate::Gate;

const HANDSHAKE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

#[tokio::test]
async fn a_websocket_passes_for_those_who_may() {
    let gate = Gate::start().await;
    for proxy in &gate.proxies {
        let kind = proxy.kind;
        let answer = gate.get(proxy, "/socket", HANDSHAKE).await;
        gate.assert_denied(proxy, "a WebSocket of nobody", &answer);
        let mut client = Client::to(proxy.address);
        let head = format!("Host: {HOST}\r\n{HANDSHAKE}{}", gate.cookie);
        let answer = client.ask("GET /socket", &head).await;
        assert_eq!(answer.status(), 101, "{kind:?}: {answer:#?}");
        let mut stream = client.into_stream();
        stream.write_all(b"hello").await.unwrap();
        let mut echo = [0; 5];
        stream.read_exact(&mut echo).await.unwrap();
        assert_eq!(&echo, b"hello", "{kind:?}");
        gate.upstream.take();
    }
    gate.end().await;
}

#[tokio::test]
async fn s_068_a_foreign_page_opens_no_socket() {
    let gate = Gate::start().await;
    for proxy in &gate.proxies {
        let kind = proxy.kind;
        for origin in ["https://evil.example", "null"] {
            let head = format!("{HANDSHAKE}Origin: {origin}\r\n{}", gate.cookie);
            let answer = gate.get(proxy, "/socket", &head).await;
            gate.assert_denied(proxy, "a foreign page's WebSocket", &answer);
        }
        let mut client = Client::to(proxy.address);
        let own = format!(
            "Host: {HOST}\r\n{HANDSHAKE}Origin: https://{HOST}\r\n{}",
            gate.cookie
        );
        let answer = client.ask("GET /socket", &own).await;
        assert_eq!(answer.status(), 101, "{kind:?}: {answer:#?}");
        gate.upstream.take();
    }
    gate.end().await;
}

#[tokio::test]
async fn s_067_no_other_protocol_passes() {
    let gate = Gate::start().await;
    let tricks = [
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
        "Connection: Upgrade\r\nUpgrade: h2c\r\n",
        "Connection: HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
    ];
    for proxy in &gate.proxies {
        for trick in tricks {
            let answer = gate
                .get(proxy, "/page", &format!("{trick}{}", gate.cookie))
                .await;
            // Refused, and then nothing arrives; or served, and then one request that asks for nothing.
            match (answer.status(), &gate.upstream.take()[..]) {
                (400..500, []) => {}
                (200, [request]) => {
                    for name in ["upgrade", "http2-settings"] {
                        let values = request.all(name);
                        assert!(values.is_empty(), "{:?}: {name}: {values:?}", proxy.kind);
                    }
                }
                (_, seen) => panic!("{:?}: {trick:?}: {answer:#?}, {seen:#?}", proxy.kind),
            }
        }
    }
    gate.end().await;
}
