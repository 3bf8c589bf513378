//! The door: what every request passes on its way in, and every answer on its way out.
//!
//! In: a router of rooms. Out: the same router behind request ids, limits, the host check, security
//! headers and one place that renders failures. Never: decides who may pass.

pub(crate) mod codes;
pub(crate) mod context;
pub(crate) mod csrf;
pub(crate) mod failure;
pub(crate) mod pages;

pub(crate) use context::Context;
pub(crate) use failure::Failure;
