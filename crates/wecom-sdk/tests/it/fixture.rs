//! Reads `fixtures/wecom/` and plays WeCom's part of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::server::{Asked, Reply, Server};
use crate::stage::SECRET;

pub(crate) const TOKEN: &str = "Tk-access_token-0001";

#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    /// The path after `/cgi-bin/`.
    pub(crate) call: String,
    pub(crate) case: String,
    pub(crate) method: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) sent: Option<Value>,
    pub(crate) status: u16,
    pub(crate) answer: Option<Value>,
}

impl Fixture {
    pub(crate) fn load(call: &str, case: &str) -> Self {
        let read = |kind: &str| -> Value {
            let path = root().join(call).join(format!("{case}.{kind}.json"));
            let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("{}", path.display()));
            let filled = serde_json::from_str(&text).unwrap();
            fill(filled)
        };
        let (request, response) = (read("request"), read("response"));
        let query = request["query"].as_object().unwrap();
        Self {
            call: call.to_owned(),
            case: case.to_owned(),
            method: request["method"].as_str().unwrap().to_owned(),
            query: query
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect(),
            sent: request.get("body").cloned(),
            status: u16::try_from(response["status"].as_u64().unwrap()).unwrap(),
            answer: response.get("body").cloned(),
        }
    }

    /// Every fixture there is, sorted by call and case.
    pub(crate) fn all() -> Vec<Self> {
        let mut found = Vec::new();
        let mut folders = vec![root()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Some(case) = case_of(&path) {
                    let call = folder.strip_prefix(root()).unwrap().to_str().unwrap();
                    found.push(Self::load(call, &case));
                }
            }
        }
        found.sort_by_key(|fixture| (fixture.call.clone(), fixture.case.clone()));
        found
    }

    pub(crate) fn errcode(&self) -> Option<i64> {
        self.answer.as_ref()?.get("errcode")?.as_i64()
    }

    /// The value of a query parameter.
    pub(crate) fn param(&self, name: &str) -> &str {
        &self.query[name]
    }

    fn is_asked_by(&self, asked: &Asked) -> bool {
        let sent = serde_json::from_str::<Value>(&asked.body).ok();
        self.call == asked.call
            && self.method == asked.method
            && self.query == asked.query
            && self.sent == sent
    }

    fn reply(&self) -> Reply {
        match &self.answer {
            Some(answer) if self.status == 200 => Reply::json(answer.to_string()),
            answer => Reply::status(
                self.status,
                &answer.as_ref().map(Value::to_string).unwrap_or_default(),
            ),
        }
    }
}

/// A server that hands out [`TOKEN`], answers the fixture's request with the fixture's answer, and
/// keeps what it could not match.
pub(crate) async fn serve(fixture: Fixture) -> (Server, Arc<Mutex<Vec<Asked>>>) {
    let strange = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&strange);
    let server = Server::start(move |asked| {
        if fixture.is_asked_by(asked) {
            fixture.reply()
        } else if asked.call == "gettoken" {
            crate::stage::token_reply(TOKEN)
        } else {
            kept.lock().unwrap().push(asked.clone());
            Reply::status(500, "")
        }
    })
    .await;
    (server, strange)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wecom")
}

fn case_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    name.strip_suffix(".request.json").map(str::to_owned)
}

/// Puts values in place of the placeholders.
fn fill(value: Value) -> Value {
    match value {
        Value::String(text) if text == "{expires_in}" => 1800.into(),
        Value::String(text) if text == "{number}" => 4_294_967_295_u32.into(),
        Value::String(text) => fill_text(&text).into(),
        Value::Array(values) => values.into_iter().map(fill).collect(),
        Value::Object(pairs) => {
            let filled = pairs.into_iter().map(|(name, value)| (name, fill(value)));
            Value::Object(filled.collect())
        }
        other => other,
    }
}

fn fill_text(text: &str) -> String {
    [
        ("{access_token}", TOKEN),
        ("{corp_secret}", SECRET),
        ("{code}", "k3vTz81mWcYp0LsKq3vTz81mWcYp0LsKq3vTz81mWc-"),
        ("{user_ticket}", "Tk_invented_0001"),
        ("{ticket}", "Tk_invented_ticket_1"),
        ("{tfa_code}", "Tc_invented_0001"),
        ("{cursor}", "after_2"),
        ("{open_id}", "oAbc-invented-77"),
        ("{external_user_id}", "wmInventedExt001"),
        ("{hint}", "1700000000123456789012345"),
        ("{ip}", "203.0.113.7"),
        ("{url}", "https://wework.qpic.example/picture/0"),
        ("{text}", "Text"),
        ("{any}", "anything"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (name, value)| {
        text.replace(name, value)
    })
}
