//! `/cgi-bin/auth/…`: the exchange of a code, and the personal fields behind a user ticket.

pub(super) mod getuserdetail;
pub(super) mod getuserinfo;
