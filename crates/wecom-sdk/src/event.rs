//! What WeCom's server sends us (回调): verified, decrypted, read, answered.
//!
//! Raw queries and bodies come in, an [`Event`] or one [`Refused`] comes out. [`Receiver`] does every
//! check in the right order; the parts below it are here for tests and for who plays WeCom. There is no
//! async, no clock, no HTTP and no C code in it: `now` is an argument, and what remembers is a value
//! that the caller owns. Nothing is ever fetched. Source: dossier section 12 (O-90930, O-90238,
//! O-90968, O-90970).

mod contact;
mod crypto;
mod delivery;
mod envelope;
mod parse;
mod query;
mod received;
mod receiver;
mod refused;
mod replay;
mod reply;
#[cfg(test)]
mod tests;

pub use contact::{
    ContactChange, DepartmentChange, ExtAttr, ExtAttrValue, MemberChange, TagChange,
};
pub use crypto::{CallbackKeys, InvalidKeys, Opened};
pub use delivery::Delivery;
pub use parse::{EventFields, FieldValue, InvalidXml};
pub use received::{Event, EventKind, Fingerprint};
pub use receiver::Receiver;
pub use refused::Refused;
pub use replay::ReplayMemory;
pub use reply::text_reply;

/// No body of WeCom's server is larger. Checked before anything is read.
///
/// ```
/// use wecom_sdk::event::{CallbackKeys, MOST_BYTES, Receiver};
/// use wecom_sdk::{CorpId, Timestamp};
///
/// let keys = CallbackKeys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")?;
/// let receiver = Receiver::new(CorpId::parse("wx5823bf96d3bd56c7")?, keys);
/// let body = vec![b' '; MOST_BYTES + 1];
/// let refused = receiver.open("", &body, Timestamp::from_seconds(0)).unwrap_err();
/// assert_eq!(refused.reason(), "the body is larger than 64 KiB");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const MOST_BYTES: usize = 64 * 1024;
