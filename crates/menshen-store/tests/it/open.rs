//! S-217: a database that is missing, unreadable, foreign, damaged or newer is refused with the reason,
//! and nothing is made or changed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use menshen_store::contract::samples::{START, sign_in, subject};
use menshen_store::{
    Installations as _, KeyUse, OpenError, OpenMode, Sessions as _, SigningKeys as _, Sqlite, Store,
};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use crate::older::made_by;

const BOTH: [OpenMode; 2] = [OpenMode::MustExist, OpenMode::MayCreate];

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Every file of a folder with its content.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect()
}

/// Opens, expects a refusal that names the file, and proves that the folder is as it was.
async fn refusal(path: &Path, mode: OpenMode) -> OpenError {
    let folder = path.parent().unwrap();
    let before = folder.is_dir().then(|| contents(folder));
    let error = Sqlite::open(path, mode).await.unwrap_err();
    let after = folder.is_dir().then(|| contents(folder));
    assert!(before == after, "the folder changed: {error}");
    assert!(
        error.to_string().contains(&path.display().to_string()),
        "{error}"
    );
    error
}

/// A finished, cleanly closed database with some content.
async fn database(path: &Path) {
    let store = Sqlite::open(path, OpenMode::MayCreate).await.unwrap();
    let shared: Arc<dyn Store> = Arc::new(store);
    for number in 0..50 {
        sign_in(&shared, number, &subject(number)).await;
    }
    shared.close().await;
}

pub(super) async fn run_sql(path: &Path, sql: &'static str) {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn s_217_a_missing_database_is_not_made_anew() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    let error = refusal(&path, OpenMode::MustExist).await;
    assert!(matches!(error, OpenError::Missing(_)), "{error}");
}

#[tokio::test]
async fn s_217_an_emptied_database_is_not_made_anew() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    std::fs::write(&path, "").unwrap();
    let error = refusal(&path, OpenMode::MustExist).await;
    assert!(matches!(error, OpenError::Empty(_)), "{error}");
}

#[tokio::test]
async fn s_217_a_missing_folder_is_named() {
    let folder = folder();
    let path = folder.path().join("nowhere/menshen.db");
    for mode in BOTH {
        let error = refusal(&path, mode).await;
        assert!(matches!(error, OpenError::NoFolder(_)), "{error}");
        assert!(!path.parent().unwrap().exists());
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = Sqlite::open(&file.join("menshen.db"), OpenMode::MayCreate)
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::NoFolder(_)), "{error}");
}

#[tokio::test]
async fn s_217_a_file_that_is_no_database_is_left_alone() {
    for content in [&b"x"[..], &[b'x'; 5000], b"SQLite format 3\0", &[0; 4096]] {
        let folder = folder();
        let path = folder.path().join("menshen.db");
        std::fs::write(&path, content).unwrap();
        for mode in BOTH {
            let error = refusal(&path, mode).await;
            assert!(matches!(error, OpenError::NotADatabase(_)), "{error}");
        }
    }
}

#[tokio::test]
async fn s_217_a_database_of_another_program_is_left_alone() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    run_sql(&path, "CREATE TABLE theirs (a)").await;
    for mode in BOTH {
        let error = refusal(&path, mode).await;
        assert!(matches!(error, OpenError::Foreign(_)), "{error}");
    }
}

#[tokio::test]
async fn s_217_a_truncated_database_is_damaged() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    database(&path).await;
    let length = std::fs::metadata(&path).unwrap().len();
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(length / 2)
        .unwrap();
    for mode in BOTH {
        let error = refusal(&path, mode).await;
        assert!(matches!(error, OpenError::Damaged(_)), "{error}");
    }
}

#[tokio::test]
async fn s_217_a_database_with_a_broken_schema_is_damaged() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    database(&path).await;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..4096].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    for mode in BOTH {
        let error = refusal(&path, mode).await;
        assert!(matches!(error, OpenError::Damaged(_)), "{error}");
    }
}

#[tokio::test]
async fn s_217_a_newer_schema_is_refused_with_both_versions() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    database(&path).await;
    run_sql(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9001, 'from the future', TRUE, x'00', 1)",
    )
    .await;
    for mode in BOTH {
        let error = refusal(&path, mode).await;
        let OpenError::Newer { found, known, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(found, 9001);
        assert!((1..9001).contains(&known));
    }
}

#[tokio::test]
async fn a_database_that_exists_opens_in_either_mode_with_what_was_in_it() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    database(&path).await;
    for mode in BOTH {
        let store = Sqlite::open(&path, mode).await.unwrap();
        let filter = menshen_store::SessionFilter {
            limit: 100,
            ..Default::default()
        };
        assert_eq!(store.list_sessions(&filter).await.unwrap().len(), 50);
        store.ping().await.unwrap();
        store.close().await;
    }
}

#[tokio::test]
async fn a_file_made_by_an_interrupted_first_start_is_finished_by_the_next() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    std::fs::write(&path, "").unwrap();
    let store = Sqlite::open(&path, OpenMode::MayCreate).await.unwrap();
    assert_eq!(store.sweep_sessions(START, START, 1).await.unwrap(), 0);
}

#[tokio::test]
async fn every_column_has_the_settings_that_durability_needs() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    database(&path).await;
    let mut connection = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .unwrap();
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(mode, "wal");
    let lax: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM pragma_table_list
         WHERE type = 'table' AND strict = 0 AND name NOT LIKE '%sql%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(lax, Vec::<String>::new());
}

#[tokio::test]
async fn s_190_an_older_database_says_whose_it_is_before_it_is_changed() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    let id = made_by("0001_first.sql", &path).await;
    let before = contents(folder.path());
    let opened = Sqlite::look_into(&path, OpenMode::MustExist).await.unwrap();
    let found = opened.find_installation().await.unwrap().unwrap();
    assert_eq!(
        (found.id, found.key_check.as_slice()),
        (id, &[0xaa, 0xbb][..])
    );
    opened.close().await;
    assert!(before == contents(folder.path()), "looking changed it");

    let opened = Sqlite::look_into(&path, OpenMode::MustExist).await.unwrap();
    let store = opened.migrate().await.unwrap();
    assert_eq!(store.find_installation().await.unwrap().unwrap().id, id);
    let keys = store.list_signing_keys(KeyUse::Assertion, START).await;
    assert!(
        keys.unwrap().is_empty(),
        "the second version has no such table"
    );
}

#[tokio::test]
async fn a_database_just_made_is_of_no_installation_yet() {
    let folder = folder();
    let path = folder.path().join("menshen.db");
    let opened = Sqlite::look_into(&path, OpenMode::MayCreate).await.unwrap();
    assert_eq!(opened.find_installation().await.unwrap(), None);
    let store = opened.migrate().await.unwrap();
    assert_eq!(store.find_installation().await.unwrap(), None);
}

#[tokio::test]
async fn a_closed_store_is_unavailable() {
    let store = Sqlite::in_memory().await.unwrap();
    store.close().await;
    let error = store
        .find_session(
            &menshen_store::Digest::from_bytes([0; 32]),
            Duration::ZERO,
            START,
        )
        .await
        .unwrap_err();
    assert!(
        matches!(error, menshen_store::StoreError::Unavailable(_)),
        "{error}"
    );
}
