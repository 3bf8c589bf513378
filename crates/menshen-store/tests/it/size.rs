//! What must not grow with the number of sessions: no statement of the hot road reads a whole table.

use std::time::Duration;

use menshen_store::contract::samples::{IDLE, START, corp};
use menshen_store::{OpenMode, SessionFilter, Sessions as _, Sqlite, Store as _};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Row as _};

const WEEK: Duration = Duration::from_hours(7 * 24);

#[tokio::test]
async fn a_filled_store_holds_sessions_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.db");
    let store = Sqlite::open(&path, OpenMode::MayCreate).await.unwrap();
    store
        .fill_with_sessions(20_000, &corp(), START, WEEK)
        .await
        .unwrap();
    let listed = store
        .list_sessions(&SessionFilter {
            limit: 20_001,
            ..SessionFilter::default()
        })
        .await
        .unwrap();
    assert_eq!(listed.len(), 20_000);
    let one = store
        .find_session(&listed[9_999].id_digest, IDLE, START)
        .await
        .unwrap();
    assert_eq!(one.as_ref(), Some(&listed[9_999]));
    store.close().await;
    Sqlite::open(&path, OpenMode::MustExist)
        .await
        .unwrap()
        .ping()
        .await
        .unwrap();
}

/// The plans of the statements that run for every request, login or sweep.
#[tokio::test]
async fn no_hot_statement_scans_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.db");
    Sqlite::open(&path, OpenMode::MayCreate)
        .await
        .unwrap()
        .close()
        .await;
    let mut connection = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .unwrap();
    for statement in [
        "EXPLAIN QUERY PLAN SELECT * FROM session WHERE id_digest = x'00' AND expires_at > 1 AND last_seen_at > 1",
        "EXPLAIN QUERY PLAN SELECT id_digest FROM session WHERE expires_at <= 1 OR last_seen_at < 1 LIMIT 9",
        "EXPLAIN QUERY PLAN UPDATE session SET checked_at = 2 WHERE subject_id = x'00' AND checked_at < 2",
        "EXPLAIN QUERY PLAN DELETE FROM session WHERE subject_id = x'00'",
        "EXPLAIN QUERY PLAN UPDATE login_attempt SET taken_at = 1 WHERE state_digest = x'00' AND taken_at IS NULL",
        "EXPLAIN QUERY PLAN SELECT state_digest FROM login_attempt WHERE expires_at < 1 ORDER BY expires_at LIMIT 9",
        "EXPLAIN QUERY PLAN SELECT * FROM site_session WHERE id_digest = x'00'",
        "EXPLAIN QUERY PLAN DELETE FROM site_session WHERE parent_digest = x'00'",
        "EXPLAIN QUERY PLAN DELETE FROM site_ticket WHERE parent_digest = x'00'",
        "EXPLAIN QUERY PLAN UPDATE site_ticket SET taken_at = 1 WHERE ticket_digest = x'00' AND taken_at IS NULL",
        "EXPLAIN QUERY PLAN SELECT ticket_digest FROM site_ticket WHERE expires_at < 1 ORDER BY expires_at LIMIT 9",
        "EXPLAIN QUERY PLAN SELECT * FROM subject WHERE corp_id = 'a' AND kind = 'member' AND key = 'b' AND retired_at IS NULL",
        "EXPLAIN QUERY PLAN SELECT * FROM identity WHERE user_key = 'a'",
    ] {
        for row in sqlx::query(statement)
            .fetch_all(&mut connection)
            .await
            .unwrap()
        {
            let step: String = row.get("detail");
            assert!(!step.starts_with("SCAN"), "{statement}: {step}");
        }
    }
}
