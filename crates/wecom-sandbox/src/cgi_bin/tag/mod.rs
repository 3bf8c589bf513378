//! `/cgi-bin/tag/…`: tags, all of them, and their members as far as the caller may see them.

pub(super) mod get;
pub(super) mod list;
