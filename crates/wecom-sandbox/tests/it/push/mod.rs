//! Pushes to a callback address (dossier 12): verification when it is saved, events, tries, order.
//!
//! The receiver here opens what comes with the sdk's own keys, which prove themselves on the same official
//! vectors; the sandbox seals with its own.

mod more;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use wecom_sandbox::world::{Callback, PushOrder, PushRepeat, PushRetry, REDUCED_SINCE};
use wecom_sdk::event::CallbackKeys;
use wecom_sdk::{Timestamp, UserId};

use crate::browser::Browser;
use crate::stage::{CORP, Stage, corp};

pub(crate) const TOKEN: &str = "TokenForTests01";
pub(crate) const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

/// What the receiver answers to a push.
#[derive(Clone, Copy)]
pub(crate) enum Answers {
    Status(u16),
    Never,
}

/// A server that takes callbacks.
pub(crate) struct Receiver {
    pub(crate) url: String,
    /// What came, opened.
    got: Arc<Mutex<Vec<String>>>,
    came: Arc<Notify>,
    /// What is put around the echostr.
    frame: &'static str,
    /// Ends when dropped.
    tasks: JoinSet<()>,
}

impl Receiver {
    pub(crate) async fn start(answers: Answers, frame: &'static str) -> Self {
        Self::behind(None, answers, frame).await
    }

    /// Behind TLS, where there is an acceptor. A handshake that fails is the sandbox's choice.
    async fn behind(tls: Option<TlsAcceptor>, answers: Answers, frame: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!(
            "{scheme}://{}/callback?mine=1",
            listener.local_addr().unwrap()
        );
        let mut receiver = Self {
            url,
            got: Arc::default(),
            came: Arc::default(),
            frame,
            tasks: JoinSet::new(),
        };
        let (got, came) = (receiver.got.clone(), receiver.came.clone());
        let serve = async move {
            let keys = CallbackKeys::new(TOKEN, KEY).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let heard = (&*got, &*came);
                match &tls {
                    None => answer(stream, &keys, heard, (answers, frame)).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            answer(stream, &keys, heard, (answers, frame)).await;
                        }
                    }
                }
            }
        };
        receiver.tasks.spawn(serve);
        receiver
    }

    /// Waits until so many messages have come.
    pub(crate) async fn messages(&self, count: usize) -> Vec<String> {
        loop {
            let came = self.came.notified();
            let got = self.got.lock().unwrap().clone();
            if got.len() >= count {
                return got;
            }
            came.await;
        }
    }
}

/// The head and the body of the request that a connection carries.
async fn request_from(stream: &mut (impl AsyncRead + Unpin)) -> (String, String) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece).await.unwrap();
        request.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert!(read > 0, "{text}");
            continue;
        };
        let lower = head.to_ascii_lowercase();
        let length = lower.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return (head.to_owned(), body.to_owned());
        }
    }
}

async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    keys: &CallbackKeys,
    (got, came): (&Mutex<Vec<String>>, &Notify),
    (answers, frame): (Answers, &str),
) {
    let (head, body) = request_from(&mut stream).await;
    let target = head.split(' ').nth(1).unwrap();
    let url = url::Url::parse(&format!("http://h{target}")).unwrap();
    let value = |name: &str| {
        let mut pairs = url.query_pairs();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    assert_eq!(value("mine").unwrap(), "1", "the address's own query stays");
    let sealed = value("echostr").unwrap_or_else(|| {
        let (_, rest) = body.split_once("<Encrypt><![CDATA[").unwrap();
        rest.split_once("]]>").unwrap().0.to_owned()
    });
    let [timestamp, nonce, signature] =
        ["timestamp", "nonce", "msg_signature"].map(|name| value(name).unwrap());
    assert!(
        keys.is_signed(&signature, &timestamp, &nonce, &sealed),
        "{target}"
    );
    let opened = keys.open(&sealed).unwrap();
    assert_eq!(opened.receive_id(), CORP);
    let message = opened.message().to_owned();
    if head.starts_with("GET") {
        let text = format!("{frame}{message}{frame}");
        let text = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        );
        stream.write_all(text.as_bytes()).await.unwrap();
        return;
    }
    assert!(
        body.contains(&format!("<ToUserName><![CDATA[{CORP}]]></ToUserName>")),
        "{body}"
    );
    got.lock().unwrap().push(message);
    came.notify_one();
    match answers {
        Answers::Status(status) => {
            let text = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(text.as_bytes()).await.unwrap();
        }
        // Until the sandbox hangs up.
        Answers::Never => while stream.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {},
    }
}

