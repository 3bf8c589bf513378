//! Who may pass where. Pure: facts go in, a decision comes out.
//!
//! Nothing here reads a request, a store or a clock, and nothing here asks WeCom.

pub(crate) mod decide;
