//! Promises of [`Installations`](crate::Installations).
//!
//! In: an empty store. Each function is one promise and panics when it is broken.

use std::sync::Arc;

use uuid::Uuid;

use super::samples::START;
use crate::{Installation, Store, StoreError};

/// A new store has none; it is written once.
pub async fn one_installation_and_no_second(store: Arc<dyn Store>) {
    assert_eq!(store.find_installation().await.unwrap(), None);
    let first = Installation {
        id: Uuid::from_u128(1),
        key_check: vec![1, 2, 3],
        created_at: START,
    };
    let second = Installation {
        id: Uuid::from_u128(2),
        ..first.clone()
    };
    store.insert_installation(&first).await.unwrap();
    let refused = store.insert_installation(&second).await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
    assert_eq!(store.find_installation().await.unwrap(), Some(first));
}
