//! What a call of the client costs above a bare HTTP call to the same server, and how many callbacks one core
//! opens: `cargo bench -p wecom-sdk --bench overhead`, both in one table. A figure never fails anything.
//!
//! Bare client and SDK ask the same local server in turn, each over one kept connection, and read the same JSON
//! into a struct; a round gives one ratio. A machine that is busy for a while slows both sides of a round.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on has failed; it needs the time, a bare client to compare with, and a \
              terminal"
)]

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::runtime::Runtime;
use wecom_sdk::event::{CallbackKeys, Receiver, ReplayMemory};
use wecom_sdk::{AgentId, Client, CorpId, Endpoints, Secret, Timestamp, UserId};

const CALLS: u32 = 2_000;
const CALLBACKS: u32 = 20_000;
const ROUNDS: usize = 15;

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

/// What a program without the SDK would read of the answer.
#[derive(Deserialize)]
struct Answer {
    errcode: i64,
    userid: String,
    name: String,
    department: Vec<u32>,
    status: u8,
}

/// Asks with a bare client, as somebody would who writes the call by hand.
async fn ask(bare: &reqwest::Client, url: &str) -> Answer {
    let answer = bare.get(url).send().await.unwrap();
    let bytes = answer.bytes().await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// How long some of these take, each.
fn each(count: u32, mut work: impl FnMut()) -> Duration {
    let begun = Instant::now();
    for _ in 0..count {
        work();
    }
    begun.elapsed() / count
}

fn calls() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime: Runtime = { runtime }.enable_all().build().unwrap();
    let address = serve();
    // The bare client wants one; the SDK brings its own.
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    provider.install_default().unwrap();
    let bare = reqwest::Client::builder().http1_only().no_proxy();
    let bare = bare.build().unwrap();
    let url = format!("{address}cgi-bin/user/get?access_token=token&userid=zhangsan");
    let secret = Arc::new(Secret::new("s"));
    let client = Client::builder(CorpId::parse(CORP).unwrap(), AgentId(1), secret)
        .endpoints(Endpoints::all_at(&address.parse().unwrap()))
        .build()
        .unwrap();
    let zhangsan = UserId::parse("zhangsan").unwrap();
    let by_hand = || {
        let answer = runtime.block_on(ask(&bare, &url));
        assert!(answer.errcode == 0 && answer.status == 1);
        assert!(answer.userid == "zhangsan" && answer.name == "N" && answer.department == [1]);
    };
    let by_sdk = || {
        let member = runtime.block_on(client.member(&zhangsan)).unwrap();
        assert_eq!(member.user_id, zhangsan);
    };
    // The connections and the token are there before anything is measured.
    each(CALLS / 4, by_hand);
    each(CALLS / 4, by_sdk);
    let (mut hand, mut sdk, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Who comes first changes from round to round.
        let (one, other) = if round % 2 == 0 {
            let one = each(CALLS, by_hand);
            (one, each(CALLS, by_sdk))
        } else {
            let other = each(CALLS, by_sdk);
            (each(CALLS, by_hand), other)
        };
        hand.push(one.as_secs_f64() * 1e6);
        sdk.push(other.as_secs_f64() * 1e6);
        ratios.push(other.as_secs_f64() / one.as_secs_f64());
    }
    row("one `user/get` by a bare HTTP client, µs", 1, &mut hand);
    row("one `user/get` by the SDK, µs", 1, &mut sdk);
    row("the SDK against the bare client, ratio", 3, &mut ratios);
}

fn callbacks() {
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
    let a_second = |each: Duration| 1.0 / each.as_secs_f64();
    let (mut opened, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        opened.push(a_second(each(CALLBACKS, || {
            std::hint::black_box(keys.open(&sealed).unwrap());
        })));
        whole.push(a_second(each(CALLBACKS, || {
            let event = receiver.receive(&query, body.as_bytes(), NOW, &mut memory);
            // The next one is the same message: without this it would be a repetition.
            memory.forget(&event.unwrap().fingerprint);
        })));
    }
    row("callbacks decrypted a second, one core", 0, &mut opened);
    let name = "callbacks received a second, one core: signature, decryption, XML, repetition";
    row(name, 0, &mut whole);
}

/// The median with least and most.
fn row(name: &str, places: usize, values: &mut [f64]) {
    values.sort_by(f64::total_cmp);
    let (least, most) = (values[0], values[values.len() - 1]);
    let median = values[values.len() / 2];
    println!("| {name} | {median:.places$} ({least:.places$} to {most:.places$}) |");
}

fn main() {
    println!("| figure, {ROUNDS} rounds | median (least to most) |\n|---|---|");
    calls();
    callbacks();
}
