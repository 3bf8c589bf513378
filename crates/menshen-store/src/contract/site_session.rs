//! Promises of [`SiteSessions`](crate::SiteSessions).

use std::sync::Arc;
use std::time::Duration;

use wecom_sdk::Timestamp;

use super::samples::{START, digest, sign_in, subject};
use crate::{
    Digest, MOST_AT_ONE_SITE, Session, SiteSession, SiteTicket, Store, StoreError, TakenTicket,
    TicketClaim,
};

const WIKI: &str = "wiki.example.com";
const HR: &str = "hr.example.com";

/// The parts of a claim, told apart by a number.
struct Keys {
    ticket: Digest,
    browser: Digest,
    session: Digest,
}

fn keys(number: u32) -> Keys {
    Keys {
        ticket: digest(number + 3_000_000),
        browser: digest(number + 4_000_000),
        session: digest(number + 5_000_000),
    }
}

fn ticket(number: u32, session: &Session) -> SiteTicket {
    let keys = keys(number);
    SiteTicket {
        ticket_digest: keys.ticket,
        browser_digest: keys.browser,
        parent_digest: session.id_digest,
        host: WIKI.to_owned(),
        return_to: "/a?b=c".to_owned(),
        created_at: START,
        expires_at: START.plus(Duration::from_mins(1)),
    }
}

async fn issued(store: &Arc<dyn Store>, number: u32, session: &Session) -> SiteTicket {
    let ticket = ticket(number, session);
    store.insert_site_ticket(&ticket).await.unwrap();
    ticket
}

async fn take(store: &Arc<dyn Store>, number: u32, host: &str, now: Timestamp) -> TakenTicket {
    let keys = keys(number);
    let claim = TicketClaim {
        ticket_digest: &keys.ticket,
        browser_digest: &keys.browser,
        host,
        session_digest: &keys.session,
        replaces: None,
    };
    store.take_site_ticket(claim, now).await.unwrap()
}

async fn found(store: &Arc<dyn Store>, number: u32) -> Option<SiteSession> {
    let found = store.find_site_session(&keys(number).session).await;
    found.unwrap()
}

/// Every field survives, and taking opens the site session.
pub async fn a_ticket_opens_a_site_session(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    let ticket = issued(&store, 1, &session).await;
    let read = store.find_site_ticket(&ticket.ticket_digest).await;
    assert_eq!(read.unwrap().as_ref(), Some(&ticket));
    assert_eq!(found(&store, 1).await, None);
    let taken = take(&store, 1, WIKI, START).await;
    assert_eq!(taken, TakenTicket::Entered(ticket));
    let expected = SiteSession {
        id_digest: keys(1).session,
        parent_digest: session.id_digest,
        host: WIKI.to_owned(),
        created_at: START,
    };
    assert_eq!(found(&store, 1).await.as_ref(), Some(&expected));
    let listed = store.list_site_sessions(&session.id_digest).await;
    assert_eq!(listed.unwrap(), [expected]);
}

/// Of many callers at once one enters; the same browser learns that it did before.
pub async fn of_many_callers_one_enters(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    let ticket = issued(&store, 1, &session).await;
    let mut calls = Vec::new();
    for _ in 0..50 {
        let store = Arc::clone(&store);
        calls.push(tokio::spawn(
            async move { take(&store, 1, WIKI, START).await },
        ));
    }
    let mut entered = 0;
    for call in calls {
        match call.await.unwrap() {
            TakenTicket::Entered(_) => entered += 1,
            other => assert_eq!(other, TakenTicket::Before(ticket.clone())),
        }
    }
    assert_eq!(entered, 1);
    let listed = store.list_site_sessions(&session.id_digest).await;
    assert_eq!(listed.unwrap().len(), 1);
}

/// Another browser, another host, or too late: nothing, and the right one still enters.
pub async fn s_167_a_ticket_is_good_for_one_browser_at_one_host_for_a_minute(
    store: Arc<dyn Store>,
) {
    let session = sign_in(&store, 1, &subject(1)).await;
    let ticket = issued(&store, 1, &session).await;
    let (own, other) = (keys(1), keys(2));
    let stranger = TicketClaim {
        ticket_digest: &own.ticket,
        browser_digest: &other.browser,
        host: WIKI,
        session_digest: &other.session,
        replaces: None,
    };
    let taken = store.take_site_ticket(stranger, START).await.unwrap();
    assert_eq!(taken, TakenTicket::Absent);
    assert_eq!(take(&store, 1, HR, START).await, TakenTicket::Absent);
    let late = ticket.expires_at;
    assert_eq!(take(&store, 1, WIKI, late).await, TakenTicket::Absent);
    assert_eq!(found(&store, 1).await, None);
    let taken = take(&store, 1, WIKI, START).await;
    assert_eq!(taken, TakenTicket::Entered(ticket));
    // A repeat is answered for as long as the ticket lives, and to nobody else.
    let again = store.take_site_ticket(stranger, START).await.unwrap();
    assert_eq!(again, TakenTicket::Absent);
    assert_eq!(take(&store, 1, WIKI, late).await, TakenTicket::Absent);
}

