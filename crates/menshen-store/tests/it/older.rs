//! What an older version left is brought up to date, and says no more than it said.

use std::path::Path;

use menshen_store::contract::samples::{IDLE, START, digest};
use menshen_store::{
    Identities as _, OpenMode, Sessions as _, SiteSessions as _, Sqlite, SubjectId,
};
use sqlx::sqlite::SqliteConnectOptions;

use crate::open::run_sql;

/// A database as the version made it whose last migration this is, with its one installation.
pub(super) async fn made_by(last: &str, path: &Path) -> uuid::Uuid {
    let folder = tempfile::tempdir().unwrap();
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    for migration in std::fs::read_dir(migrations).unwrap() {
        let migration = migration.unwrap();
        let name = migration.file_name();
        if name.to_str().unwrap() <= last {
            std::fs::copy(migration.path(), folder.path().join(name)).unwrap();
        }
    }
    let pool = sqlx::SqlitePool::connect_with(
        SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true),
    )
    .await
    .unwrap();
    sqlx::query("PRAGMA application_id = 1299084142")
        .execute(&pool)
        .await
        .unwrap();
    let migrator = sqlx::migrate::Migrator::new(folder.path()).await.unwrap();
    migrator.run(&pool).await.unwrap();
    let id = uuid::Uuid::from_u128(0x1d);
    sqlx::query("INSERT INTO installation VALUES (1, $1, x'aabb', 7)")
        .bind(id.as_bytes().as_slice())
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    run_sql(path, "PRAGMA journal_mode = WAL").await;
    id
}

/// One row held what the last of several agents was told. It stays that agent's, with its sessions; those of
/// another agent rested on it all the same, and end.
#[tokio::test]
async fn s_049_what_one_agent_was_told_stays_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.db");
    made_by("0004_consent.sql", &path).await;
    run_sql(
        &path,
        "INSERT INTO subject VALUES
           (x'00000000000000000000000000000001', 'ww5f1e2d3c4b5a6978', 'member', 'zhangsan', 7, NULL)",
    )
    .await;
    run_sql(
        &path,
        "INSERT INTO identity VALUES
           (x'00000000000000000000000000000001', 'ww5f1e2d3c4b5a6978', 'hq', 'ZhangSan', 'zhangsan',
            'three', NULL, NULL, '[]', NULL, '[1,2]', x'00ff', 1800000000000, 1800000000000)",
    )
    .await;
    run_sql(
        &path,
        "INSERT INTO session SELECT
           unhex(value || '5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a'),
           x'00000000000000000000000000000001', 'ww5f1e2d3c4b5a6978',
           CASE value WHEN '00000001' THEN 'hq' ELSE 'branch' END, 'scan', 'agent',
           1800000000000, 1900000000000, 1800000000000, 1800000000000
         FROM json_each('[\"00000001\", \"00000002\"]')",
    )
    .await;
    run_sql(
        &path,
        "INSERT INTO site_session SELECT id_digest, id_digest, 'wiki.example.com', 7 FROM session",
    )
    .await;

    let store = Sqlite::open(&path, OpenMode::MustExist).await.unwrap();
    let subject = SubjectId(uuid::Uuid::from_u128(1));
    let kept = store.find_identity(&subject, "hq").await.unwrap().unwrap();
    assert_eq!(kept.user_id, "ZhangSan");
    assert_eq!(kept.sealed.as_deref(), Some(&[0, 255][..]));
    assert_eq!(kept.consented_at, Some(START));
    let of_user = store.list_identities_by_user("ZHANGSAN").await.unwrap();
    assert_eq!(of_user, [kept]);
    assert_eq!(store.find_identity(&subject, "branch").await.unwrap(), None);
    for (number, lives) in [(1, true), (2, false)] {
        let found = store.find_session(&digest(number), IDLE, START).await;
        assert_eq!(found.unwrap().is_some(), lives, "{number}");
    }
    // What hung on the session that ended went with it.
    for (number, lives) in [(1, true), (2, false)] {
        let found = store.find_site_session(&digest(number)).await;
        assert_eq!(found.unwrap().is_some(), lives, "{number}");
    }
}
