//! `POST /_sandbox/language`: the switch between Chinese and English.
//!
//! In: a word, and the page it came from. Out: a cookie, and the way back to a page of the sandbox's own.

use axum::response::Response;

use super::lang::{COOKIE, Lang};
use super::person::own_path;
use crate::page::fields::OwnForm;
use crate::page::{browser, see_other};

pub(super) async fn answer(OwnForm(form): OwnForm) -> Response {
    let next = see_other(own_path(form.text("next")));
    match Lang::of_word(form.text("lang")) {
        Some(_) => browser::with_cookie(next, COOKIE, form.text("lang")),
        None => next,
    }
}
