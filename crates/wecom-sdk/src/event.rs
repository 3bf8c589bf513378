//! What WeCom's server sends us (回调): verified, decrypted, read, answered.
//!
//! Raw queries and bodies come in, an [`Event`] or one [`Refused`] comes out. [`Receiver`] does every
//! check in the right order; the parts below it are here for tests and for who plays WeCom. There is no
//! async, no clock, no HTTP and no C code in it: `now` is an argument, and what remembers is a value
//! that the caller owns. Nothing is ever fetched. Source: dossier section 12 (O-90930, O-90238,
//! O-90968, O-90970).

mod contact;
mod crypto;
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

pub use contact::{ContactChange, ExtAttr, ExtAttrValue, MemberChange, PartyChange, TagChange};
pub use crypto::{CallbackKeys, InvalidKeys, Opened};
pub use parse::{EventFields, FieldValue, InvalidXml};
pub use received::{Event, EventKind, Fingerprint};
pub use receiver::Receiver;
pub use refused::Refused;
pub use replay::ReplayMemory;
pub use reply::text_reply;

/// No body of WeCom's server is larger. Checked before anything is read.
///
/// ```
/// assert!(wecom_sdk::event::MOST_BYTES >= 64 * 1024);
/// ```
pub const MOST_BYTES: usize = 64 * 1024;
