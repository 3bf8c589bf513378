//! A signed-in browser: its cookie, and the record behind it.
//!
//! The cookie holds the session id and nothing else; the store holds the id's digest. This room
//! never judges where a session may pass (`access`), and never asks who somebody is (`connector`).
#![expect(dead_code, reason = "loading comes next")]

pub(crate) mod cookie;
