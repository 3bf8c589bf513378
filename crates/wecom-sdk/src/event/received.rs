//! A message or event of WeCom's server that passed every check.
//!
//! In: the fields inside, for a corp that was compared. Out: what happened. What is missing or unknown makes no
//! failure: the fields stay readable.

use sha1::{Digest as _, Sha1};

use super::contact::ContactChange;
use super::parse::EventFields;
use crate::clock::Timestamp;
use crate::ids::{AgentId, CorpId};

/// What WeCom's server sent, verified and read.
///
/// `Debug` shows names of fields and ids, no texts: an event describes people.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/event.inc"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let event = received("<MsgType>event</MsgType><Event>enter_agent</Event><AgentID>1000002</AgentID>");
/// assert_eq!(event.agent_id, Some(wecom_sdk::AgentId(1_000_002)));
/// assert_eq!(event.fields.text("Event"), Some("enter_agent"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// The corp; it is the one the [`Receiver`](super::Receiver) was made for.
    pub corp_id: CorpId,
    /// The agent, where the event names one.
    pub agent_id: Option<AgentId>,
    /// When it happened, as WeCom says.
    pub created_at: Option<Timestamp>,
    /// What it is.
    pub kind: EventKind,
    /// Everything that came, for what this crate does not know.
    pub fields: EventFields,
    /// Tells this delivery from others.
    pub fingerprint: Fingerprint,
}

/// What happened.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/event.inc"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use wecom_sdk::event::EventKind;
///
/// let event = received("<MsgType>text</MsgType><Content>hello</Content><MsgId>7</MsgId>");
/// match &event.kind {
///     EventKind::Message { message_id, .. } => assert_eq!(*message_id, Some(7)),
///     _ => println!("something else"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// The directory changed (`change_contact`).
    ContactChange(ContactChange),
    /// A member wrote to the agent; the type as WeCom says it (`text`, `image` …).
    Message {
        /// The type of the message.
        msg_type: String,
        /// The number to tell a repeated delivery by.
        message_id: Option<u64>,
    },
    /// Another event, perhaps one that is newer than this crate: read [`Event::fields`].
    Other {
        /// The event's name; empty if it has none.
        event: String,
    },
}

/// Tells one delivery from another: a digest of what was sealed, not of its timestamp and nonce.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/event.inc"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let text = "<MsgType>text</MsgType><Content>hello</Content>";
/// // Each is sealed anew, so they are two deliveries. The same bytes again would be one.
/// assert_ne!(received(text).fingerprint, received(text).fingerprint);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 20]);

impl Fingerprint {
    /// Of the sealed text of an envelope.
    pub(super) fn of(encrypt: &str) -> Self {
        Self(Sha1::digest(encrypt).into())
    }
}

impl Event {
    /// Reads the fields of a message for `corp_id`. Fields that are missing make no failure.
    pub(super) fn read(corp_id: CorpId, fields: EventFields, fingerprint: Fingerprint) -> Self {
        let number = |name| {
            fields
                .text(name)
                .and_then(|text| text.trim().parse::<u32>().ok())
        };
        let seconds = fields
            .text("CreateTime")
            .and_then(|text| text.trim().parse().ok());
        Self {
            corp_id,
            agent_id: number("AgentID").map(AgentId),
            created_at: seconds.map(Timestamp::from_seconds),
            kind: EventKind::read(&fields),
            fields,
            fingerprint,
        }
    }
}

impl EventKind {
    fn read(fields: &EventFields) -> Self {
        let text = |name| fields.text(name).unwrap_or_default().to_owned();
        match (text("MsgType").as_str(), text("Event").as_str()) {
            ("event", "change_contact") => Self::ContactChange(ContactChange::read(fields)),
            ("event" | "", event) => Self::Other {
                event: event.to_owned(),
            },
            (msg_type, _) => Self::Message {
                msg_type: msg_type.to_owned(),
                message_id: fields.text("MsgId").and_then(|id| id.trim().parse().ok()),
            },
        }
    }
}
