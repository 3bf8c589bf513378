//! How a store fails. Absence is not among it: that is `None`.
//!
//! Three words are enough for whoever calls: try later, it is damaged, somebody else was first. A message
//! never carries a value of a row.

/// A store call that failed. It says nothing about whether the wanted record exists.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store could not be reached or did not answer in time. Nothing is known to have changed.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// The store answered with something that cannot be a record of ours.
    #[error("the store holds a record that cannot be read: {0}")]
    Corrupt(String),
    /// What is stored does not allow it: a record with this key exists already, or the one that is meant
    /// is no longer in the state that the call needs. Each method says which.
    #[error("what is stored does not allow this")]
    Conflict,
}
