//! The trip to WeCom and back: it starts a login, receives the callback, and opens the session.
//!
//! Serves `GET /_menshen/login` and `GET /_menshen/callback/{connector}`. It leaves cookies and
//! sessions to `session`, WeCom to `connector`, the judgement to `access`, and pages to `door`. It
//! never takes an identity from a browser, and never calls WeCom before every free check has passed.
#![expect(dead_code, reason = "its endpoints come next")]

mod door;
mod return_to;
