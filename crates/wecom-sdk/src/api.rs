//! The calls, one file per chapter of WeCom's documentation.
//!
//! Each adds its methods to [`Client`](crate::Client) and reads its answer by itself. Identity is read
//! strictly, what merely describes a person tolerantly: WeCom leaves fields out as permissions shrink.

pub mod addresses;
pub mod agent;
pub mod auth;
pub mod contact;
pub mod jssdk;
pub mod two_step;
