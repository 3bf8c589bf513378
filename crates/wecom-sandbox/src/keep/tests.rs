//! The state file by itself: what is read is what was written, or a clear refusal that changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Batch, DataError, Keeper, Opened};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self) -> PathBuf {
        self.path().join("state")
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.file()).unwrap()
    }

    fn keeper(&self) -> Keeper {
        Opened::open(self.path()).unwrap().keeper()
    }

    /// What the file says: names with numbers, in order.
    fn read(&self) -> Result<Vec<(String, u32)>, DataError> {
        let opened = Opened::open(self.path())?;
        let read = opened.restore(|things| things.take("number"))?;
        Ok(read.unwrap_or_default())
    }

    fn names(&self) -> String {
        let pairs = self.read().unwrap().into_iter();
        let pairs = pairs.map(|(name, number)| format!("{name}{number}"));
        pairs.collect::<Vec<_>>().join(" ")
    }
}

fn whole(keeper: &Keeper, numbers: &[(&str, u32)]) {
    let written = keeper.settle(|batch, _| {
        batch.begin_whole();
        put(batch, numbers);
    });
    written.unwrap();
}

fn put(batch: &mut Batch, numbers: &[(&str, u32)]) {
    for (name, number) in numbers {
        batch.put("number", name, number);
    }
}

#[test]
fn changes_are_read_in_the_order_things_first_came() {
    let place = Place::new();
    let keeper = place.keeper();
    whole(&keeper, &[("b", 1), ("a", 2)]);
    keeper
        .settle(|batch, _| put(batch, &[("c", 3), ("b", 4)]))
        .unwrap();
    keeper.settle(|batch, _| batch.gone("number", "a")).unwrap();
    keeper.settle(|batch, _| put(batch, &[("a", 5)])).unwrap();
    keeper.settle(|_, _| ()).unwrap();
    drop(keeper);
    assert_eq!(place.names(), "b4 c3 a5");
}

#[test]
fn everything_takes_the_place_of_what_was_there() {
    let place = Place::new();
    let keeper = place.keeper();
    whole(&keeper, &[("a", 1)]);
    let before = place.bytes().len();
    keeper.settle(|batch, _| put(batch, &[("b", 2)])).unwrap();
    assert!(place.bytes().len() > before);
    whole(&keeper, &[("c", 3)]);
    assert_eq!(place.bytes().len(), before);
    drop(keeper);
    assert_eq!(place.names(), "c3");
    assert!(!place.path().join("state.new").exists());
}

/// Cut at every byte behind the first line: a change counts whole or not at all.
#[test]
fn a_last_line_that_was_not_whole_is_passed_over_wherever_it_broke_off() {
    let place = Place::new();
    let keeper = place.keeper();
    whole(&keeper, &[("a", 1)]);
    let first = place.bytes().len();
    let two = |batch: &mut Batch| put(batch, &[("a", 2), ("b", 2)]);
    keeper.settle(|batch, _| two(batch)).unwrap();
    drop(keeper);
    let bytes = place.bytes();
    for length in first..bytes.len() {
        fs::write(place.file(), &bytes[..length]).unwrap();
        assert_eq!(place.names(), "a1", "{length}");
        // Blocks that never came to the disk read as zeros.
        let mut unwritten = bytes[..length].to_vec();
        unwritten.resize(bytes.len(), 0);
        fs::write(place.file(), &unwritten).unwrap();
        assert_eq!(place.names(), "a1", "{length}");
    }
    fs::write(place.file(), &bytes).unwrap();
    assert_eq!(place.names(), "a2 b2");
}

/// One letter after the other is another one: nothing of it is believed, and the file stays as it is.
#[test]
fn damage_anywhere_is_refused_and_nothing_is_changed() {
    let place = Place::new();
    let keeper = place.keeper();
    whole(&keeper, &[("a", 1)]);
    keeper.settle(|batch, _| put(batch, &[("b", 2)])).unwrap();
    keeper.settle(|batch, _| put(batch, &[("c", 3)])).unwrap();
    drop(keeper);
    let bytes = place.bytes();
    let last = bytes.len() - 1;
    for at in 0..last {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        fs::write(place.file(), &damaged).unwrap();
        let error = place.read().unwrap_err();
        let is_told = matches!(
            error,
            DataError::Damaged { .. } | DataError::Foreign(_) | DataError::Newer { .. }
        );
        assert!(is_told, "{at}: {error}");
        assert_eq!(place.bytes(), damaged, "{at}");
    }
    // A hole in the middle is damage too: what stands behind it was answered.
    let mut hole = bytes.clone();
    let second = bytes.len() - 10;
    let behind = hole[..second]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap();
    hole[behind - 5..behind].fill(0);
    fs::write(place.file(), &hole).unwrap();
    assert!(matches!(place.read(), Err(DataError::Damaged { .. })));
}

