//! The gate with foreign proxies in front, each as it is shipped; the security cases that need them, each
//! named by its id.

mod closed;
mod forwarded;
mod gate;
mod identity;
mod own_host;
mod own_paths;
mod paths;
mod ports;
mod signed_out;
mod upgrade;
