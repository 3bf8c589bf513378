//! The sandbox, seen from outside.

mod seed;
