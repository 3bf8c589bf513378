//! The rules themselves, without HTTP: a yes and each no.

mod authorize;
mod consent;
mod domain;
mod reset;
