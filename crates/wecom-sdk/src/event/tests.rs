//! The whole receiver, by the ids of the security cases.

mod echo;
mod forged;
mod received;
mod repeated;

use super::{CallbackKeys, Receiver};
use crate::clock::Timestamp;
use crate::ids::CorpId;

/// The published sample: corp, keys, and the two messages with what travels beside them.
const CORP: &str = "wx5823bf96d3bd56c7";
const TOKEN: &str = "QDG6eK";
const AES_KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const ECHO: &str =
    "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
const ECHO_SIGNATURE: &str = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3";
const ECHO_TIME: &str = "1409659589";
const ECHO_NONCE: &str = "263014780";

fn keys() -> CallbackKeys {
    CallbackKeys::new(TOKEN, AES_KEY).unwrap()
}

fn receiver() -> Receiver {
    Receiver::new(CorpId::parse(CORP).unwrap(), keys())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

/// An event of the sample's corp, sent by whoever has `keys`.
struct Sent {
    timestamp: String,
    nonce: String,
    encrypt: String,
    signature: String,
    envelope: String,
}

const NOW: i64 = 1_700_000_000;

fn event(change: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>\
         <CreateTime>1699999999</CreateTime><MsgType><![CDATA[event]]></MsgType>\
         <Event><![CDATA[change_contact]]></Event>{change}</xml>"
    )
}

fn leaver() -> String {
    event("<ChangeType>delete_user</ChangeType><UserID><![CDATA[lisa.wu]]></UserID>")
}

impl Sent {
    fn by(keys: &CallbackKeys, message: &str) -> Self {
        Self::sealed(keys, &keys.seal_with(b"0123456789abcdef", message, CORP))
    }

    fn sealed(keys: &CallbackKeys, encrypt: &str) -> Self {
        let (timestamp, nonce) = (NOW.to_string(), "2372623149".to_owned());
        Self {
            signature: keys.sign(&timestamp, &nonce, encrypt),
            envelope: format!(
                "<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
            ),
            encrypt: encrypt.to_owned(),
            timestamp,
            nonce,
        }
    }

    fn query(&self) -> String {
        let Self {
            signature,
            timestamp,
            nonce,
            ..
        } = self;
        format!("msg_signature={signature}&timestamp={timestamp}&nonce={nonce}")
    }
}

fn echo_query(signature: &str, timestamp: &str, nonce: &str, echo: &str) -> String {
    let echo = echo
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    format!("msg_signature={signature}&timestamp={timestamp}&nonce={nonce}&echostr={echo}")
}
