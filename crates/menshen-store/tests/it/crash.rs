//! S-213: whatever moment the process ends at, a login has happened wholly or not at all.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use menshen_store::contract::samples::{
    START, attempt, claim, found, session, sign_in, subject, take,
};
use menshen_store::{LoginOutcome, OpenMode, SessionFilter, Sqlite, Store, Subject, TakenAttempt};

const TARGET: &str = "MENSHEN_TEST_TARGET";
/// In the children, login `n` replaces the session of login `n - 1`.
const LOGINS_BEFORE_THE_KILL: u32 = 40;

async fn open(path: &Path, mode: OpenMode) -> Arc<dyn Store> {
    Arc::new(Sqlite::open(path, mode).await.unwrap())
}

/// Whether the browser of login `number` is told that it is signed in.
async fn is_told(store: &Arc<dyn Store>, number: u32) -> bool {
    match take(store, &attempt(number), START).await {
        TakenAttempt::TakenBefore { outcome, .. } => outcome.is_some_and(|(outcome, _)| {
            assert_eq!(outcome, LoginOutcome::SignedIn);
            true
        }),
        TakenAttempt::Claimed(_) | TakenAttempt::Absent => false,
    }
}

async fn login(store: &Arc<dyn Store>, number: u32, person: &Subject) {
    let attempt = claim(store, number).await;
    let before = number.checked_sub(1).map(|n| session(n, person).id_digest);
    store
        .complete_login_attempt(
            &attempt.state_digest,
            &session(number, person),
            before.as_ref(),
            START,
        )
        .await
        .unwrap();
}

#[tokio::test]
#[ignore = "the child of s_213_a_killed_process_leaves_no_half_login"]
async fn child_signs_in_until_it_is_killed() {
    let path = std::env::var(TARGET).unwrap();
    let store = open(Path::new(&path), OpenMode::MustExist).await;
    let person = store.find_or_insert_subject(&subject(1)).await.unwrap();
    for number in 0..100_000 {
        login(&store, number, &person).await;
        println!("finished {number}");
    }
}

#[tokio::test]
async fn s_213_a_killed_process_leaves_no_half_login() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.db");
    open(&path, OpenMode::MayCreate).await.close().await;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "crash::child_signs_in_until_it_is_killed",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(TARGET, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines
        .map_while(Result::ok)
        .filter(|line| line.contains("finished "))
        .take(LOGINS_BEFORE_THE_KILL as usize)
        .count();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(told, LOGINS_BEFORE_THE_KILL as usize);

    let store = open(&path, OpenMode::MustExist).await;
    let person = store.find_or_insert_subject(&subject(1)).await.unwrap();
    let mut finished = 0;
    while is_told(&store, finished).await {
        finished += 1;
    }
    assert!(finished >= LOGINS_BEFORE_THE_KILL, "{finished} survived");
    // Each login ended the session of the one before: only the last one's is there.
    let filter = SessionFilter {
        limit: 9,
        ..SessionFilter::default()
    };
    let sessions = store.list_sessions(&filter).await.unwrap();
    assert_eq!(sessions, [session(finished - 1, &person)]);
    // The interrupted one, if it was claimed, is neither reusable nor in the way of a new one.
    sign_in(&store, finished + 10, &subject(1)).await;
}

/// Polls a call `polls` times and then drops it, wherever it is.
async fn abandon(store: &Arc<dyn Store>, number: u32, person: &Subject, polls: u32) -> bool {
    let state = attempt(number).state_digest;
    let session = session(number, person);
    let mut call = store.complete_login_attempt(&state, &session, None, START);
    for _ in 0..polls {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(done) = call.as_mut().poll(&mut context) {
            done.unwrap();
            return true;
        }
        // Lets the connection's thread get on, by asking it something through the reader.
        store.find_installation().await.unwrap();
    }
    false
}

#[tokio::test]
async fn s_213_a_call_dropped_at_any_moment_leaves_no_half_login() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menshen.db");
    let mut store = open(&path, OpenMode::MayCreate).await;
    let person = store.find_or_insert_subject(&subject(1)).await.unwrap();
    let mut completed = 0;
    for polls in 0..40 {
        let number = polls * 2;
        claim(&store, number).await;
        completed += u32::from(abandon(&store, number, &person, polls).await);
        drop(store);
        store = open(&path, OpenMode::MustExist).await;
        let is_there = found(&store, &session(number, &person), START)
            .await
            .is_some();
        assert_eq!(
            is_told(&store, number).await,
            is_there,
            "after {polls} polls"
        );
    }
    assert!(completed > 0, "forty polls were never enough");
    assert!(completed < 40, "a call was done without a single poll");
}
