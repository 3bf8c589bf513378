//! S-189: whom the client believes to be WeCom, and which way it goes there.

use std::fmt::Write as _;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};
use url::Url;
use wecom_sdk::{AgentId, Client, ClientBuilder, CorpId, Endpoints, Error, Secret};

use crate::capture::capture;
use crate::server::Reply;
use crate::stage;

const AUTHORITY: &[u8] = include_bytes!("tls/authority.der");
const KEY: &[u8] = include_bytes!("tls/key.der");
const GOOD: &[u8] = include_bytes!("tls/good.der");
const EXPIRED: &[u8] = include_bytes!("tls/expired.der");
const OTHER_HOST: &[u8] = include_bytes!("tls/other_host.der");
const SELF_SIGNED: &[u8] = include_bytes!("tls/self_signed.der");

fn builder(api: &Url) -> ClientBuilder {
    let secret = Arc::new(Secret::new(stage::SECRET));
    Client::builder(
        CorpId::parse(stage::CORP).unwrap(),
        AgentId(1_000_002),
        secret,
    )
    .endpoints(Endpoints {
        api: api.clone(),
        ..Endpoints::default()
    })
    .clock(stage::clock())
    .timeout(Duration::from_secs(3))
}

/// A TLS server with this certificate that hands out a token.
async fn server_with(certificate: &'static [u8]) -> Url {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(KEY));
    let config =
        ServerConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.into()], key)
            .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let body = r#"{"errcode":0,"access_token":"t","expires_in":7200}"#;
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let _request = stream.read(&mut [0; 4096]).await;
            let _gone = stream.write_all(answer.as_bytes()).await;
        }
    });
    url.parse().unwrap()
}

async fn call_with(certificate: &'static [u8], trust: &[u8]) -> Result<(), Error> {
    let api = server_with(certificate).await;
    let client = builder(&api)
        .trust_only(vec![trust.to_vec()])
        .build()
        .unwrap();
    client.check_credentials().await
}

#[tokio::test]
async fn s_189_the_right_certificate_is_accepted() {
    assert!(call_with(GOOD, AUTHORITY).await.is_ok());
}

#[tokio::test]
async fn s_189_expired_wrong_host_and_self_signed_are_refused() {
    for (name, certificate) in [
        ("expired", EXPIRED),
        ("other host", OTHER_HOST),
        ("self-signed", SELF_SIGNED),
    ] {
        let error = call_with(certificate, AUTHORITY).await.unwrap_err();
        assert!(error.is_transport(), "{name}: {error:?}");
        assert!(
            error.to_string().contains("could not prove"),
            "{name}: {error}"
        );
    }
}

/// An authority that the system does not know is no authority.
#[tokio::test]
async fn s_189_a_private_authority_is_refused_unless_it_is_configured() {
    let api = server_with(GOOD).await;
    let error = builder(&api)
        .build()
        .unwrap()
        .check_credentials()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("could not prove"), "{error}");
}

#[tokio::test]
async fn s_189_plain_http_outside_loopback_does_not_build() {
    for api in ["http://qyapi.weixin.qq.com", "http://192.0.2.1:7700"] {
        let error = builder(&api.parse().unwrap()).build().unwrap_err();
        assert!(error.to_string().contains("plain http"), "{error}");
        assert!(!error.is_retryable());
    }
}

#[test]
fn an_authority_that_cannot_be_read_does_not_build() {
    let api = Url::parse("https://relay.example.com").unwrap();
    assert!(
        builder(&api)
            .trust_only(vec![b"no certificate".to_vec()])
            .build()
            .is_err()
    );
}

/// The tests above once more, in a process whose environment asks for no checks and a dead proxy.
#[test]
fn s_189_no_environment_variable_switches_the_check_off_or_reroutes_the_call() {
    for test in [
        "tls::s_189_the_right_certificate_is_accepted",
        "tls::s_189_expired_wrong_host_and_self_signed_are_refused",
        "tls::s_189_a_private_authority_is_refused_unless_it_is_configured",
    ] {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([test, "--exact"]);
        for (name, value) in [
            ("HTTPS_PROXY", "http://127.0.0.1:1"),
            ("https_proxy", "http://127.0.0.1:1"),
            ("ALL_PROXY", "http://127.0.0.1:1"),
            ("SSL_CERT_VERIFY", "0"),
            ("SSL_NO_VERIFY", "1"),
            ("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
            ("PYTHONHTTPSVERIFY", "0"),
            ("GIT_SSL_NO_VERIFY", "true"),
        ] {
            command.env(name, value);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{test}: {said}"
        );
    }
}

#[tokio::test]
async fn a_configured_proxy_is_used_and_sees_no_secret() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://me:CANARY@{}", listener.local_addr().unwrap());
    let proxy = Url::parse(&proxy).unwrap();
    let seen = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = vec![0; 4096];
        let length = stream.read(&mut bytes).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
            .await
            .unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    });
    let api = Url::parse("https://qyapi.weixin.qq.com").unwrap();
    let logs = capture();
    let builder = builder(&api).proxy(proxy);
    let mut words = format!("{builder:?}");
    let client = builder.build().unwrap();
    let error = client.check_credentials().await.unwrap_err();
    assert!(error.is_transport());
    write!(words, "{error} {error:?} {client:?} {}", logs.text()).unwrap();
    assert!(
        words.contains("called WeCom") && !words.contains("CANARY"),
        "{words}"
    );
    let seen = seen.await.unwrap();
    assert!(
        seen.starts_with("CONNECT qyapi.weixin.qq.com:443 "),
        "{seen}"
    );
    assert!(
        !seen.contains(stage::SECRET) && !seen.contains("gettoken"),
        "{seen}"
    );
}

#[test]
fn a_proxy_of_another_kind_does_not_build() {
    let api = Url::parse("https://qyapi.weixin.qq.com").unwrap();
    for proxy in [
        "socks5://127.0.0.1:1080",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
    ] {
        assert!(
            builder(&api).proxy(proxy.parse().unwrap()).build().is_err(),
            "{proxy}"
        );
    }
}

#[tokio::test]
async fn loopback_is_never_proxied() {
    let server = stage::answering(|_| Reply::Drops).await;
    let dead = Url::parse("http://127.0.0.1:1").unwrap();
    let client = stage::builder(&server).proxy(dead).build().unwrap();
    assert!(client.check_credentials().await.is_ok());
}
