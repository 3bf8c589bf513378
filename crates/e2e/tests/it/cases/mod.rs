//! The security cases that need both sides of the wire, each named by its id.

mod answers;
mod attempts;
mod cookies;
mod people;
mod sessions;
