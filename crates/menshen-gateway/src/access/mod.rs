//! Who may pass where. Pure: facts go in, a decision comes out.
//!
//! Nothing here reads a request, a store or a clock, and nothing here asks WeCom.

#[cfg_attr(not(test), expect(dead_code, reason = "its callers come next"))]
pub(crate) mod decide;
