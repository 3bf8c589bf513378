//! The calls, one file per chapter of WeCom's documentation.
//!
//! Each adds its methods to [`Client`](crate::Client) and reads its answer by itself. Identity is read
//! strictly, what merely describes a person tolerantly: WeCom leaves fields out as permissions shrink. What
//! has no file here goes by [`Client::raw`](crate::Client::raw).

pub(crate) mod addresses;
pub(crate) mod agent;
pub(crate) mod auth;
pub(crate) mod contact;
pub(crate) mod jssdk;
pub(crate) mod raw;
pub(crate) mod two_step;
