//! The pages a person sees, asked over HTTP: for each yes every no.

mod consent;
mod console;
mod directory;
mod in_app;
mod live;
mod members;
mod panel;
mod scan;
mod settings;
mod switches;
mod ways;
mod web_login;
mod words;

use std::collections::BTreeMap;

/// The link of the in-client door to the default seed's agent 1000002, with some parameters
/// changed; an empty value takes the parameter out.
pub(crate) fn oauth_link(changes: &[(&str, &str)]) -> String {
    let query = query(
        &[
            ("appid", "ww5f1e2d3c4b5a6978"),
            ("redirect_uri", "http://127.0.0.1:8080/cb"),
            ("response_type", "code"),
            ("scope", "snsapi_base"),
            ("state", "abc"),
            ("agentid", "1000002"),
        ],
        changes,
    );
    format!("/connect/oauth2/authorize?{query}")
}

/// The query of the two pages with a QR code.
pub(crate) fn login_query(changes: &[(&str, &str)]) -> String {
    query(
        &[
            ("login_type", "CorpApp"),
            ("appid", "ww5f1e2d3c4b5a6978"),
            ("agentid", "1000002"),
            ("redirect_uri", "http://127.0.0.1:8080/cb"),
            ("state", "abc"),
        ],
        changes,
    )
}

fn query(base: &[(&str, &str)], changes: &[(&str, &str)]) -> String {
    let mut values: BTreeMap<_, _> = base.iter().copied().collect();
    for (name, value) in changes {
        if value.is_empty() {
            values.remove(name);
        } else {
            values.insert(name, value);
        }
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(values).finish()
}

/// The code in an address the browser is sent to, its shape checked.
#[track_caller]
pub(crate) fn code_in(location: &str) -> String {
    let (_, rest) = location.split_once("code=").unwrap_or_default();
    let code = rest.split('&').next().unwrap();
    let is_shaped = code
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    assert!(is_shaped && code.len() == 43, "{location}");
    code.to_owned()
}
