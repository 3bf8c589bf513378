//! The demo's page, for somebody who is signed in and for somebody who is not.
//!
//! Same look as the gateway's own pages; no script, no outside resource, nothing a cache may keep.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use jiff::tz::Offset;
use menshen_gateway::look::STYLE;
use menshen_gateway::sdk::{CorpId, TagId};
use wecom_sandbox::World;

use super::act::Done;
use super::me::{Asked, Me};
use super::people::{Someone, Verdict};
use super::setup::CORP;
use super::words::Words;

/// What every page shows of its surroundings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    /// Names the one inline style.
    pub(super) nonce: &'a str,
    /// The gateway's address.
    pub(super) gateway: &'a str,
    /// The sandbox's address.
    pub(super) sandbox: &'a str,
}

/// What there is to show.
pub(super) struct Page<'a> {
    pub(super) words: Words,
    pub(super) asked: Asked,
    pub(super) done: Option<Done>,
    pub(super) people: Vec<Someone>,
    pub(super) look: Look<'a>,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut<'a> {
    w: Words,
    look: Look<'a>,
    style: &'static str,
    told: Option<&'a str>,
    people: Vec<Shown<'a>>,
    is_unsaid: bool,
}

#[derive(Template)]
#[template(path = "signed_in.html")]
struct SignedIn<'a> {
    w: Words,
    look: Look<'a>,
    style: &'static str,
    told: Option<&'a str>,
    me: &'a Me,
    paths: Vec<String>,
    tags: Vec<String>,
    consented: Vec<(&'a str, &'a str)>,
    opened: String,
    expires: String,
}

/// One row of the list of people.
struct Shown<'a> {
    name: &'a str,
    id: &'a str,
    verdict: &'a str,
    is_welcome: bool,
    is_disabled: bool,
}

impl Page<'_> {
    /// The whole answer.
    pub(super) fn answer(&self, world: &World) -> Response {
        let told = self.done.map(|done| self.say(done.texts()));
        let (status, html) = match &self.asked {
            Asked::Somebody(me) => (StatusCode::OK, self.signed_in(me, told, world)),
            Asked::Nobody => (StatusCode::OK, self.signed_out(told, false)),
            Asked::Unsaid => (StatusCode::SERVICE_UNAVAILABLE, self.signed_out(told, true)),
        };
        // Security: no script, no frame, no outside resource; forms only to ourselves.
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{}'; img-src data:; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
            self.look.nonce
        );
        let headers = [
            (header::CONTENT_SECURITY_POLICY, policy.as_str()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "strict-origin"),
            (header::CACHE_CONTROL, "no-store"),
            (header::VARY, "accept-language, cookie"),
        ];
        (status, headers, Html(html.unwrap_or_default())).into_response()
    }

    fn say<'t>(&self, texts: (&'t str, &'t str)) -> &'t str {
        self.words.say(texts.0, texts.1)
    }

    fn signed_out(&self, told: Option<&str>, is_unsaid: bool) -> askama::Result<String> {
        let people = self.people.iter().map(|someone| Shown {
            name: &someone.name,
            id: &someone.id,
            verdict: self.say(someone.verdict.texts()),
            is_welcome: someone.verdict == Verdict::Welcome,
            is_disabled: someone.verdict == Verdict::Disabled,
        });
        let page = SignedOut {
            w: self.words,
            look: self.look,
            style: STYLE,
            told,
            people: people.collect(),
            is_unsaid,
        };
        page.render()
    }

    fn signed_in(&self, me: &Me, told: Option<&str>, world: &World) -> askama::Result<String> {
        let page = SignedIn {
            w: self.words,
            look: self.look,
            style: STYLE,
            told,
            me,
            paths: paths(me),
            tags: tags(me, world),
            consented: self.consented(me),
            opened: beijing(&me.session.opened),
            expires: beijing(&me.session.expires),
        };
        page.render()
    }

    /// The gateway says it in OpenID's words, which are English.
    fn gender<'m>(&self, me: &'m Me) -> Option<&'m str> {
        Some(match me.gender.as_deref()? {
            "male" => self.words.say("男", "male"),
            "female" => self.words.say("女", "female"),
            other => other,
        })
    }

    /// What came by consent, with its name.
    fn consented<'m>(&self, me: &'m Me) -> Vec<(&'m str, &'m str)> {
        // The demo has no template for addresses, so whatever there is came by consent. A member's own
        // address is shown too: it is given, though nobody vouches for it.
        let fields = [
            (self.words.say("手机", "mobile"), me.phone_number.as_deref()),
            (self.words.say("邮箱", "email"), me.email.as_deref()),
            (self.words.say("性别", "gender"), self.gender(me)),
        ];
        let given = fields.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

/// `/总部/研发部` becomes `总部 › 研发部`.
fn paths(me: &Me) -> Vec<String> {
    let paths = me.groups.iter().filter_map(|group| group.strip_prefix('/'));
    paths
        .map(|path| {
            let names = path.split('/');
            let names: Vec<_> = names
                .map(|name| name.replace("%2F", "/").replace("%25", "%"))
                .collect();
            names.join(" › ")
        })
        .collect()
}

/// The tags with their names, which only WeCom knows.
fn tags(me: &Me, world: &World) -> Vec<String> {
    let ids = me
        .groups
        .iter()
        .filter_map(|group| group.strip_prefix("tag:"));
    let ids = ids.filter_map(|id| id.parse().ok().map(TagId));
    let Ok(corp_id) = CorpId::parse(CORP) else {
        return Vec::new();
    };
    world.read(|state, _| {
        let corp = state.corps.get(&corp_id);
        ids.map(|id| {
            let tag = corp.and_then(|corp| corp.tags.get(&id));
            tag.map_or_else(|| id.to_string(), |tag| tag.name.clone())
        })
        .collect()
    })
}

/// As WeCom's own pages show it.
fn beijing(instant: &str) -> String {
    instant.parse::<jiff::Timestamp>().map_or_else(
        |_| instant.to_owned(),
        |instant| {
            let there = Offset::constant(8).to_datetime(instant);
            there.strftime("%Y-%m-%d %H:%M").to_string()
        },
    )
}
