//! `menshen sessions`.

use std::time::Duration;

use menshen_gateway::sdk::{AgentId, Clock as _, CorpId, SystemClock, Timestamp};
use menshen_gateway::store::{
    Digest, Door, Identities as _, Identity, LoginAttempt, LoginAttempts as _, OpenMode, Session,
    SiteSessions as _, SiteTicket, Sqlite, Store as _, Subject, SubjectId, SubjectKind,
    Subjects as _, TakenTicket, TicketClaim,
};

use crate::installation::Installation;

/// zhangsan has two sessions, lisi one.
fn with_three_sessions() -> Installation {
    let installation = Installation::new();
    assert_eq!(installation.serve().stop("TERM").0, 0);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let path = installation.path("menshen.db");
        let store = Sqlite::open(&path, OpenMode::MustExist).await.unwrap();
        for (number, user_id) in [(1, "ZhangSan"), (2, "ZhangSan"), (3, "lisi")] {
            sign_in(&store, number, user_id).await;
        }
        store.close().await;
    });
    installation
}

async fn sign_in(store: &Sqlite, number: u8, user_id: &str) {
    let now = SystemClock.now();
    let subject = Subject {
        id: SubjectId(uuid::Uuid::from_u128(u128::from(number))),
        corp_id: corp(),
        kind: SubjectKind::Member,
        key: user_id.to_lowercase(),
        created_at: now,
        retired_at: None,
    };
    let subject = store.find_or_insert_subject(&subject).await.unwrap();
    let identity = identity(&subject, user_id);
    store.upsert_identity(&identity).await.unwrap();
    let attempt = attempt(number, now);
    store.insert_login_attempt(&attempt).await.unwrap();
    let (state, browser) = (&attempt.state_digest, &attempt.browser_digest);
    store
        .take_login_attempt(state, browser, "hq", now)
        .await
        .unwrap();
    let session = Session {
        id_digest: Digest::from_bytes([0xa0 + number; 32]),
        subject_id: subject.id,
        corp_id: corp(),
        connector_id: "hq".to_owned(),
        door: Door::Scan,
        user_agent: "Mozilla/5.0".to_owned(),
        created_at: now,
        expires_at: now.plus(Duration::from_hours(24)),
        last_seen_at: now,
        checked_at: now,
    };
    store
        .complete_login_attempt(state, &session, None, now)
        .await
        .unwrap();
}

fn corp() -> CorpId {
    CorpId::parse("ww5f1e2d3c4b5a6978").unwrap()
}

/// Somebody whose name would clear the screen.
fn identity(subject: &Subject, user_id: &str) -> Identity {
    Identity {
        subject_id: subject.id,
        corp_id: corp(),
        connector_id: "hq".to_owned(),
        user_id: user_id.to_owned(),
        name: Some("张三\u{1b}[2J".to_owned()),
        alias: None,
        position: None,
        departments: Vec::new(),
        main_department: None,
        tags: Vec::new(),
        sealed: None,
        consented_at: None,
        updated_at: subject.created_at,
    }
}

fn attempt(number: u8, now: Timestamp) -> LoginAttempt {
    LoginAttempt {
        state_digest: Digest::from_bytes([number; 32]),
        browser_digest: Digest::from_bytes([number; 32]),
        connector_id: "hq".to_owned(),
        corp_id: corp(),
        agent_id: AgentId(1_000_002),
        door: Door::Scan,
        return_to: "/".to_owned(),
        site_browser_digest: None,
        created_at: now,
        expires_at: now.plus(Duration::from_mins(10)),
    }
}

fn names(listed: &str) -> Vec<&str> {
    let lines = listed.lines().filter(|line| line.starts_with('a'));
    lines.map(|line| line.split(' ').next().unwrap()).collect()
}