#[test]
fn a_foreign_file_and_one_of_a_newer_program_are_told_apart_and_left_alone() {
    for (text, told) in [
        ("", "no state of a sandbox"),
        ("hello\n", "no state of a sandbox"),
        ("menshen sandbox state, form x\n", "no state of a sandbox"),
        ("menshen sandbox state, form 1", "no state of a sandbox"),
        ("menshen sandbox state, form 1\n", "damaged"),
        ("menshen sandbox state, form 1\nhello\n", "damaged (line 2"),
        ("menshen sandbox state, form 2\nhello\n", "form 2"),
    ] {
        let place = Place::new();
        fs::write(place.file(), text).unwrap();
        let error = place.read().unwrap_err().to_string();
        assert!(error.contains(told), "{text:?}: {error}");
        assert!(error.contains("name another folder") || error.contains("begin again"));
        assert_eq!(place.bytes(), text.as_bytes());
    }
}

#[test]
fn a_thing_of_an_unknown_kind_is_refused() {
    let place = Place::new();
    let keeper = place.keeper();
    keeper
        .settle(|batch, _| {
            batch.begin_whole();
            put(batch, &[("a", 1)]);
            batch.put("colour", "sky", "blue");
        })
        .unwrap();
    drop(keeper);
    let error = place.read().unwrap_err().to_string();
    assert!(error.contains("colour"), "{error}");
}

#[test]
fn a_folder_belongs_to_one_at_a_time() {
    let place = Place::new();
    let keeper = place.keeper();
    whole(&keeper, &[("a", 1)]);
    assert!(matches!(place.read(), Err(DataError::InUse(_))));
    let other = keeper.clone();
    drop(keeper);
    assert!(
        matches!(place.read(), Err(DataError::InUse(_))),
        "one is left"
    );
    drop(other);
    assert_eq!(place.names(), "a1");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_look() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let inner = place.path().join("new").join("folder");
    let keeper = Opened::open(&inner).unwrap().keeper();
    whole(&keeper, &[("a", 1)]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    assert_eq!(mode(&inner.join("state")), 0o600);
    assert_eq!(mode(&inner.join("lock")), 0o600);
}

/// The file's place is taken by a folder: as good as a disk that fails. From then on nothing is kept.
#[tokio::test]
async fn when_the_disk_fails_nothing_is_answered_any_more() {
    let place = Place::new();
    let keeper = place.keeper();
    whole(&keeper, &[("a", 1)]);
    fs::create_dir(place.path().join("state.new")).unwrap();
    let failed = keeper.settle(|batch, _| batch.begin_whole()).unwrap_err();
    assert_eq!(keeper.until_lost().await.to_string(), failed.to_string());
    fs::remove_dir(place.path().join("state.new")).unwrap();
    let again = keeper
        .settle(|batch, _| put(batch, &[("b", 2)]))
        .unwrap_err();
    assert_eq!(again.to_string(), failed.to_string());
    keeper.settle(|_, _| ()).unwrap_err();
    drop(keeper);
    assert_eq!(place.names(), "a1", "what was kept is still there");
}

/// Many at once: each is on the disk when it is told so, and all are in the end.
#[test]
fn many_write_at_once_and_nobody_is_forgotten() {
    let place = Place::new();
    let keeper = place.keeper();
    whole(&keeper, &[]);
    std::thread::scope(|scope| {
        for writer in 0..8_u32 {
            let keeper = &keeper;
            scope.spawn(move || {
                for number in 0..40 {
                    let name = format!("{writer}-{number}");
                    let settled = keeper.settle(|batch, _| put(batch, &[(&name, number)]));
                    settled.unwrap();
                }
            });
        }
    });
    drop(keeper);
    assert_eq!(place.read().unwrap().len(), 320);
}
