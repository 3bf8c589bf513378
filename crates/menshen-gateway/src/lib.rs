//! The Menshen server as a library.

mod door;
