//! How a store fails. Absence is not among it: that is `None`.

/// A store call that failed. It says nothing about whether the wanted record exists.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store could not be reached or did not answer in time. Nothing is known to have changed.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// The store answered with something that cannot be a record of ours.
    #[error("the store holds a record that cannot be read: {0}")]
    Corrupt(String),
    /// A record with this key exists already.
    #[error("a record with this key exists already")]
    Conflict,
}
