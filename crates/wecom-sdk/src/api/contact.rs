//! The enterprise's directory (通讯录), as far as the agent may see it.
//!
//! In: ids. Out: what the agent may see of them. Nothing is written to the directory.

pub(crate) mod department;
pub(crate) mod member;
pub(crate) mod members;
pub(crate) mod tag;
