//! S-222 in spirit: whoever waits for the store waits a second, not for ever.

use std::time::{Duration, Instant};

use menshen_store::contract::samples::{START, attempt, digest};
use menshen_store::{LoginAttempts as _, OpenMode, Sessions as _, Sqlite, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

#[tokio::test]
async fn s_222_a_write_behind_a_foreign_lock_fails_in_time_and_reads_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.db");
    let store = Sqlite::open(&path, OpenMode::MayCreate).await.unwrap();
    let mut other = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .unwrap();
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();

    let began = Instant::now();
    let first = attempt(1);
    let second = attempt(2);
    let unknown = digest(1);
    let (first, second, read) = tokio::join!(
        store.insert_login_attempt(&first),
        store.insert_login_attempt(&second),
        store.find_session(&unknown, Duration::ZERO, START),
    );
    assert!(
        began.elapsed() < Duration::from_millis(2500),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(read.unwrap(), None);
    for refused in [first, second] {
        assert!(
            matches!(refused, Err(StoreError::Unavailable(_))),
            "{refused:?}"
        );
    }

    lock.rollback().await.unwrap();
    store.insert_login_attempt(&attempt(3)).await.unwrap();
    assert_eq!(store.find_login_attempt(&unknown).await.unwrap(), None);
}
