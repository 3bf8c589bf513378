//! What a site behind us is told about the person: names and values of the identity headers.
//!
//! In: an identity, and the names a site wants besides ours. Out: ready header values, and the answer
//! to "is this name ours?", by which incoming copies are removed. Values are made once per session;
//! writing them onto a request or an answer copies nothing. Pure; it never judges anybody.

pub(crate) mod blank;
pub(crate) mod groups;
pub(crate) mod names;
pub(crate) mod values;
