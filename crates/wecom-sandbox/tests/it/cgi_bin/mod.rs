//! The API, path by path.

mod checks;
mod directory;
mod fixtures;
mod gettoken;
mod identity;
mod tickets;
mod two_step;
