#![doc = include_str!("../README.md")]

#[cfg(feature = "contract")]
pub mod contract;
mod digest;
mod error;
pub mod record;
mod sql;
mod sqlite;

pub use digest::{Digest, DigestPrefix};
pub use error::StoreError;
pub use record::identity::{Department, Identities, Identity};
pub use record::installation::{Installation, Installations};
pub use record::login_attempt::{Door, LoginAttempt, LoginAttempts, LoginOutcome, TakenAttempt};
pub use record::session::{Session, SessionFilter, Sessions};
pub use record::signing_key::{KeyUse, SigningKey, SigningKeys};
pub use record::site_session::{
    MOST_AT_ONE_SITE, SiteSession, SiteSessions, SiteTicket, TakenTicket, TicketClaim,
};
pub use record::subject::{Subject, SubjectId, SubjectKind, Subjects};
pub use record::wecom_token::{WecomToken, WecomTokenKey, WecomTokens};
pub use sqlite::{OpenError, OpenMode, Sqlite, Unmigrated};

/// The result of every store call: absence is `None`, never an error.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Everything the gateway keeps: the sum of one small trait per record.
#[async_trait::async_trait]
pub trait Store:
    Installations
    + LoginAttempts
    + Sessions
    + SigningKeys
    + SiteSessions
    + Identities
    + Subjects
    + WecomTokens
    + Send
    + Sync
    + std::fmt::Debug
{
    /// Whether the store answers: for readiness and `menshen check`.
    async fn ping(&self) -> Result<()>;

    /// Finishes what is being written and lets go of the store. Every later call is `Unavailable`.
    async fn close(&self);
}
