//! `menshen sessions list`.
//!
//! In: which. Out: lines, in the order of the sessions' names. It changes nothing.

use std::collections::HashMap;
use std::process::ExitCode;

use clap::Args;
use menshen_gateway::config::Config;
use menshen_gateway::sdk::{Clock as _, SystemClock};
use menshen_gateway::store::{
    Identities as _, Identity, Session, SessionFilter, Sessions as _, SiteSessions as _, Sqlite,
    Store as _, SubjectId,
};

use super::super::configuration::ConfigurationFile;
use super::super::ending::Ending;
use super::super::print;
use super::choose::{Which, failed};
use super::table::{Row, Table};

/// How many are read at a time.
const PAGE: u32 = 500;

/// List sessions that are open.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  menshen sessions list\n  menshen sessions list --user zhangsan --json"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) configuration: ConfigurationFile,
    #[command(flatten)]
    which: Which,
    /// One JSON object per line.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: &Arguments, config: &Config) -> Result<ExitCode, Ending> {
    let store = super::open(config).await?;
    let now = SystemClock.now();
    let is_open = |session: &Session| {
        session.expires_at > now && session.last_seen_at > now.minus(config.session.idle)
    };
    let mut people = People::default();
    let mut table = Table::new(arguments.json);
    for mut filter in arguments.which.filters(&store).await? {
        filter.limit = PAGE;
        while let Some(page) = next_page(&store, &mut filter).await? {
            let mut rows = Vec::new();
            for session in page.into_iter().filter(is_open) {
                let identity = people.find(&store, &session).await?;
                let sites = store.list_site_sessions(&session.id_digest).await;
                rows.push(Row::of(&session, identity, &sites.map_err(failed)?));
            }
            table.print(&rows)?;
        }
    }
    if !arguments.json {
        print::line(table.summary())?;
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn next_page(
    store: &Sqlite,
    filter: &mut SessionFilter,
) -> Result<Option<Vec<Session>>, Ending> {
    let page = store.list_sessions(filter).await.map_err(failed)?;
    match page.last() {
        Some(last) => {
            filter.after = Some(last.id_digest);
            Ok(Some(page))
        }
        None => Ok(None),
    }
}

/// Who was met before, so that nobody is looked up twice.
#[derive(Default)]
struct People(HashMap<(SubjectId, String), Option<Identity>>);

impl People {
    async fn find(&mut self, store: &Sqlite, of: &Session) -> Result<Option<&Identity>, Ending> {
        let key = (of.subject_id, of.connector_id.clone());
        if !self.0.contains_key(&key) {
            let found = store.find_identity(&key.0, &key.1).await.map_err(failed)?;
            self.0.insert(key.clone(), found);
        }
        Ok(self.0.get(&key).and_then(Option::as_ref))
    }
}
