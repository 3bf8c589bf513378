//! `/cgi-bin/auth/…`: the exchange of a code, the personal fields behind a user ticket, and
//! two-step verification.

pub(super) mod get_tfa_info;
pub(super) mod getuserdetail;
pub(super) mod getuserinfo;
