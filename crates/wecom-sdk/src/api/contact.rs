//! The enterprise's directory (通讯录), as far as the agent may see it.
//!
//! In: ids. Out: what the agent may see of them. Nothing is written to the directory.

pub mod department;
pub mod members;
pub mod tag;
pub mod user;
