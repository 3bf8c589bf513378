//! Sites behind the gate, on real sockets: what an application sees of a request, and what a browser gets.

mod crowded;
mod early;
mod early_http2;
mod faults;
mod floods;
mod heads;
mod http2;
mod http2_requests;
mod mixing;
mod own;
mod panics;
mod remembered;
mod secure;
mod secure_upstream;
mod sessions;
mod sockets;
mod stage;
pub(crate) mod streams;
mod untaken;
pub(crate) mod upstream;
mod workers;
