//! The outer XML of a callback: what is sealed, and for whom it says it is.
//!
//! Nothing of it is signed but the sealed text. Its other fields are kept only to notice when they
//! contradict what is inside.

use super::parse::EventFields;
use super::refused::{Refused, Why};

#[derive(Debug)]
pub(super) struct Envelope {
    fields: EventFields,
}

impl Envelope {
    /// Reads a body whose size was checked.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refused> {
        let text = std::str::from_utf8(body).ok();
        let fields = text.and_then(|text| EventFields::parse(text).ok());
        fields
            .filter(|fields| fields.text("Encrypt").is_some_and(|text| !text.is_empty()))
            .map(|fields| Self { fields })
            .ok_or(Refused::new(Why::Envelope))
    }

    /// The sealed text.
    pub(super) fn encrypt(&self) -> &str {
        self.fields.text("Encrypt").unwrap_or_default()
    }

    /// Security: an envelope that names another corp or agent than its content was put together by
    /// somebody else than WeCom.
    pub(super) fn agrees_with(&self, inside: &EventFields) -> bool {
        ["ToUserName", "AgentID"].into_iter().all(|name| {
            let [outer, inner] =
                [&self.fields, inside].map(|fields| fields.text(name).unwrap_or_default());
            outer.is_empty() || inner.is_empty() || outer == inner
        })
    }
}
