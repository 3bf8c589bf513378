//! The guide: a page to read, with one whole program. There is no code in this module, and nothing to call.
//! Its text lies in `guide/`; a walk in the project's tests runs the program against the sandbox.
//!
#![doc = include_str!("../guide/before.md")]
#![doc = "```"]
#![doc = include_str!("../guide/sign_in.rs")]
#![doc = "# fn main() {}"]
#![doc = "```"]
#![doc = include_str!("../guide/after.md")]
