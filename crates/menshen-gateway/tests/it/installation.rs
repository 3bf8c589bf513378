//! The store and its data key, at every start.

use std::path::Path;
use std::sync::Arc;

use menshen_gateway::config::{Config, StoreConfig};
use menshen_gateway::installation::{InstallationError, Opened, open};
use menshen_gateway::vault::DataKey;
use menshen_store::OpenMode;
use wecom_sdk::{Entropy, ManualClock, Timestamp};

use crate::harness::{CONFIG, Folder};

async fn start(config: &Config) -> Result<Opened, InstallationError> {
    start_with(config, Entropy::seeded(3)).await
}

async fn start_with(config: &Config, entropy: Entropy) -> Result<Opened, InstallationError> {
    let clock = ManualClock::at(Timestamp::from_seconds(1_800_000_000));
    open(config, &clock, Arc::new(entropy), OpenMode::MayCreate).await
}

/// Starts once and stops, as an installation that has been in use.
async fn used() -> (Folder, Config) {
    let folder = Folder::new(CONFIG);
    let config = folder.load();
    start(&config).await.unwrap().store.close().await;
    (folder, config)
}

fn replace_key(folder: &Folder) {
    let path = folder.path("data.key");
    std::fs::remove_file(&path).unwrap();
    DataKey::generate(&Entropy::seeded(99))
        .unwrap()
        .write_new(&path)
        .unwrap();
}

fn bytes_of(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[tokio::test]
async fn a_first_start_makes_store_and_marker_and_a_second_finds_them() {
    let (folder, config) = used().await;
    let marker = std::fs::read_to_string(folder.path("data.key.store")).unwrap();
    let opened = start(&config).await.unwrap();
    let found = opened.store.find_installation().await.unwrap().unwrap();
    assert!(marker.contains(&found.id.to_string()), "{marker}");
    opened.store.close().await;
}

#[tokio::test]
async fn s_190_another_key_is_refused_and_changes_nothing() {
    let (folder, config) = used().await;
    let before = bytes_of(&folder.path("menshen.db"));
    replace_key(&folder);
    for _ in 0..2 {
        let error = start(&config).await.unwrap_err();
        assert!(matches!(error, InstallationError::WrongKey(_)), "{error}");
        assert!(error.to_string().contains("restore the key"), "{error}");
    }
    assert_eq!(bytes_of(&folder.path("menshen.db")), before);
}

#[tokio::test]
async fn s_190_without_its_key_nothing_starts() {
    let (folder, config) = used().await;
    let before = bytes_of(&folder.path("menshen.db"));
    std::fs::remove_file(folder.path("data.key")).unwrap();
    let error = start(&config).await.unwrap_err();
    assert!(matches!(error, InstallationError::Key(_)), "{error}");
    assert_eq!(bytes_of(&folder.path("menshen.db")), before);
}

#[tokio::test]
async fn s_190_the_store_of_another_installation_is_refused() {
    let (_theirs, their_config) = used().await;
    let ours = Folder::new(CONFIG);
    replace_key(&ours);
    let mut config = ours.load();
    config.store = their_config.store;
    let error = start(&config).await.unwrap_err();
    assert!(matches!(error, InstallationError::WrongKey(_)), "{error}");
    assert!(!ours.path("data.key.store").exists());
}

#[tokio::test]
async fn a_store_that_took_the_place_of_another_is_refused() {
    let (folder, config) = used().await;
    let marker = folder.path("data.key.store");
    let remembered = std::fs::read(&marker).unwrap();
    std::fs::remove_file(&marker).unwrap();
    let mut other = config.clone();
    other.store = StoreConfig::Sqlite {
        path: folder.path("other.db"),
    };
    let opened = start_with(&other, Entropy::seeded(4)).await.unwrap();
    opened.store.close().await;
    std::fs::write(&marker, remembered).unwrap();
    let error = start(&other).await.unwrap_err();
    assert!(matches!(error, InstallationError::OtherStore(_)), "{error}");
}

#[tokio::test]
async fn s_217_a_missing_store_is_never_replaced_by_a_blank_one() {
    let (folder, config) = used().await;
    let database = folder.path("menshen.db");
    std::fs::remove_file(&database).unwrap();
    for _ in 0..2 {
        let error = start(&config).await.unwrap_err();
        assert!(matches!(error, InstallationError::Lost { .. }), "{error}");
        let words = error.to_string();
        assert!(
            words.contains("restore it from a backup") && words.contains("delete the marker"),
            "{words}"
        );
        assert!(!database.exists());
    }
    std::fs::write(&database, b"").unwrap();
    let error = start(&config).await.unwrap_err();
    assert!(matches!(error, InstallationError::Lost { .. }), "{error}");
    assert_eq!(bytes_of(&database), b"");
}

#[tokio::test]
async fn s_217_a_blank_store_in_its_place_is_refused() {
    let (folder, config) = used().await;
    let database = folder.path("menshen.db");
    std::fs::remove_file(&database).unwrap();
    menshen_store::Sqlite::open(&database, OpenMode::MayCreate)
        .await
        .unwrap();
    let error = start(&config).await.unwrap_err();
    assert!(matches!(error, InstallationError::Blank(_)), "{error}");
}

#[tokio::test]
async fn s_217_something_else_in_its_place_is_refused_with_the_reason() {
    let (folder, config) = used().await;
    let database = folder.path("menshen.db");
    let text =
        b"this is a text file, and a rather long one, so that it could hold the head of a database";
    std::fs::write(&database, text).unwrap();
    let error = start(&config).await.unwrap_err();
    assert!(matches!(error, InstallationError::Open(_)), "{error}");
    assert_eq!(bytes_of(&database), text);
}

#[tokio::test]
async fn a_lost_marker_is_written_again_and_a_broken_one_is_not_guessed_at() {
    let (folder, config) = used().await;
    let marker = folder.path("data.key.store");
    let before = bytes_of(&marker);
    std::fs::remove_file(&marker).unwrap();
    start(&config).await.unwrap().store.close().await;
    assert_eq!(bytes_of(&marker), before);
    std::fs::write(&marker, "nothing").unwrap();
    let error = start(&config).await.unwrap_err();
    assert!(matches!(error, InstallationError::Marker(_)), "{error}");
}

#[tokio::test]
async fn s_193_what_we_make_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, _) = used().await;
    for name in ["data.key", "data.key.store", "menshen.db"] {
        let mode = std::fs::metadata(folder.path(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn an_operator_command_makes_no_store() {
    let folder = Folder::new(CONFIG);
    let clock = ManualClock::at(Timestamp::from_seconds(1_800_000_000));
    let entropy = Arc::new(Entropy::seeded(3));
    let opened = open(&folder.load(), &clock, entropy, OpenMode::MustExist).await;
    assert!(matches!(opened, Err(InstallationError::Open(_))));
    assert!(!folder.path("menshen.db").exists() && !folder.path("data.key.store").exists());
}
