//! `/_sandbox/pushes`: where WeCom's server pushes to (dossier 12), and what became of the pushes.
//!
//! Saving an address verifies it first, as WeCom's console does. The log is the journal's, newest first: each try
//! with its answer. [`super::message`] sends by hand.

use askama::Template;
use axum::response::Response;
use wecom_sdk::{AgentId, CorpId};

use super::form::{Field, Maker};
use super::frame::{Frame, show};
use super::journal::Line;
use super::lang::Lang;
use super::managed::{At, Head, Managed, Words};
use super::which;
use crate::admin::{Mistakes, corp_of};
use crate::journal::Kind;
use crate::page::fields::Fields;
use crate::push::{self, EVENTS, NotVerified};
use crate::room::Room;
use crate::world::{Callback, Corp, Holder, REDUCED_SINCE, State};

/// The word for the contact sync, beside the numbers of apps.
const SYNC: &str = "sync";
/// How many tries the log shows.
const SHOWN: usize = 30;
/// How long the drawn keys are (12.1).
const TOKEN: usize = 32;
const AES_KEY: usize = 43;

#[derive(Template)]
#[template(path = "console/pushes.html")]
struct Page {
    frame: Frame,
    head: Head,
    corp: String,
    rows: Vec<Row>,
    lang: Lang,
    lines: Vec<Line>,
    events: &'static [&'static str],
}

struct Row {
    to: String,
    name: String,
    address: Option<String>,
    is_reduced: bool,
    edit: String,
}

pub(super) struct Pushes;

impl Managed for Pushes {
    const PATHS: [&'static str; 3] = [
        "/_sandbox/pushes",
        "/_sandbox/pushes/edit",
        "/_sandbox/pushes/remove",
    ];
    const WORDS: Words = Words {
        many: ("Pushes", "推送"),
        one: ("Address of", "接收地址"),
        new: ("New address", "新建接收地址"),
        remove: ("Remove the address", "删除接收地址"),
    };

    fn list(at: &At<'_>) -> Response {
        let entries = at.room.journal.last(usize::MAX);
        let entries = entries
            .iter()
            .rev()
            .filter(|entry| entry.kind == Kind::Push);
        let lang = at.frame.lang;
        show(&Page {
            frame: at.frame.clone(),
            head: at.head::<Self>(),
            corp: at.corp.id.to_string(),
            rows: holders(at.corp).map(|to| Row::of(at, to)).collect(),
            lines: entries
                .take(SHOWN)
                .map(|entry| Line::of(entry, lang))
                .collect(),
            lang,
            events: &EVENTS,
        })
    }

    fn values(at: &At<'_>, id: &str) -> Fields {
        let mut values = Fields::default();
        let callback = holder(id).and_then(|to| at.state.callback(&at.corp.id, agent(to)));
        values.push("to", id);
        if let Some(callback) = callback {
            values.push("was", id);
            values.push("url", callback.url.as_str());
            values.push("token", callback.token.as_str());
            values.push("aes_key", callback.aes_key.as_str());
        } else {
            // As the button of WeCom's console that draws both.
            let entropy = at.room.world.entropy();
            values.push("token", entropy.alphanumeric(TOKEN).unwrap_or_default());
            values.push("aes_key", entropy.alphanumeric(AES_KEY).unwrap_or_default());
        }
        values
    }

    fn fields(at: &At<'_>, make: &Maker<'_>) -> Vec<Field> {
        let mut fields = Vec::new();
        if make.values.text("was").is_empty() {
            let holders = holders(at.corp);
            let holders = holders.map(|to| (word(to), name(at.frame, at.corp, to)));
            fields.push(make.select("to", ("For", "接收方"), holders.collect()));
        }
        let verified = at.frame.say(
            "it is asked with an echostr when you save, and has a second to answer",
            "保存时会用 echostr 校验，须在一秒内应答",
        );
        let key = at.frame.say("43 letters and digits", "43 个字母或数字");
        let token = at
            .frame
            .say("at most 32 letters and digits", "最多 32 个字母或数字");
        fields.extend([
            make.text("url", ("URL", "URL")).hint(verified),
            make.text("token", ("Token", "Token")).hint(token),
            make.text("aes_key", ("EncodingAESKey", "EncodingAESKey"))
                .hint(key),
        ]);
        fields
    }

    fn called(at: &At<'_>, was: &str) -> String {
        holder(was).map_or_else(String::new, |to| name(at.frame, at.corp, to))
    }