async fn save(stage: &Stage, url: &str) -> u16 {
    let mut browser = Browser::desktop(stage.addr());
    let body = serde_json::json!({ "url": url, "token": TOKEN, "aes_key": KEY });
    let path = "/_sandbox/api/callbacks";
    browser.json("PUT", path, &body.to_string()).await.status
}

/// The contact sync's address as if it had been saved at this time.
fn set(stage: &Stage, url: &str, saved_at: Timestamp) {
    let callback = Callback {
        url: url.to_owned(),
        token: TOKEN.to_owned(),
        aes_key: KEY.to_owned(),
        saved_at,
    };
    stage.world().change(|state, _| {
        assert!(state.set_callback(&corp(), None, Some(callback)));
    });
}

/// The same as if it had been saved when addresses still heard of everything.
fn set_in_full(stage: &Stage, url: &str) {
    set(stage, url, REDUCED_SINCE.minus(Duration::from_secs(1)));
}

/// Sends a message by hand that nobody takes.
async fn push_in_vain(stage: &Stage) {
    let mut browser = Browser::desktop(stage.addr());
    let pushed = browser
        .json("POST", "/_sandbox/api/push", r#"{"xml":"<xml/>"}"#)
        .await;
    pushed.shows(r#"{"taken":false}"#);
}

fn rename(stage: &Stage, user_id: &str, name: &str) {
    let user_id = UserId::parse(user_id).unwrap();
    stage.world().change(|state, _| {
        let corp = state.corps.get_mut(&corp()).unwrap();
        name.clone_into(&mut corp.members.get_mut(&user_id).unwrap().name);
    });
}

#[tokio::test]
async fn an_address_is_saved_when_it_gives_the_echo_back_and_nothing_else() {
    let stage = Stage::start().await;
    for (frame, status) in [("", 204), ("\"", 409), ("\n", 409), ("\u{feff}", 409)] {
        let receiver = Receiver::start(Answers::Status(200), frame).await;
        assert_eq!(
            save(&stage, &receiver.url).await,
            status,
            "{:?}",
            receiver.frame
        );
    }
    assert_eq!(
        save(&stage, "http://127.0.0.1:1/").await,
        409,
        "nobody there"
    );
    assert_eq!(
        save(&stage, "http://192.0.2.1/").await,
        409,
        "not this machine"
    );
    assert_eq!(save(&stage, "https://127.0.0.1:1/").await, 409, "no TLS");
    assert_eq!(save(&stage, "nowhere").await, 400);
    let mut browser = Browser::desktop(stage.addr());
    let listed = browser.get("/_sandbox/api/callbacks").await;
    listed
        .shows("/callback?mine=1")
        .shows(r#""is_reduced":true"#);
    assert!(!listed.body.contains(KEY) && !listed.body.contains(TOKEN));
}

#[tokio::test]
async fn a_new_address_hears_ids_only_and_only_of_departments_and_userids() {
    let stage = Stage::start().await;
    let receiver = Receiver::start(Answers::Status(200), "").await;
    assert_eq!(save(&stage, &receiver.url).await, 204);
    rename(&stage, "zhangsan", "张三三");
    let [from, to] = ["lisi", "li.si"].map(|id| UserId::parse(id).unwrap());
    stage
        .world()
        .change(|state, _| assert!(state.rename_member(&corp(), &from, &to)));
    let gone = UserId::parse("WangWu").unwrap();
    stage
        .world()
        .change(|state, _| assert!(state.remove_member(&corp(), &gone)));
    let got = receiver.messages(2).await;
    let event = |kind: &str, rest: &str| {
        format!(
            "<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[sys]]>\
             </FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType>\
             <Event><![CDATA[change_contact]]></Event><ChangeType>{kind}</ChangeType>{rest}</xml>"
        )
    };
    let renamed = "<UserID><![CDATA[lisi]]></UserID><NewUserID><![CDATA[li.si]]></NewUserID>";
    assert_eq!(got[0], event("update_user", renamed));
    assert_eq!(
        got[1],
        event("delete_user", "<UserID><![CDATA[WangWu]]></UserID>")
    );
}

#[tokio::test]
async fn an_old_address_hears_what_changed() {
    let stage = Stage::start().await;
    let receiver = Receiver::start(Answers::Status(200), "").await;
    set_in_full(&stage, &receiver.url);
    rename(&stage, "zhangsan", "a]]>b");
    stage.world().change(|state, _| {
        let corp = state.corps.get_mut(&corp()).unwrap();
        let department = corp
            .departments
            .get_mut(&wecom_sdk::DepartmentId(4))
            .unwrap();
        department.name = "平台部".to_owned();
        let tag = corp.tags.get_mut(&wecom_sdk::TagId(1)).unwrap();
        tag.members = vec![UserId::parse("lisi").unwrap()];
    });
    let got = receiver.messages(3).await;
    let ends = |text: &str, end: &str| assert!(text.ends_with(end), "{text}");
    ends(
        &got[0],
        "<ChangeType>update_user</ChangeType><UserID><![CDATA[zhangsan]]></UserID>\
         <Name><![CDATA[a]]]]><![CDATA[>b]]></Name></xml>",
    );
    ends(
        &got[1],
        "<Id>4</Id><Name><![CDATA[平台部]]></Name><ParentId>2</ParentId><Order>0</Order></xml>",
    );
    ends(
        &got[2],
        "<TagId>1</TagId><AddUserItems><![CDATA[lisi]]></AddUserItems>\
         <DelUserItems><![CDATA[zhangsan]]></DelUserItems></xml>",
    );
}

#[tokio::test]
async fn what_counts_as_a_failure_is_a_switch() {
    for (retry, tries) in [(PushRetry::NoAnswer, 1), (PushRetry::AnyFailure, 3)] {
        let stage = Stage::with(|seed| seed.switches.push_retry = retry).await;
        let receiver = Receiver::start(Answers::Status(500), "").await;
        set(&stage, &receiver.url, REDUCED_SINCE);
        push_in_vain(&stage).await;
        assert_eq!(receiver.messages(tries).await.len(), tries);
        assert_eq!(stage.rules(&receiver.url).len(), tries, "one entry each");
    }
}

#[tokio::test(start_paused = true)]
async fn who_never_answers_is_tried_three_times() {
    let stage = Stage::start().await;
    let receiver = Receiver::start(Answers::Never, "").await;
    set(&stage, &receiver.url, REDUCED_SINCE);
    push_in_vain(&stage).await;
    let entries = stage.sandbox.journal().of_path(&receiver.url);
    let answers: Vec<_> = entries.iter().map(|entry| entry.answer.as_str()).collect();
    assert_eq!(answers.len(), 3, "{answers:?}");
    assert_eq!(answers[2], "try 3: no answer in time");
}

#[tokio::test]
async fn switches_repeat_events_and_mix_their_order() {
    let stage = Stage::with(|seed| {
        seed.switches.push_order = PushOrder::Shuffled;
        seed.switches.push_repeat = PushRepeat::Twice;
    })
    .await;
    let receiver = Receiver::start(Answers::Status(200), "").await;
    set(&stage, &receiver.url, Timestamp::from_seconds(0));
    stage.world().change(|state, _| {
        let corp = state.corps.get_mut(&corp()).unwrap();
        for id in 1..=4 {
            let department = corp.departments.get_mut(&wecom_sdk::DepartmentId(id));
            department.unwrap().order = 7;
        }
    });
    let got = receiver.messages(8).await;
    let mut ids: Vec<_> = got
        .iter()
        .map(|text| {
            text.split_once("<Id>")
                .unwrap()
                .1
                .split('<')
                .next()
                .unwrap()
        })
        .collect();
    for pair in ids.chunks(2) {
        assert_eq!(pair[0], pair[1], "{ids:?}");
    }
    assert_ne!(ids, ["1", "1", "2", "2", "3", "3", "4", "4"]);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids, ["1", "2", "3", "4"]);
}
