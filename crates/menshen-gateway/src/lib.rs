//! The Menshen server as a library.

mod access;
mod door;
mod login;
mod session;
