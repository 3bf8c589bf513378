//! Sessions as lines, for people or for programs.
//!
//! In: records. Out: text in which no name can write into a terminal. Never: an id, a digest in full, or a
//! field that came by consent.

use std::collections::BTreeSet;
use std::io;

use menshen_gateway::store::{Identity, Session, SiteSession};
use serde::Serialize;

use super::super::print;

/// One session, as far as it is shown.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    session: String,
    user_id: Option<String>,
    name: Option<String>,
    corp_id: String,
    connector: String,
    subject: String,
    door: &'static str,
    opened_at: String,
    last_seen_at: String,
    expires_at: String,
    user_agent: String,
    /// The hosts that the browser entered, besides the gateway's own.
    sites: Vec<String>,
}

impl Row {
    pub(super) fn of(
        session: &Session,
        identity: Option<&Identity>,
        sites: &[SiteSession],
    ) -> Self {
        // One browser may have entered a site twice: its cookie may have been lost.
        let sites: BTreeSet<&str> = sites.iter().map(|site| site.host.as_str()).collect();
        Self {
            session: session.id_digest.handle(),
            user_id: identity.map(|identity| identity.user_id.clone()),
            name: identity.and_then(|identity| identity.name.clone()),
            corp_id: session.corp_id.to_string(),
            connector: session.connector_id.clone(),
            subject: session.subject_id.to_string(),
            door: session.door.as_str(),
            opened_at: print::time(session.created_at),
            last_seen_at: print::time(session.last_seen_at),
            expires_at: print::time(session.expires_at),
            user_agent: session.user_agent.clone(),
            sites: sites.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Prints rows as they come.
pub(super) struct Table {
    is_json: bool,
    printed: u64,
}

impl Table {
    pub(super) fn new(is_json: bool) -> Self {
        Self {
            is_json,
            printed: 0,
        }
    }

    pub(super) fn print(&mut self, rows: &[Row]) -> io::Result<()> {
        for row in rows {
            if self.is_json {
                print::line(serde_json::to_string(row)?)?;
            } else {
                if self.printed == 0 {
                    print::line(HEADING)?;
                }
                print::line(told(row))?;
            }
            self.printed += 1;
        }
        Ok(())
    }

    /// How many there were.
    pub(super) fn summary(&self) -> String {
        match self.printed {
            0 => "no session is open".to_owned(),
            1 => "1 session".to_owned(),
            printed => format!("{printed} sessions"),
        }
    }
}

const HEADING: &str = "SESSION       USERID            DOOR    OPENED                LAST SEEN             ENDS                  CONNECTOR  NAME              SITES";

fn told(row: &Row) -> String {
    format!(
        "{:12}  {:16}  {:6}  {:20}  {:20}  {:20}  {:9}  {:16}  {}",
        row.session,
        clean(row.user_id.as_deref().unwrap_or("-")),
        row.door,
        row.opened_at,
        row.last_seen_at,
        row.expires_at,
        clean(&row.connector),
        clean(row.name.as_deref().unwrap_or("-")),
        if row.sites.is_empty() {
            "-".to_owned()
        } else {
            clean(&row.sites.join(", "))
        },
    )
}

/// A name must not write into the operator's terminal.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
