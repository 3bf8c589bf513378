//! `/cgi-bin/user/…`: members, and the legacy forms of the two calls under `auth/`.

pub(super) mod authsucc;
pub(super) mod get;
pub(super) mod getuserdetail;
pub(super) mod getuserinfo;
pub(super) mod list;
pub(super) mod list_id;
pub(super) mod simplelist;
pub(super) mod tfa_succ;