    async fn save(room: &Room, values: &Fields) -> Result<(), Mistakes> {
        let (corp, to) = meant(room, values)?;
        let text = |name| values.text(name).trim().to_owned();
        let callback = Callback {
            url: text("url"),
            token: text("token"),
            aes_key: text("aes_key"),
            saved_at: room.world.now(),
        };
        let mut mistakes = Mistakes::default();
        mistakes.needed("url", Some(&callback.url).filter(|url| !url.is_empty()));
        mistakes.finish()?;
        match push::save(room, (&corp, agent(to)), callback).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(nobody()),
            Err(reason) => Err(explain(&reason)),
        }
    }

    fn remove(state: &mut State, corp: Option<&CorpId>, was: &str) -> Result<(), Mistakes> {
        let mut mistakes = Mistakes::default();
        let corp = corp_of(state, corp, &mut mistakes).map(|corp| corp.id.clone());
        mistakes.finish()?;
        let to = holder(was);
        let is_done = corp
            .zip(to)
            .map(|(corp, to)| state.set_callback(&corp, agent(to), None));
        if is_done == Some(true) {
            Ok(())
        } else {
            Err(nobody())
        }
    }
}

/// Contact sync where it is open, then every app.
fn holders(corp: &Corp) -> impl Iterator<Item = Holder> {
    let sync = corp.contact_sync.is_some();
    let agents = corp.agents.keys().copied().map(Holder::Agent);
    sync.then_some(Holder::ContactSync)
        .into_iter()
        .chain(agents)
}

/// Whom a word means.
pub(super) fn holder(word: &str) -> Option<Holder> {
    match word {
        SYNC => Some(Holder::ContactSync),
        _ => word.parse().ok().map(|id| Holder::Agent(AgentId(id))),
    }
}

pub(super) fn agent(to: Holder) -> Option<AgentId> {
    match to {
        Holder::Agent(id) => Some(id),
        Holder::ContactSync => None,
    }
}

fn word(to: Holder) -> String {
    agent(to).map_or_else(|| SYNC.to_owned(), |id| id.to_string())
}

pub(super) fn name(frame: &Frame, corp: &Corp, to: Holder) -> String {
    let Some(id) = agent(to) else {
        return frame.say("contact sync", "通讯录同步").to_owned();
    };
    let agent = corp.agents.get(&id).map(|agent| agent.name.as_str());
    format!("{} {id}", agent.unwrap_or_default())
}

/// The corp and the holder that a form means.
pub(super) fn meant(room: &Room, values: &Fields) -> Result<(CorpId, Holder), Mistakes> {
    let was = values.text("was");
    let to = if was.is_empty() {
        values.text("to")
    } else {
        was
    };
    let corp = room
        .world
        .read(|state, _| which::corp(state, values).map(|corp| corp.id.clone()));
    corp.zip(holder(to)).ok_or_else(nobody)
}

pub(super) fn nobody() -> Mistakes {
    let mut mistakes = Mistakes::default();
    mistakes.absent("to", "there is no such address", "没有这个接收地址");
    mistakes
}

fn explain(reason: &NotVerified) -> Mistakes {
    let mut mistakes = Mistakes::default();
    match reason {
        NotVerified::Url => mistakes.bad("url", "not an address", "不是地址"),
        NotVerified::Token => {
            mistakes.bad("token", "1 to 32 letters and digits", "1–32 个字母或数字");
        }
        NotVerified::AesKey => mistakes.bad("aes_key", "43 letters and digits", "43 个字母或数字"),
        NotVerified::Answer(en, zh) => {
            let en = format!("it was asked, and did not prove that it has the keys: {en}");
            mistakes.bad("url", en, format!("没有通过校验：{zh}"));
        }
        NotVerified::Entropy => return Mistakes::no_chance(),
    }
    mistakes
}

impl Row {
    fn of(at: &At<'_>, to: Holder) -> Self {
        let callback = at.state.callback(&at.corp.id, agent(to));
        let word = word(to);
        Self {
            name: name(at.frame, at.corp, to),
            address: callback.map(|callback| callback.url.clone()),
            is_reduced: callback.is_some_and(|callback| callback.saved_at >= REDUCED_SINCE),
            edit: at.link(Pushes::PATHS[1], &[("id", &word)]),
            to: word,
        }
    }
}