#[test]
fn a_list_shows_who_is_signed_in_and_no_whole_digest() {
    let installation = with_three_sessions();
    let ran = installation.run(&["sessions", "list"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        names(&ran.stdout),
        ["a1a1a1a1a1a1", "a2a2a2a2a2a2", "a3a3a3a3a3a3"]
    );
    assert!(ran.stdout.contains("3 sessions"), "{}", ran.stdout);
    assert!(ran.stdout.contains("lisi"), "{}", ran.stdout);
    assert!(!ran.stdout.contains(&"a1".repeat(7)), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains('\u{1b}'),
        "a name wrote into the terminal"
    );
}

#[test]
fn a_list_for_programs_has_one_object_per_line() {
    let installation = with_three_sessions();
    let ran = installation.run(&["sessions", "list", "--user", "ZHANGSAN", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lines: Vec<serde_json::Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["session"], "a1a1a1a1a1a1");
    assert_eq!(lines[0]["user_id"], "ZhangSan");
    assert_eq!(lines[0]["door"], "scan");
    assert!(!ran.stdout.contains(&"a1".repeat(7)));
}

#[test]
fn a_list_shows_the_sites_that_a_session_has_entered() {
    let installation = with_three_sessions();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let path = installation.path("menshen.db");
        let store = Sqlite::open(&path, OpenMode::MustExist).await.unwrap();
        // The same site twice: the browser had lost its cookie.
        for (number, host) in [
            (1, "wiki.example.com"),
            (2, "hr.example.com"),
            (3, "hr.example.com"),
        ] {
            enter(&store, number, host).await;
        }
        store.close().await;
    });
    let ran = installation.run(&["sessions", "list", "--json"]);
    let lines = ran.stdout.lines();
    let rows: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        rows[0]["sites"],
        serde_json::json!(["hr.example.com", "wiki.example.com"])
    );
    assert_eq!(rows[1]["sites"], serde_json::json!([]));
    let told = installation.run(&["sessions", "list"]).stdout;
    let line = told.lines().find(|line| line.starts_with("a1")).unwrap();
    assert!(line.ends_with("hr.example.com, wiki.example.com"), "{line}");
}

/// The first session enters a site.
async fn enter(store: &Sqlite, number: u8, host: &str) {
    let now = SystemClock.now();
    let ticket = SiteTicket {
        ticket_digest: Digest::from_bytes([number; 32]),
        browser_digest: Digest::from_bytes([number; 32]),
        parent_digest: Digest::from_bytes([0xa1; 32]),
        host: host.to_owned(),
        return_to: "/".to_owned(),
        created_at: now,
        expires_at: now.plus(Duration::from_mins(1)),
    };
    store.insert_site_ticket(&ticket).await.unwrap();
    let claim = TicketClaim {
        ticket_digest: &ticket.ticket_digest,
        browser_digest: &ticket.browser_digest,
        host,
        session_digest: &Digest::from_bytes([0xb0 + number; 32]),
        replaces: None,
    };
    let taken = store.take_site_ticket(claim, now).await.unwrap();
    assert!(matches!(taken, TakenTicket::Entered(_)), "{taken:?}");
}

#[test]
fn s_160_a_person_is_signed_out_everywhere_and_nobody_else() {
    let installation = with_three_sessions();
    let ran = installation.run(&["sessions", "end", "--user", "zhangsan"]);
    assert_eq!(
        (ran.code, ran.stdout.trim()),
        (0, "2 sessions ended"),
        "{}",
        ran.stderr
    );
    let left = installation.run(&["sessions", "list"]).stdout;
    assert_eq!(names(&left), ["a3a3a3a3a3a3"]);
}

#[test]
fn one_session_is_ended_by_its_name_while_the_gateway_runs() {
    let installation = with_three_sessions();
    let serving = installation.serve();
    let ran = installation.run(&["sessions", "end", "A2a2"]);
    assert_eq!(
        (ran.code, ran.stdout.trim()),
        (0, "1 session ended"),
        "{}",
        ran.stderr
    );
    let left = installation.run(&["sessions", "list"]).stdout;
    assert_eq!(names(&left), ["a1a1a1a1a1a1", "a3a3a3a3a3a3"]);
    assert_eq!(serving.stop("TERM").0, 0);
}

#[test]
fn all_sessions_end_at_once() {
    let installation = with_three_sessions();
    let ran = installation.run(&["sessions", "end", "--all"]);
    assert_eq!(
        (ran.code, ran.stdout.trim()),
        (0, "3 sessions ended"),
        "{}",
        ran.stderr
    );
    let again = installation.run(&["sessions", "end", "--all"]);
    assert_eq!(again.stdout.trim(), "0 sessions ended");
}

#[test]
fn somebody_unknown_is_named() {
    let installation = with_three_sessions();
    let ran = installation.run(&["sessions", "end", "--user", "nobody"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("nobody"), "{}", ran.stderr);
}

#[test]
fn ending_needs_to_be_told_which() {
    let installation = Installation::new();
    for wrong in [
        &["sessions", "end"][..],
        &["sessions", "end", "--all", "a1"],
    ] {
        let ran = installation.run(wrong);
        assert_eq!(ran.code, 2, "{}", ran.stdout);
    }
}

#[test]
fn looking_for_sessions_makes_no_store() {
    let installation = Installation::new();
    let ran = installation.run(&["sessions", "list"]);
    assert_eq!(ran.code, 1);
    assert!(!crate::installation::exists(
        &installation.path("menshen.db")
    ));
}
