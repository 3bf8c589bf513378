//! Who may pass where. Pure: facts go in, a decision comes out.
//!
//! `decide` says whether a person may be signed in at all; `rules` says who may open which path of a
//! site, on the words that `term`, `pattern` and `method` read from the configuration and on a path
//! that `path` has read in every way a server behind us might. Nothing here reads a request, a store
//! or a clock, and nothing here asks WeCom.

pub(crate) mod decide;
pub(crate) mod host;
pub(crate) mod method;
pub(crate) mod path;
pub(crate) mod pattern;
pub(crate) mod rules;
pub(crate) mod term;
