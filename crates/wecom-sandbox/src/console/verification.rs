//! `/_sandbox/verification`: two-step verification (二次验证, dossier 10): the page and the range that an admin
//! sets, and who waits.
//!
//! Besides what every kind has, `POST …/begin` plays the client that asks a member for it, `POST …/forget` lets
//! one in without any proof.

use askama::Template;
use axum::extract::State as Part;
use axum::response::Response;
use wecom_sdk::{CorpId, UserId};

use super::agent_form::{put_range, range_fields, range_of};
use super::form::{Field, Input, Maker, USER_ID, one, spread};
use super::frame::{Frame, query, show_with_mistakes};
use super::managed::{At, Head, Managed, Words, at};
use super::which;
use crate::admin::two_step::{self, Draft};
use crate::admin::{Mistakes, corp_of};
use crate::page::fields::{Fields, OwnForm};
use crate::page::see_other;
use crate::room::Room;
use crate::world::{State, TwoStepError, TwoStepKind};

#[derive(Template)]
#[template(path = "console/verification.html")]
struct Page {
    frame: Frame,
    head: Head,
    corp: String,
    url: Option<String>,
    range: String,
    waiting: Vec<Waits>,
    fields: Vec<Field>,
    others: Vec<String>,
    is_wrong: bool,
}

struct Waits {
    member: String,
    is_login: bool,
}

pub(super) struct Verification;

impl Managed for Verification {
    const PATHS: [&'static str; 3] = [
        "/_sandbox/verification",
        "/_sandbox/verification/edit",
        "/_sandbox/verification/remove",
    ];
    const WORDS: Words = Words {
        many: ("Two-step verification", "二次验证"),
        one: ("Two-step verification", "二次验证"),
        new: ("Set two-step verification", "设置二次验证"),
        remove: ("Switch it off", "关闭二次验证"),
    };

    fn list(at: &At<'_>) -> Response {
        page(at, &Fields::default(), &Mistakes::default())
    }

    fn values(at: &At<'_>, _: &str) -> Fields {
        let mut values = Fields::default();
        if let Some(set) = &at.corp.two_step {
            values.push("was", at.corp.id.as_str());
            values.push("url", set.url.as_str());
            put_range(&mut values, &set.range);
        }
        values
    }

    fn fields(at: &At<'_>, make: &Maker<'_>) -> Vec<Field> {
        let hint = at.frame.say(
            "the verification page, or the OAuth link of the app that verifies",
            "验证页面地址，或负责验证的应用的网页授权链接",
        );
        let mut fields = vec![make.text("url", ("Page", "验证页面")).hint(hint)];
        let what = ("Verification range", "验证范围");
        fields.extend(range_fields(make, at.corp, what));
        fields
    }

    fn called(at: &At<'_>, _: &str) -> String {
        at.corp.name.clone()
    }

    async fn save(room: &Room, values: &Fields) -> Result<(), Mistakes> {
        let mut mistakes = Mistakes::default();
        let draft = Draft {
            corp: values.text("corp").parse().ok(),
            url: values.text("url").to_owned(),
            range: Some(range_of(values, &mut mistakes)),
        };
        mistakes.needed("url", Some(&draft.url).filter(|url| !url.trim().is_empty()));
        room.world
            .change(|state, _| two_step::set(state, &draft, mistakes))
    }

    fn remove(state: &mut State, corp: Option<&CorpId>, _: &str) -> Result<(), Mistakes> {
        let off = Draft {
            corp: corp.cloned(),
            ..Draft::default()
        };
        two_step::set(state, &off, Mistakes::default())
    }
}

/// Plays the client that asks a member for verification. The member's browser meets it from now on.
pub(super) async fn begin(
    Part(room): Part<Room>,
    frame: Frame,
    OwnForm(values): OwnForm,
) -> Response {
    let mut mistakes = Mistakes::default();
    let user_id: Option<UserId> = one(&values, "user_id", &mut mistakes, USER_ID);
    let user_id = mistakes.needed("user_id", user_id);
    let corp = room
        .world
        .read(|state, _| which::corp(state, &values).map(|corp| corp.id.clone()));
    let kind = match values.text("kind") {
        "use" => TwoStepKind::Use,
        _ => TwoStepKind::Login,
    };
    if let Some((corp, user_id)) = corp.zip(user_id) {
        match room.world.begin_two_step(&corp, &user_id, kind) {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => explain(error, &mut mistakes),
            Err(_) => mistakes = Mistakes::no_chance(),
        }
    }
    if mistakes.list().is_empty() {
        return back(&values);
    }
    at(&room, &frame, &values, |at| page(at, &values, &mistakes))
}

/// Lets a member in without any proof.
pub(super) async fn forget(Part(room): Part<Room>, OwnForm(values): OwnForm) -> Response {
    let user_id = values.text("user_id").parse::<UserId>().ok();
    let corp = values.text("corp").parse().ok();
    room.world.change(|state, _| {
        let corp = corp_of(state, corp.as_ref(), &mut Mistakes::default());
        let corp = corp.map(|corp| corp.id.clone());
        if let Some((corp, user_id)) = corp.zip(user_id) {
            state.forget_two_step(&corp, &user_id);
        }
    });
    back(&values)
}

fn back(values: &Fields) -> Response {
    let corp = query(&[("corp", values.text("corp"))]);
    see_other(&format!("{}{corp}", Verification::PATHS[0]))
}

fn explain(error: TwoStepError, mistakes: &mut Mistakes) {
    let (en, zh) = match error {
        TwoStepError::Unknown => ("there is no such member", "没有这个成员"),
        TwoStepError::NotSet => ("no verification page is set", "还没有设置验证页面"),
        TwoStepError::OutsideRange => (
            "this member is outside the verification range",
            "该成员不在验证范围内",
        ),
    };
    mistakes.bad("user_id", en, zh);
}

fn page(at: &At<'_>, values: &Fields, mistakes: &Mistakes) -> Response {
    let frame = at.frame;
    let make = Maker { frame, values };
    let kinds = vec![
        ("login".to_owned(), frame.say("login", "登录").to_owned()),
        ("use".to_owned(), frame.say("use", "使用").to_owned()),
    ];
    let mut fields = vec![
        make.text("user_id", ("Member (userid)", "成员账号")),
        make.select("kind", ("Asked at", "触发时机"), kinds),
    ];
    let set = at.corp.two_step.as_ref();
    let waiting = at.state.two_step_list();
    let waiting = waiting.filter(|(corp, ..)| **corp == at.corp.id);
    let others = spread(frame, &mut fields, mistakes);
    let mut head = at.head::<Verification>();
    if set.is_some() {
        frame.say("Change", "修改").clone_into(&mut head.new_label);
    }
    show_with_mistakes(
        mistakes,
        &Page {
            frame: frame.clone(),
            head,
            corp: at.corp.id.to_string(),
            url: set.map(|set| set.url.clone()),
            range: set.map_or_else(String::new, |set| which::range(at.corp, &set.range)),
            waiting: waiting
                .map(|(_, member, kind)| Waits {
                    member: member.to_owned(),
                    is_login: kind == TwoStepKind::Login,
                })
                .collect(),
            fields,
            others,
            is_wrong: !mistakes.list().is_empty(),
        },
    )
}
