//! The TLS listener: WeCom's four hosts by name, signed by an authority that is kept.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use wecom_sandbox::{Fault, Sandbox, StartError, TlsError};

use crate::client::{Answer, read, send_on};
use crate::stage::{CORP, PORTAL, Stage, secret};

async fn encrypted() -> Stage {
    Stage::built(|_| (), |builder| builder.tls(([127, 0, 0, 1], 0).into())).await
}

/// A connection of somebody who trusts the sandbox's authority and nobody else.
async fn connect(
    stage: &Stage,
    name: &str,
    alpn: &[u8],
) -> Result<TlsStream<TcpStream>, std::io::Error> {
    let pem = stage.sandbox.ca_pem().unwrap();
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    roots.add(ca).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = ClientConfig::builder_with_provider(provider);
    let client = client.with_safe_default_protocol_versions().unwrap();
    let mut client = client.with_root_certificates(roots).with_no_client_auth();
    client.alpn_protocols = vec![alpn.to_vec()];
    let stream = TcpStream::connect(stage.sandbox.tls_addr().unwrap()).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(client))
        .connect(name, stream)
        .await
}

fn ask(host: &str, path: &str) -> Request<Full<Bytes>> {
    let request = Request::get(path).header("host", host);
    request.body(Full::default()).unwrap()
}

async fn get(stage: &Stage, host: &str, path: &str) -> Answer {
    let stream = connect(stage, host, b"http/1.1").await.unwrap();
    send_on(stream, ask(host, path)).await.unwrap()
}

#[tokio::test]
async fn each_host_serves_its_own_paths_and_no_other() {
    let stage = encrypted().await;
    let paths = [
        ("open.weixin.qq.com", "/connect/oauth2/authorize"),
        ("open.work.weixin.qq.com", "/wwopen/sso/qrConnect"),
        ("login.work.weixin.qq.com", "/wwlogin/sso/login"),
        ("qyapi.weixin.qq.com", "/cgi-bin/gettoken"),
    ];
    for (host, _) in paths {
        for (owner, path) in paths {
            let answer = get(&stage, host, path).await;
            if host == owner {
                assert_eq!(answer.status, StatusCode::OK, "{host} {path}");
            } else {
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{host} {path}");
                assert!(answer.body.is_empty(), "{host} {path}");
            }
        }
        let console = get(&stage, host, "/_sandbox/").await;
        assert_eq!(console.status, StatusCode::OK, "{host}");
    }
    // By a name of this machine, and without TLS, every path is there.
    for (_, path) in paths {
        let answer = get(&stage, "localhost", path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(stage.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn nobody_is_fooled_about_another_name() {
    let stage = encrypted().await;
    for name in ["example.com", "weixin.qq.com", "evil.open.weixin.qq.com"] {
        let refused = connect(&stage, name, b"http/1.1").await.unwrap_err();
        assert!(refused.to_string().contains("certificate"), "{refused}");
    }
    assert!(connect(&stage, "127.0.0.1", b"http/1.1").await.is_ok());
}

#[tokio::test]
async fn http_2_is_offered_and_carries_the_host() {
    let stage = encrypted().await;
    let host = "qyapi.weixin.qq.com";
    let stream = connect(&stage, host, b"h2").await.unwrap();
    let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.unwrap();
    let call = |path: &str| {
        let request = Request::get(format!("https://{host}{path}"));
        request.body(Full::<Bytes>::default()).unwrap()
    };
    let path = format!(
        "/cgi-bin/gettoken?corpid={CORP}&corpsecret={}",
        secret(PORTAL)
    );
    stage.sandbox.script().add(Fault::lost("/cgi-bin/gettoken"));
    let calls = async {
        assert!(sender.send_request(call(&path)).await.is_err(), "lost");
        let answer = sender.send_request(call(&path)).await.unwrap();
        assert_eq!(read(answer).await.unwrap().errcode(), 0);
        let elsewhere = sender.send_request(call("/connect/oauth2/authorize")).await;
        assert_eq!(elsewhere.unwrap().status(), StatusCode::NOT_FOUND);
    };
    tokio::select! {
        () = calls => {}
        ended = connection => panic!("the connection ended: {ended:?}"),
    }
}

#[tokio::test]
async fn a_page_that_lives_on_another_host_is_linked_by_its_name() {
    let stage = encrypted().await;
    let host = "open.weixin.qq.com";
    let query = format!("appid={CORP}&redirect_uri=http%3A%2F%2Fevil.example%2F&scope=snsapi_base");
    let mut link = ask(host, &format!("/connect/oauth2/authorize?{query}"));
    let client = "wxwork/4.1.30 MicroMessenger/7.0.1".parse().unwrap();
    link.headers_mut().insert("user-agent", client);
    let stream = connect(&stage, host, b"http/1.1").await.unwrap();
    let answer = send_on(stream, link).await.unwrap();
    let location = answer.headers["location"].to_str().unwrap();
    let wanted = "https://open.work.weixin.qq.com/wwopen/uriconfirm?err_type=domain_err";
    assert!(location.starts_with(wanted), "{location}");
}

#[tokio::test]
async fn a_person_chosen_on_one_host_is_known_on_all() {
    let stage = encrypted().await;
    let host = "login.work.weixin.qq.com";
    let body = r#"{"person":"member:zhangsan"}"#;
    let request = Request::post("/_sandbox/api/sign_in_as")
        .header("host", host)
        .header("content-type", "application/json");
    let request = request.body(Full::from(body)).unwrap();
    let stream = connect(&stage, host, b"http/1.1").await.unwrap();
    let answer = send_on(stream, request).await.unwrap();
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.ends_with("; Domain=weixin.qq.com; Secure"),
        "{cookie}"
    );
}

async fn start_in(folder: &Path) -> Result<Sandbox, StartError> {
    let builder = Sandbox::builder().tls(([127, 0, 0, 1], 0).into());
    builder.tls_folder(folder).start().await
}

#[tokio::test]
async fn the_authority_is_made_once_and_its_key_is_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("deeper/ca");
    let first = start_in(&ca).await.unwrap();
    let file = first.ca_file().unwrap().to_owned();
    assert_eq!(file, ca.join("ca.pem"));
    assert_eq!(fs::read_to_string(&file).unwrap(), first.ca_pem().unwrap());
    let mode = |name: &str| fs::metadata(ca.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("ca.key"), 0o600);
    assert_eq!(mode("ca.pem"), 0o644);
    // Started by root for port 443, it is somebody else who needs the certificate.
    assert_eq!(mode("."), 0o755);

    let second = start_in(&ca).await.unwrap();
    assert_eq!(first.ca_pem(), second.ca_pem());

    fs::set_permissions(ca.join("ca.key"), fs::Permissions::from_mode(0o640)).unwrap();
    let refused = start_in(&ca).await.unwrap_err();
    assert!(
        matches!(refused, StartError::Tls(TlsError::Exposed(_))),
        "{refused}"
    );
    fs::set_permissions(ca.join("ca.key"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(ca.join("ca.key"), "no key").unwrap();
    let refused = start_in(&ca).await.unwrap_err();
    assert!(
        matches!(refused, StartError::Tls(TlsError::NotAKey(_))),
        "{refused}"
    );
}

#[tokio::test]
async fn whoever_types_no_slash_finds_the_console() {
    let stage = Stage::start().await;
    let answer = stage.get("/_sandbox").await;
    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(answer.headers["location"], "/_sandbox/");
}
