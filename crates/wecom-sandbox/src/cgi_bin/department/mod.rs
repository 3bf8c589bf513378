//! `/cgi-bin/department/…`: the tree, as far as the caller may see it.

pub(super) mod get;
pub(super) mod list;
pub(super) mod simplelist;
