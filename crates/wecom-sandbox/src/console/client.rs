//! `/_sandbox/client`: lets a desktop browser play the WeCom client, so that the in-client door
//! can be tried without a phone. The browser's User-Agent stays what it is; only the sandbox
//! treats it differently.

use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;

use super::frame::{Frame, show};
use crate::page::fields::OwnForm;
use crate::page::{browser, see_other};

#[derive(Template)]
#[template(path = "console/client.html")]
struct Page {
    frame: Frame,
    is_on: bool,
    is_by_user_agent: bool,
}

pub(super) async fn look(frame: Frame, headers: HeaderMap) -> Response {
    show(&Page {
        frame,
        is_on: browser::is_client(&headers),
        is_by_user_agent: browser::is_client_by_user_agent(&headers),
    })
}

pub(super) async fn answer(OwnForm(form): OwnForm) -> Response {
    let value = if form.get("client") == Some("on") {
        "on"
    } else {
        ""
    };
    browser::with_cookie(see_other("/_sandbox/client"), browser::CLIENT, value)
}
