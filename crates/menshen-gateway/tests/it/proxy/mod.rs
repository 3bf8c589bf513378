//! Sites behind the gate, on real sockets: what an application sees of a request, and what a browser gets.

mod faults;
mod floods;
mod heads;
mod http2;
mod mixing;
mod panics;
mod secure;
mod secure_upstream;
mod sessions;
mod stage;
pub(crate) mod streams;
pub(crate) mod upstream;
