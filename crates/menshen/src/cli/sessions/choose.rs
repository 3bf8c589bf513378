//! Which sessions are meant.
//!
//! In: arguments. Out: filters for the store. One for each person who is meant. It shows and ends
//! nothing by itself.

use clap::Args;
use menshen_gateway::store::{
    DigestPrefix, Identities as _, SessionFilter, Sqlite, StoreError, SubjectId,
};

use super::super::ending::Ending;

#[derive(Args, Debug)]
#[group(multiple = false)]
pub(super) struct Which {
    /// Sessions whose name in the list begins like this.
    #[arg(value_name = "PREFIX", value_parser = prefix)]
    prefix: Option<DigestPrefix>,
    /// Sessions of the member with this userid, in any case, in every corp.
    #[arg(long, value_name = "USERID")]
    user: Option<String>,
    /// Sessions of the person with this subject.
    #[arg(long, value_name = "ID", value_parser = subject)]
    subject: Option<uuid::Uuid>,
    /// Every session.
    #[arg(long)]
    all: bool,
}

fn prefix(text: &str) -> Result<DigestPrefix, &'static str> {
    DigestPrefix::parse(text).ok_or("1 to 64 hex digits, as `menshen sessions list` shows them")
}

fn subject(text: &str) -> Result<uuid::Uuid, &'static str> {
    let remedy = "32 hex digits in five groups, as `menshen sessions list --json` shows them";
    text.parse().map_err(|_| remedy)
}

impl Which {
    /// One filter per person that is meant; none when the userid is of nobody.
    pub(super) async fn filters(&self, store: &Sqlite) -> Result<Vec<SessionFilter>, Ending> {
        let one = |subject_id: Option<SubjectId>| SessionFilter {
            subject_id,
            prefix: self.prefix,
            ..SessionFilter::default()
        };
        let Some(user) = &self.user else {
            return Ok(vec![one(self.subject.map(SubjectId))]);
        };
        let mut identities = store.list_identities_by_user(user).await.map_err(failed)?;
        if identities.is_empty() {
            let reason = format!("nobody with the userid {user} has ever signed in");
            return Err(Ending::failed(reason));
        }
        // Whoever came through several connectors is one person all the same.
        identities.dedup_by_key(|identity| identity.subject_id);
        Ok(identities
            .iter()
            .map(|identity| one(Some(identity.subject_id)))
            .collect())
    }
}

pub(super) fn failed(error: StoreError) -> Ending {
    Ending::failed(error)
}
