//! `/_sandbox/corps`: the corps, and the form of one with its contact sync (通讯录同步).
//!
//! In: the state, or a form. Out: pages, or a draft for `admin`, which judges it.

use askama::Template;
use axum::response::Response;
use wecom_sdk::{CorpId, Timestamp};

use super::form::{Field, Maker, one, parsed};
use super::frame::{Frame, query, show};
use super::managed::{At, Head, Managed, Words};
use crate::admin::Mistakes;
use crate::admin::corps::{self, Draft, Drawn};
use crate::page::fields::Fields;
use crate::page::initial;
use crate::room::Room;
use crate::world::{Corp, State};

#[derive(Template)]
#[template(path = "console/corps.html")]
struct Page {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
}

struct Row {
    initial: String,
    id: String,
    name: String,
    edit: String,
    counts: Vec<Count>,
    sync: Option<Sync>,
}

struct Sync {
    secret: String,
    ips: String,
}

pub(super) struct Corps;

impl Managed for Corps {
    const PATHS: [&'static str; 3] = [
        "/_sandbox/corps",
        "/_sandbox/corps/edit",
        "/_sandbox/corps/remove",
    ];
    const WORDS: Words = Words {
        many: ("Corps", "企业"),
        one: ("Corp", "企业"),
        new: ("New corp", "新建企业"),
        remove: ("Remove the corp and all in it", "删除企业及其全部内容"),
    };

    fn list(at: &At<'_>) -> Response {
        let corps = at.state.corps.values();
        show(&Page {
            frame: at.frame.clone(),
            head: Head {
                corps: Vec::new(),
                ..at.head::<Self>()
            },
            rows: corps.map(|corp| Row::of(corp, at.now)).collect(),
        })
    }

    fn values(at: &At<'_>, id: &str) -> Fields {
        let mut values = Fields::default();
        let id = CorpId::parse(id).ok();
        let corp = id.and_then(|id| at.state.corps.get(&id));
        if let Some(corp) = corp {
            values.push("was", corp.id.as_str());
            values.push("name", corp.name.as_str());
        }
        let sync = corp.and_then(|corp| corp.contact_sync.as_ref());
        values.push("contact_sync", if sync.is_some() { "yes" } else { "no" });
        let ips = sync.map_or_else(
            || "127.0.0.1, ::1".to_owned(),
            |sync| addresses(sync, at.now),
        );
        values.push("contact_sync_ips", ips);
        let secret = sync.map_or("", |sync| sync.secret.as_str());
        values.push("contact_sync_secret", secret);
        values
    }

    fn fields(at: &At<'_>, make: &Maker<'_>) -> Vec<Field> {
        let say = |en, zh| at.frame.say(en, zh);
        let choice = |word: &str, en, zh| (word.to_owned(), say(en, zh).to_owned());
        let sync = vec![
            choice("yes", "open", "已开启"),
            choice("no", "closed", "未开启"),
        ];
        let mut fields = Vec::new();
        if make.values.text("was").is_empty() {
            let drawn = say("left empty: drawn", "留空则自动生成");
            fields.push(make.text("corp_id", ("Corp id", "企业ID")).hint(drawn));
        }
        let secret = say(
            "another one ends its tokens; left empty it is drawn, or stays",
            "修改后旧令牌失效；留空则自动生成或保持不变",
        );
        let ips = say(
            "who may call with it; in force a minute after saving",
            "可调用接口的地址，保存一分钟后生效",
        );
        fields.extend([
            make.text("name", ("Name", "企业名称")),
            make.select("contact_sync", ("Contact sync", "通讯录同步"), sync),
            make.text(
                "contact_sync_secret",
                ("Secret of contact sync", "通讯录同步 Secret"),
            )
            .hint(secret),
            make.area(
                "contact_sync_ips",
                ("Trusted IPs of contact sync", "通讯录同步可信IP"),
            )
            .hint(ips),
        ]);
        fields
    }

    async fn save(room: &Room, values: &Fields) -> Result<(), Mistakes> {
        let drawn = Drawn::new(room.world.entropy()).map_err(|_| Mistakes::no_chance())?;
        let mut mistakes = Mistakes::default();
        let is_new = values.text("was").is_empty();
        let name = if is_new { "corp_id" } else { "was" };
        let ips = parsed(
            values,
            "contact_sync_ips",
            &mut mistakes,
            ("an IP address", "IP 地址"),
        );
        let secret = values.text("contact_sync_secret").trim();
        let what = ("a corp id", "企业ID");
        let mut draft = Draft {
            corp: one(values, name, &mut mistakes, what),
            name: Some(values.text("name").to_owned()),
            contact_sync: Some(values.text("contact_sync") == "yes"),
            contact_sync_secret: Some(secret.to_owned()).filter(|secret| !secret.is_empty()),
            contact_sync_ips: Some(ips),
        };
        room.world.change(|state, now| {
            if is_new {
                return corps::create(state, now, draft, drawn, mistakes).map(|_| ());
            }
            let before = draft.corp.as_ref().and_then(|id| state.corps.get(id));
            let sync = before.and_then(|corp| corp.contact_sync.as_ref());
            // What did not change is left out, so that saving a form does not begin another minute.
            let listed = sync.map(|sync| sync.trusted_ips.list(now));
            draft.contact_sync_ips = draft
                .contact_sync_ips
                .filter(|ips| listed != Some(ips.as_slice()));
            corps::change(state, now, draft, drawn, mistakes)
        })
    }

    fn remove(state: &mut State, _: Option<&CorpId>, was: &str) -> Result<(), Mistakes> {
        corps::remove(state, CorpId::parse(was).ok().as_ref())
    }
}

fn addresses(sync: &crate::world::ContactSync, now: Timestamp) -> String {
    let ips = sync.trusted_ips.list(now).iter();
    ips.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// How many of a kind a corp has, in English and Chinese, and where they are listed.
pub(super) type Count = (String, usize, &'static str, &'static str);

pub(super) fn counts(corp: &Corp) -> Vec<Count> {
    let counts = [
        ("agents", corp.agents.len(), "apps", "应用"),
        ("members", corp.members.len(), "members", "成员"),
        ("departments", corp.departments.len(), "departments", "部门"),
        ("tags", corp.tags.len(), "tags", "标签"),
    ];
    let counts = counts.map(|(path, count, en, zh)| {
        let corp = query(&[("corp", corp.id.as_str())]);
        (format!("/_sandbox/{path}{corp}"), count, en, zh)
    });
    counts.into()
}

impl Row {
    fn of(corp: &Corp, now: Timestamp) -> Self {
        let sync = corp.contact_sync.as_ref();
        Self {
            initial: initial(&corp.name),
            id: corp.id.to_string(),
            name: corp.name.clone(),
            edit: format!("{}{}", Corps::PATHS[1], query(&[("id", corp.id.as_str())])),
            counts: counts(corp),
            sync: sync.map(|sync| Sync {
                secret: sync.secret.clone(),
                ips: addresses(sync, now),
            }),
        }
    }
}
