//! The enterprise's directory (通讯录), as far as the app may see it.
//!
//! In: ids. Out: what the app may see of them. Nothing is written to the directory.

pub mod department;
pub mod tag;
pub mod user;
