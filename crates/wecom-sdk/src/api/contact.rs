//! The enterprise's directory (通讯录), as far as the app may see it.

pub mod department;
pub mod tag;
pub mod user;
