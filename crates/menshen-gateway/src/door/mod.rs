//! The door: what every request passes and every answer leaves by.

pub(crate) mod pages;
