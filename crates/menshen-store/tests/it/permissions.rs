//! S-193: what we make is ours alone. S-217: what we may not write is refused.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::sync::Arc;

use menshen_store::contract::samples::{sign_in, subject};
use menshen_store::{OpenError, OpenMode, Sqlite, Store};

const TARGET: &str = "MENSHEN_TEST_TARGET";
/// The user `nobody`.
const NOBODY: u32 = 65534;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn s_193_the_database_and_its_companions_are_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.db");
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&path, OpenMode::MayCreate).await.unwrap());
    sign_in(&store, 1, &subject(1)).await;
    let mut seen = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{path:?}");
        seen += 1;
    }
    assert_eq!(seen, 3, "the database, -wal and -shm");
}

/// Runs as a plain user in a process of its own, because root may write everywhere.
#[tokio::test]
#[ignore = "the child of s_217_a_file_or_folder_that_cannot_be_written_is_refused"]
async fn child_opens_what_it_may_not_write() {
    let target = std::env::var(TARGET).unwrap();
    let error = Sqlite::open(Path::new(&target), OpenMode::MayCreate)
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::NotWritable(_)), "{error}");
}

fn refused_to_a_plain_user(target: &Path) {
    // Where the plain user can reach it: the build may lie in the home of root.
    let folder = tempfile::tempdir().unwrap();
    set_mode(folder.path(), 0o755);
    let program = folder.path().join("child");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut child = std::process::Command::new(program);
    child
        .args([
            "permissions::child_opens_what_it_may_not_write",
            "--exact",
            "--ignored",
        ])
        .env(TARGET, target);
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        child.uid(NOBODY).gid(NOBODY);
    }
    let output = child.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}"
    );
}

#[tokio::test]
async fn s_217_a_file_or_folder_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.db");
    let store = Sqlite::open(&path, OpenMode::MayCreate).await.unwrap();
    store.close().await;
    let before = std::fs::read(&path).unwrap();
    set_mode(&path, 0o444);
    set_mode(folder.path(), 0o555);
    refused_to_a_plain_user(&path);
    refused_to_a_plain_user(&folder.path().join("new.db"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    // A file that may be written in a folder that may not: there is no place for the -wal.
    set_mode(&path, 0o666);
    refused_to_a_plain_user(&path);
    set_mode(folder.path(), 0o755);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}