/// The session ends, and with it its site sessions and its tickets; nobody else's.
pub async fn s_160_site_sessions_and_tickets_end_with_their_session(store: Arc<dyn Store>) {
    let (mine, theirs) = (
        sign_in(&store, 1, &subject(1)).await,
        sign_in(&store, 2, &subject(2)).await,
    );
    for (number, session) in [(1, &mine), (2, &mine), (3, &theirs)] {
        issued(&store, number, session).await;
    }
    take(&store, 1, WIKI, START).await;
    take(&store, 3, WIKI, START).await;
    assert!(store.end_session(&mine.id_digest).await.unwrap());
    assert_eq!(found(&store, 1).await, None);
    assert!(found(&store, 3).await.is_some());
    assert_eq!(take(&store, 2, WIKI, START).await, TakenTicket::Absent);
    let late = store.insert_site_ticket(&ticket(4, &mine)).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
}

/// Entering ends the site session that the browser presented, at this host only.
pub async fn s_162_the_presented_site_session_ends_with_the_new_one(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    for number in [1, 2] {
        issued(&store, number, &session).await;
    }
    let elsewhere = SiteTicket {
        host: HR.to_owned(),
        ..ticket(3, &session)
    };
    store.insert_site_ticket(&elsewhere).await.unwrap();
    take(&store, 1, WIKI, START).await;
    take(&store, 3, HR, START).await;
    let (new, old, foreign) = (keys(2), keys(1).session, keys(3).session);
    let mut claim = TicketClaim {
        ticket_digest: &new.ticket,
        browser_digest: &new.browser,
        host: WIKI,
        session_digest: &new.session,
        replaces: Some(&old),
    };
    let taken = store.take_site_ticket(claim, START).await.unwrap();
    assert!(matches!(taken, TakenTicket::Entered(_)), "{taken:?}");
    assert_eq!(found(&store, 1).await, None);
    assert!(found(&store, 2).await.is_some());
    issued(&store, 4, &session).await;
    let fourth = keys(4);
    claim = TicketClaim {
        ticket_digest: &fourth.ticket,
        browser_digest: &fourth.browser,
        session_digest: &fourth.session,
        replaces: Some(&foreign),
        ..claim
    };
    store.take_site_ticket(claim, START).await.unwrap();
    assert!(found(&store, 3).await.is_some());
}

/// The youngest stay, also of those of one moment; other hosts and other sessions keep theirs.
pub async fn s_060_whoever_enters_without_end_leaves_few_site_sessions(store: Arc<dyn Store>) {
    let (mine, theirs) = (
        sign_in(&store, 1, &subject(1)).await,
        sign_in(&store, 2, &subject(2)).await,
    );
    let elsewhere = SiteTicket {
        host: HR.to_owned(),
        ..ticket(100, &mine)
    };
    store.insert_site_ticket(&elsewhere).await.unwrap();
    take(&store, 100, HR, START).await;
    issued(&store, 101, &theirs).await;
    take(&store, 101, WIKI, START).await;
    let last = MOST_AT_ONE_SITE + 5;
    for number in 1..=last {
        issued(&store, number, &mine).await;
        take(&store, number, WIKI, START).await;
        assert!(found(&store, number).await.is_some());
    }
    for number in 1..=last {
        let is_young = number > last - MOST_AT_ONE_SITE;
        assert_eq!(found(&store, number).await.is_some(), is_young, "{number}");
    }
    assert!(found(&store, 100).await.is_some() && found(&store, 101).await.is_some());
}

/// Expired tickets go, at most so many at a time.
pub async fn a_sweep_takes_ended_tickets(store: Arc<dyn Store>) {
    let session = sign_in(&store, 1, &subject(1)).await;
    for number in 1..=3 {
        issued(&store, number, &session).await;
    }
    let end = START.plus(Duration::from_mins(1));
    assert_eq!(store.sweep_site_tickets(end, 9).await.unwrap(), 0);
    let after = end.plus(Duration::from_millis(1));
    assert_eq!(store.sweep_site_tickets(after, 2).await.unwrap(), 2);
    assert_eq!(store.sweep_site_tickets(after, 2).await.unwrap(), 1);
}
