//! The security cases that need both sides of the wire, each named by its id.

mod answers;
mod attempts;
mod cookies;
mod crash;
mod directory;
mod inside;
mod load;
mod outages;
mod pages;
mod people;
mod rejections;
mod repeats;
mod restart;
mod secrets;
mod sessions;
mod time;
mod tokens;
