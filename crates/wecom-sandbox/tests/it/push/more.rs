//! Pushes over https, to several corps, and a corp's own fields in them (dossier 12.1, 12.6).

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use wecom_sandbox::world::{REDUCED_SINCE, State};
use wecom_sdk::{CorpId, UserId};

use super::{Answers, Receiver, save, set, set_in_full};
use crate::browser::Browser;
use crate::stage::{Stage, corp};

/// A certificate that nobody but us believes, for this name, and who shows it.
fn own_certificate(name: &str) -> (String, TlsAcceptor) {
    let certified = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(certified.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let server = ServerConfig::builder_with_provider(provider);
    let server = server.with_safe_default_protocol_versions().unwrap();
    let chain = vec![certified.cert.der().clone()];
    let server = server.with_no_client_auth().with_single_cert(chain, key);
    (certified.cert.pem(), Arc::new(server.unwrap()).into())
}

#[tokio::test]
async fn an_https_address_is_verified_and_hears_of_changes_where_its_certificate_is_trusted() {
    for (name, is_trusted, status) in [
        ("127.0.0.1", true, 204),
        ("127.0.0.1", false, 409),
        ("another.example", true, 409),
    ] {
        let (pem, tls) = own_certificate(name);
        let pem = if is_trusted { pem } else { String::new() };
        let stage = Stage::built(|_| (), |builder| builder.trust_pem(&pem)).await;
        let receiver = Receiver::behind(Some(tls), Answers::Status(200), "").await;
        assert_eq!(
            save(&stage, &receiver.url).await,
            status,
            "{name} {is_trusted}"
        );
        if status == 204 {
            let gone = UserId::parse("WangWu").unwrap();
            let remove = |state: &mut State| state.remove_member(&corp(), &gone);
            assert!(stage.world().change(|state, _| remove(state)));
            assert!(receiver.messages(1).await[0].contains("delete_user"));
            continue;
        }
        let entries = stage.sandbox.journal().of_path(&receiver.url);
        let told = &entries[0].answer;
        assert!(told.contains("no TLS: invalid peer certificate"), "{told}");
    }
}

/// The corp's own fields travel as a whole (12.6), in full form only, and `user/get` has them too (8.2).
#[tokio::test]
async fn a_corps_own_fields_are_told_and_read() {
    let stage = Stage::start().await;
    let receiver = Receiver::start(Answers::Status(200), "").await;
    set_in_full(&stage, &receiver.url);
    let fields = r#"[{"name": "工号", "text": "A&1"}, {"name": "主页", "url": "https://h.example/", "title": "我"}]"#;
    let body = format!(r#"{{"user_id": "zhangsan", "ext_attrs": {fields}}}"#);
    let mut browser = Browser::desktop(stage.addr());
    let changed = browser
        .json("POST", "/_sandbox/api/members/change", &body)
        .await;
    assert_eq!(changed.status, 204);
    let got = receiver.messages(1).await;
    let expected = "<UserID><![CDATA[zhangsan]]></UserID><ExtAttr>\
        <Item><Name><![CDATA[工号]]></Name><Type>0</Type><Text><Value><![CDATA[A&1]]></Value></Text></Item>\
        <Item><Name><![CDATA[主页]]></Name><Type>1</Type>\
        <Web><Title><![CDATA[我]]></Title><Url><![CDATA[https://h.example/]]></Url></Web></Item>\
        </ExtAttr></xml>";
    assert!(got[0].ends_with(expected), "{}", got[0]);
    let attrs = stage.call("user/get", "userid=zhangsan").await["extattr"]["attrs"].clone();
    assert_eq!(
        attrs,
        serde_json::json!([
            {"type": 0, "name": "工号", "text": {"value": "A&1"}},
            {"type": 1, "name": "主页", "web": {"url": "https://h.example/", "title": "我"}},
        ])
    );
    for wrong in [
        r#"[{"name": "x"}]"#,
        r#"[{"name": " ", "text": "x"}]"#,
        r#"[{"name": "x", "text": "x", "url": "y"}]"#,
    ] {
        let body = format!(r#"{{"user_id": "lisi", "ext_attrs": {wrong}}}"#);
        let refused = browser
            .json("POST", "/_sandbox/api/members/change", &body)
            .await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
}

/// What the journal says was sent, once it says so: an entry is written after the answer.
async fn sent(stage: &Stage, what: &str) -> String {
    let journal = stage.sandbox.journal();
    loop {
        let newest = journal.newest();
        let entries = journal.last(usize::MAX).into_iter();
        let mut requests = entries.map(|entry| entry.request);
        if let Some(request) = requests.find(|request| request.starts_with(what)) {
            return request;
        }
        journal.until_newer(newest).await;
    }
}

/// What was sent is shown as it travelled and as it reads, so that a receiver that cannot open it can be
/// repaired; the keys are not.
#[tokio::test]
async fn the_log_shows_what_was_sent_sealed_and_in_plain() {
    let stage = Stage::start().await;
    let receiver = Receiver::start(Answers::Status(200), "").await;
    assert_eq!(save(&stage, &receiver.url).await, 204);
    let lisi = UserId::parse("lisi").unwrap();
    stage
        .world()
        .change(|state, _| assert!(state.remove_member(&corp(), &lisi)));
    let got = receiver.messages(1).await;
    let event = sent(&stage, "delete_user lisi").await;
    assert!(event.ends_with(&got[0]), "{event}");
    assert!(event.contains("msg_signature="), "{event}");
    assert!(event.contains("<Encrypt><![CDATA["), "{event}");
    let echo = sent(&stage, "echostr").await;
    assert!(echo.contains("&echostr="), "{echo}");
    let mut desktop = Browser::desktop(stage.addr());
    let page = desktop.get("/_sandbox/pushes").await;
    page.shows("&#60;ChangeType&#62;delete_user&#60;");
    assert!(!page.body.contains(super::KEY) && !page.body.contains(super::TOKEN));
}

/// The corp whose address takes connections and never says a word.
const SILENT: &str = "ww0000000000000001";

#[tokio::test]
async fn an_address_that_does_not_answer_holds_up_its_own_corp_only() {
    let silent = CorpId::parse(SILENT).unwrap();
    let stage = Stage::with(|seed| {
        let mut second = seed.corps[0].clone();
        second.id = silent.clone();
        seed.corps.push(second);
    })
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = format!("http://{}/", listener.local_addr().unwrap());
    let receiver = Receiver::start(Answers::Status(200), "").await;
    set(&stage, &receiver.url, REDUCED_SINCE);
    let gone = UserId::parse("WangWu").unwrap();
    stage.world().change(|state, _| {
        let callback = state.callback(&corp(), None).cloned().map(|mut callback| {
            callback.url.clone_from(&dead);
            callback
        });
        assert!(state.set_callback(&silent, None, callback));
    });
    for corp_id in [&silent, &corp()] {
        let remove = |state: &mut State| state.remove_member(corp_id, &gone);
        assert!(stage.world().change(|state, _| remove(state)));
    }
    assert!(receiver.messages(1).await[0].contains("delete_user"));
    let tries = stage.sandbox.journal().of_path(&dead);
    assert_eq!(tries.len(), 0, "the other corp's event waited: {tries:?}");
}
