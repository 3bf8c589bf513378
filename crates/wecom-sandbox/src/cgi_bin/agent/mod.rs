//! `/cgi-bin/agent/…`: an app about itself.

pub(super) mod get;
