//! What a call of the client costs above a bare HTTP call to the same server, and how many callbacks one core
//! opens. `cargo bench -p wecom-sdk --bench overhead`; a figure never fails anything.
//!
//! Both sides of the first comparison ask the same local server, over one kept connection, and read the JSON.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot go on has failed; the bare client is what the other is compared with"
)]

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wecom_sdk::event::{CallbackKeys, Receiver, ReplayMemory};
use wecom_sdk::{AgentId, Client, CorpId, Endpoints, Secret, Timestamp, UserId};

const MEMBER: &str =
    r#"{"errcode":0,"errmsg":"ok","userid":"zhangsan","name":"N","department":[1],"status":1}"#;
const TOKEN: &str = r#"{"errcode":0,"errmsg":"ok","access_token":"token","expires_in":7200}"#;
const CORP: &str = "ww1111222233334444";
const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

/// A server that keeps its connections, one thread for each.
fn serve() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || answer_all(stream.unwrap()));
        }
    });
    address
}

fn answer_all(mut stream: std::net::TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut reader = std::io::BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut first) = (String::new(), String::new());
    loop {
        line.clear();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if first.is_empty() {
            first.clone_from(&line);
        }
        if line != "\r\n" {
            continue;
        }
        let body = if first.contains("gettoken") {
            TOKEN
        } else {
            MEMBER
        };
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
        let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
        first.clear();
    }
}

fn calls(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let address = serve();
    let bare = reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .build()
        .unwrap();
    let url = format!("{address}cgi-bin/user/get?access_token=token&userid=zhangsan");
    let client = Client::builder(
        CorpId::parse(CORP).unwrap(),
        AgentId(1),
        Arc::new(Secret::new("s")),
    )
    .endpoints(Endpoints::all_at(&address.parse().unwrap()))
    .build()
    .unwrap();
    let zhangsan = UserId::parse("zhangsan").unwrap();
    let mut group = criterion.benchmark_group("user_get");
    group.bench_function("bare_http", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let answer = bare.get(&url).send().await.unwrap();
                let bytes = answer.bytes().await.unwrap();
                serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
            })
        });
    });
    group.bench_function("client", |bencher| {
        bencher.iter(|| runtime.block_on(client.user(&zhangsan)).unwrap());
    });
    group.finish();
}

fn callbacks(criterion: &mut Criterion) {
    let keys = CallbackKeys::new(
        "TokenForTests01",
        "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
    );
    let keys = keys.unwrap();
    let message = format!(
        "<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>\
         <CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType>\
         <Event><![CDATA[change_contact]]></Event><ChangeType>delete_user</ChangeType>\
         <UserID><![CDATA[lisa.wu]]></UserID></xml>"
    );
    let sealed = keys.seal_with(b"0123456789abcdef", &message, CORP);
    let signature = keys.sign("1700000000", "nonceA1", &sealed);
    let query = format!("msg_signature={signature}&timestamp=1700000000&nonce=nonceA1");
    let body = format!("<xml><ToUserName>{CORP}</ToUserName><Encrypt>{sealed}</Encrypt></xml>");
    let receiver = Receiver::new(CorpId::parse(CORP).unwrap(), keys.clone());
    let mut memory = ReplayMemory::default();
    let mut group = criterion.benchmark_group("callback");
    group.throughput(Throughput::Elements(1));
    group.bench_function("open", |bencher| {
        bencher.iter(|| keys.open(&sealed).unwrap());
    });
    group.bench_function("receive", |bencher| {
        bencher.iter(|| {
            let event = receiver
                .receive(&query, body.as_bytes(), NOW, &mut memory)
                .unwrap();
            memory.forget(&event.fingerprint);
            event
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(Duration::from_secs(10)).sample_size(60);
    targets = calls, callbacks
}
criterion_main!(benches);
