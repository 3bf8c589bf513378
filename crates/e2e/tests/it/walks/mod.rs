//! The flows as a person walks them; the trail of every hop is the snapshot.

mod consent;
mod in_app;
mod repeated;
mod scan;
mod sign_out;
mod turned_away;
