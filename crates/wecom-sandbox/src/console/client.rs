//! `/_sandbox/client`: lets a desktop browser play the WeCom client, so that the in-client door
//! can be tried without a phone. The browser's User-Agent stays what it is; only the sandbox
//! treats it differently.

use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::page::fields::OwnForm;
use crate::page::{browser, see_other, show};

#[derive(Template)]
#[template(path = "client.html")]
struct Page {
    is_on: bool,
    is_by_user_agent: bool,
}

pub(super) async fn look(headers: HeaderMap) -> Response {
    show(&Page {
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
