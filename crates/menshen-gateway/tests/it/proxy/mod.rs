//! Sites behind the gate, on real sockets: what an application sees of a request, and what a browser gets.

mod faults;
mod heads;
mod http2;
mod mixing;
mod sessions;
mod stage;
mod streams;
mod upstream;
