//! What a browser asks for when it begins a login.
//!
//! In: the query. Out: every parameter with its meaning, or the one that cannot be used. An address to return to that
//! is not ours leads to the default page, and is never an error that a person sees.

use menshen_store::Digest;

use super::StartError;
use crate::door::query::Parameter;
use crate::login::return_to::ReturnTo;
use crate::login::{LoginRoom, crossing};

/// The parameters, as far as they can be read at all.
pub(super) struct Parameters {
    pub(super) return_to: ReturnTo,
    pub(super) connector: Option<String>,
    pub(super) wish: Wish,
    /// The binding that a site on another host gave the browser.
    pub(super) browser: Option<Digest>,
    /// The gate has sent the browser here; nobody has clicked on a way to sign in.
    pub(super) is_sent: bool,
}

/// What the `door` parameter asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Auto,
    InApp,
    Scan,
    /// The page "open in WeCom", which the page of doors leads to.
    Link,
}

/// Reads them.
pub(super) fn read(room: &LoginRoom, query: Option<&str>) -> Result<Parameters, StartError> {
    let wish = match Parameter::of(query, "door") {
        Parameter::Absent => Wish::Auto,
        Parameter::Unusable => return Err(StartError::Unusable("door")),
        Parameter::One(text) => match text.as_str() {
            "auto" => Wish::Auto,
            "in_app" => Wish::InApp,
            "scan" => Wish::Scan,
            "link" => Wish::Link,
            _ => return Err(StartError::UnknownDoor),
        },
    };
    let connector = match Parameter::of(query, "connector") {
        Parameter::Absent => None,
        Parameter::One(text) if text.is_empty() => None,
        Parameter::One(text) => Some(text),
        Parameter::Unusable => return Err(StartError::Unusable("connector")),
    };
    let return_to = match Parameter::of(query, "return_to") {
        Parameter::Absent => ReturnTo::default_page(),
        Parameter::One(text) => room.0.places.check(&text).unwrap_or_else(|refusal| {
            tracing::warn!(
                reason = %refusal,
                length = text.len(),
                "an address to return to was refused; the login leads to the default page"
            );
            ReturnTo::default_page()
        }),
        Parameter::Unusable => return Err(StartError::Unusable("return_to")),
    };
    let browser = match Parameter::of(query, "browser") {
        Parameter::Absent => None,
        Parameter::One(text) => {
            Some(crossing::parse_browser(&text).ok_or(StartError::Unusable("browser"))?)
        }
        Parameter::Unusable => return Err(StartError::Unusable("browser")),
    };
    Ok(Parameters {
        return_to,
        connector,
        wish,
        browser,
        is_sent: Parameter::of(query, "from") != Parameter::Absent,
    })
}
