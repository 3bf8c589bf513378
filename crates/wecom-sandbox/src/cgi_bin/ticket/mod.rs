//! `/cgi-bin/ticket/…`: the JS-SDK ticket of one app.

pub(super) mod get;
