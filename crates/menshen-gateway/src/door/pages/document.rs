//! The templates, each with exactly the values it shows, cleaned.
//!
//! In: what a room wants to say. Out: values for askama, which escapes them. Names of people and
//! connectors are cleaned first. It never decides what a person may see.

use askama::Template;
use jiff::tz::Offset;
use wecom_sdk::Timestamp;

use super::notice::Notice;
use super::qr::Qr;
use super::texts::Words;
use super::{DoorChoice, Home, Personal, clean};

/// Between the names of a department path.
const PATH_SEPARATOR: &str = " › ";

#[derive(Template)]
#[template(path = "choose_door.html")]
pub(super) struct ChooseDoorPage<'a> {
    pub(super) w: Words<'a>,
    pub(super) choices: Vec<Choice<'a>>,
}

/// One connector's two doors.
pub(super) struct Choice<'a> {
    pub(super) label: String,
    pub(super) first: &'a str,
    pub(super) is_scan: bool,
    pub(super) open: Option<&'a str>,
}

impl<'a> Choice<'a> {
    pub(super) fn of(choice: &DoorChoice<'a>) -> Self {
        Self {
            label: clean::name(choice.label),
            first: clean::link(choice.first),
            is_scan: choice.is_scan,
            open: choice.open.map(clean::link),
        }
    }

    /// The text on the first button.
    fn action(&self) -> &'static str {
        if self.is_scan {
            "choose-scan"
        } else {
            "sign-in"
        }
    }
}

#[derive(Template)]
#[template(path = "open_in_wecom.html")]
pub(super) struct OpenInWecomPage<'a> {
    pub(super) w: Words<'a>,
    pub(super) link: &'a str,
    pub(super) qr: Option<Qr>,
}

#[derive(Template)]
#[template(path = "notice.html")]
pub(super) struct NoticePage<'a> {
    pub(super) w: Words<'a>,
    pub(super) notice: Notice,
    pub(super) request_id: &'a str,
    pub(super) link: Option<&'a str>,
    pub(super) name: Option<String>,
    pub(super) sign_out: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "sign_out.html")]
pub(super) struct SignOutPage<'a> {
    pub(super) w: Words<'a>,
    pub(super) name: Option<String>,
    pub(super) action: &'a str,
    pub(super) csrf_token: &'a str,
    pub(super) stay: &'a str,
}

#[derive(Template)]
#[template(path = "home_signed_out.html")]
pub(super) struct HomeSignedOutPage<'a> {
    pub(super) w: Words<'a>,
    pub(super) sign_in: &'a str,
}

#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct HomePage<'a> {
    w: Words<'a>,
    name: String,
    user_id: String,
    position: Option<String>,
    departments: Vec<String>,
    corp: String,
    connector: Option<String>,
    kept: Vec<(String, String)>,
    is_scan: bool,
    signed_in_at: Time,
    expires_at: Time,
    site: Option<&'a str>,
    sign_out: &'a str,
    csrf_token: &'a str,
}

impl<'a> HomePage<'a> {
    pub(super) fn of(w: Words<'a>, home: &Home<'a>) -> Self {
        let paths = home.departments.iter().filter(|path| !path.is_empty());
        Self {
            w,
            name: clean::name(home.name),
            user_id: clean::name(home.user_id),
            position: home.position.map(clean::name),
            departments: paths
                .map(|path| {
                    let names: Vec<_> = path.iter().map(|name| clean::name(name)).collect();
                    names.join(PATH_SEPARATOR)
                })
                .collect(),
            corp: clean::name(home.corp),
            connector: home.connector.map(clean::name),
            kept: kept(w, &home.personal),
            is_scan: home.is_scan,
            signed_in_at: Time::of(home.signed_in_at),
            expires_at: Time::of(home.expires_at),
            site: home.site.map(clean::link),
            sign_out: clean::link(home.sign_out),
            csrf_token: home.csrf_token,
        }
    }
}

/// The fields that are there, each with its name.
fn kept(w: Words<'_>, personal: &Personal<'_>) -> Vec<(String, String)> {
    let gender = personal.is_female.map(|is_female| {
        w.text(if is_female {
            "home-female"
        } else {
            "home-male"
        })
    });
    let fields = [
        ("home-mobile", personal.mobile),
        ("home-email", personal.email),
        ("home-gender", gender.as_deref()),
        ("home-address", personal.address),
        ("home-avatar", personal.avatar),
        ("home-qr-code", personal.qr_code),
    ];
    let known = fields.into_iter();
    known
        .filter_map(|(name, value)| Some((w.text(name), clean::name(value?))))
        .collect()
}

/// A time as a person and as a program reads it. We do not know the person's time zone; WeCom's
/// own pages show Beijing time, and so do we, and say so.
struct Time {
    human: String,
    machine: String,
}

impl Time {
    fn of(time: Timestamp) -> Self {
        let at =
            jiff::Timestamp::from_millisecond(time.as_millis()).unwrap_or(jiff::Timestamp::MAX);
        let there = Offset::constant(8).to_datetime(at);
        Self {
            human: there.strftime("%Y-%m-%d %H:%M").to_string(),
            machine: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

// Every page has a title, in the browser's tab and as its heading.

impl ChooseDoorPage<'_> {
    fn title(&self) -> String {
        self.w.text("choose-title")
    }
}

impl OpenInWecomPage<'_> {
    fn title(&self) -> String {
        self.w.text("open-title")
    }
}

impl NoticePage<'_> {
    fn title(&self) -> String {
        self.w.part(self.notice.key(), "title")
    }
}

impl SignOutPage<'_> {
    fn title(&self) -> String {
        self.w.text("sign-out-title")
    }
}

impl HomeSignedOutPage<'_> {
    fn title(&self) -> String {
        self.w.text("home-out-title")
    }
}

impl HomePage<'_> {
    fn title(&self) -> String {
        self.w.text("home-title")
    }
}
