//! The pages a person sees at the gateway.
//!
//! In: what a room wants to show, as plain values, and a [`PageContext`]. Out: one HTML document
//! in Chinese or English, without script and without outside resource, whose only inline style
//! is named by [`Pages::content_security_policy`].
//! Never: decides anything, sets a status or a header, shows an error from inside, or lets a
//! name or an address reach the document unescaped.

mod clean;
mod document;
mod lang;
mod notice;
mod qr;
mod style;
#[cfg(test)]
mod tests;
mod texts;

use askama::Template;
use axum::response::Html;
use wecom_sdk::Timestamp;

pub(crate) use lang::Lang;
pub(crate) use notice::Notice;

use document::{
    Choice, ChooseDoorPage, HomePage, HomeSignedOutPage, NoticePage, OpenInWecomPage, SignOutPage,
};
use texts::{Texts, Words};

/// Whom a page answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageContext<'a> {
    /// The language to speak.
    pub(crate) lang: Lang,
    /// The request id, for the person to quote on a page that reports a failure.
    pub(crate) request_id: &'a str,
}

/// One way in on the page *choose a door*.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DoorChoice<'a> {
    /// The connector's label; shown only when there are several.
    pub(crate) label: &'a str,
    /// Where the first button leads.
    pub(crate) first: &'a str,
    /// Whether that is WeCom's page to scan or confirm; else the login simply goes on.
    pub(crate) is_scan: bool,
    /// Where *open in WeCom instead* leads; absent inside WeCom itself.
    pub(crate) open: Option<&'a str>,
}

/// Somebody who is signed in, on a page that tells them no.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visitor<'a> {
    /// Their name, or the userid.
    pub(crate) name: &'a str,
    /// Where they can sign out.
    pub(crate) sign_out: &'a str,
}

/// The question before signing out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignOut<'a> {
    /// Who is signed in, when known.
    pub(crate) name: Option<&'a str>,
    /// Where the form goes.
    pub(crate) action: &'a str,
    /// The form's token.
    pub(crate) csrf_token: &'a str,
    /// Where *stay signed in* leads.
    pub(crate) stay: &'a str,
}

/// The personal fields that are kept of somebody, for their own eyes. It has no `Debug`: nothing prints them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Personal<'a> {
    /// The address.
    pub(crate) email: Option<&'a str>,
    /// The number.
    pub(crate) mobile: Option<&'a str>,
    /// Whether the gender is female.
    pub(crate) is_female: Option<bool>,
    /// The postal address.
    pub(crate) address: Option<&'a str>,
    /// The address of the picture.
    pub(crate) avatar: Option<&'a str>,
    /// The address of the person's QR code.
    pub(crate) qr_code: Option<&'a str>,
}

/// The gateway's own home page for somebody who is signed in.
#[derive(Clone, Copy)]
pub(crate) struct Home<'a> {
    /// The person's name; the userid when WeCom gave none.
    pub(crate) name: &'a str,
    /// WeCom's name for the person.
    pub(crate) user_id: &'a str,
    /// The position, when known.
    pub(crate) position: Option<&'a str>,
    /// The department paths, each from the root down.
    pub(crate) departments: &'a [Vec<String>],
    /// The corp.
    pub(crate) corp: &'a str,
    /// The connector's label, where there is something to tell apart.
    pub(crate) connector: Option<&'a str>,
    /// What is kept of them.
    pub(crate) personal: Personal<'a>,
    /// Whether they came by the page to scan or confirm, and not inside WeCom.
    pub(crate) is_scan: bool,
    /// When the person signed in.
    pub(crate) signed_in_at: Timestamp,
    /// When the session ends at the latest.
    pub(crate) expires_at: Timestamp,
    /// Where the site on this host is, if there is one.
    pub(crate) site: Option<&'a str>,
    /// Where the sign-out form goes.
    pub(crate) sign_out: &'a str,
    /// The form's token.
    pub(crate) csrf_token: &'a str,
}

/// All pages, with their texts in both languages. Built once.
#[derive(Debug)]
pub(crate) struct Pages {
    texts: Texts,
    content_security_policy: String,
}

impl Pages {
    /// Reads the texts that are compiled in.
    pub(crate) fn new() -> Self {
        Self {
            texts: Texts::new(),
            content_security_policy: style::content_security_policy(),
        }
    }

    /// The policy every page must be served with: it names the one inline style by its hash.
    pub(crate) fn content_security_policy(&self) -> &str {
        &self.content_security_policy
    }

    /// Which door: scan or confirm elsewhere, or open in WeCom. One choice per connector.
    pub(crate) fn choose_door(&self, ctx: &PageContext, choices: &[DoorChoice]) -> Html<String> {
        let choices = choices.iter().map(Choice::of).collect();
        let w = self.words(ctx);
        document(&ChooseDoorPage { w, choices })
    }

    /// *Open in WeCom*: the absolute address to open there, as a link and as a QR code.
    pub(crate) fn open_in_wecom(&self, ctx: &PageContext, address: &str) -> Html<String> {
        let w = self.words(ctx);
        let link = clean::link(address);
        document(&OpenInWecomPage {
            w,
            link,
            qr: qr::Qr::of(link),
        })
    }

    /// What happened and what to do, with the request id and, where it helps, one way on.
    pub(crate) fn notice(
        &self,
        ctx: &PageContext,
        notice: Notice,
        way_on: Option<&str>,
    ) -> Html<String> {
        self.notice_to(ctx, notice, way_on, None)
    }

    /// The same to somebody who is signed in: it says as whom, and offers to sign out.
    pub(crate) fn notice_to(
        &self,
        ctx: &PageContext,
        notice: Notice,
        way_on: Option<&str>,
        visitor: Option<Visitor>,
    ) -> Html<String> {
        document(&NoticePage {
            w: self.words(ctx),
            notice,
            request_id: ctx.request_id,
            link: way_on.map(clean::link),
            name: visitor.map(|visitor| clean::name(visitor.name)),
            sign_out: visitor.map(|visitor| clean::link(visitor.sign_out)),
        })
    }

    /// Asks before signing out.
    pub(crate) fn sign_out(&self, ctx: &PageContext, page: &SignOut) -> Html<String> {
        document(&SignOutPage {
            w: self.words(ctx),
            name: page.name.map(clean::name),
            action: clean::link(page.action),
            csrf_token: page.csrf_token,
            stay: clean::link(page.stay),
        })
    }

    /// The home page of somebody who is signed in.
    pub(crate) fn home(&self, ctx: &PageContext, page: &Home) -> Html<String> {
        document(&HomePage::of(self.words(ctx), page))
    }

    /// The home page of somebody who is not; `sign_in` is where the button leads.
    pub(crate) fn home_signed_out(&self, ctx: &PageContext, sign_in: &str) -> Html<String> {
        document(&HomeSignedOutPage {
            w: self.words(ctx),
            sign_in: clean::link(sign_in),
        })
    }

    fn words(&self, ctx: &PageContext) -> Words<'_> {
        self.texts.words(ctx.lang)
    }
}

/// Renders. Writing into a string cannot fail; were it to, an empty page gives nothing away.
fn document(page: &impl Template) -> Html<String> {
    Html(page.render().unwrap_or_default())
}
