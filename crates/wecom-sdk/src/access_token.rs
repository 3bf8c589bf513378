//! The agent's access token and its JS-SDK tickets: fetched, kept, renewed, and never shown.
//!
//! One fetch at a time serves any number of callers and outlives each of them. A token is renewed
//! ahead of its end, at a moment that differs between nodes. A refused secret is not tried again for a
//! while, since WeCom blocks the address of whoever repeats it; another secret is tried at once.
//! Nothing here ever prints a token or a secret. Source: dossier section 3 (O-91039).

mod fetcher;
mod hold_off;
mod source;
mod storage;
mod ticket;

use std::fmt;
use std::time::Duration;

pub(crate) use fetcher::{Fetcher, TokenFetcher};
pub(crate) use source::{Held, TokenSource};
pub use storage::{
    MemoryStorage, StorageUnavailable, StoredToken, TokenKey, TokenKind, TokenStorage,
};
pub(crate) use ticket::TicketFetcher;

use crate::secret::Secret;

/// No token is believed for longer, whatever WeCom or a storage says.
const LONGEST_LIFE: Duration = Duration::from_hours(2);

/// The secret could not be read, for instance because its file is gone.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// # let corp_id = client.corp_id().clone();
/// use std::sync::Arc;
/// use wecom_sdk::{AgentId, Client, Secret, SecretSource, SecretUnavailable};
///
/// #[derive(Debug)]
/// struct Locked;
///
/// impl SecretSource for Locked {
///     fn secret(&self) -> Result<Secret, SecretUnavailable> {
///         Err(SecretUnavailable)
///     }
/// }
///
/// let client = Client::builder(corp_id, AgentId(1_000_002), Arc::new(Locked)).build()?;
/// let error = client.check_credentials().await.unwrap_err();
/// assert!(error.is_secret_unavailable() && !error.is_retryable());
/// # Ok(()) }) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretUnavailable;

impl fmt::Display for SecretUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the secret is not available")
    }
}

impl std::error::Error for SecretUnavailable {}

/// Where the agent's secret comes from. Asked before every call, so that a secret that was changed is in
/// use at once: keep it cheap, as reading a small file is.
///
/// ```
/// use wecom_sdk::{Secret, SecretSource, SecretUnavailable};
///
/// #[derive(Debug)]
/// struct File(std::path::PathBuf);
///
/// impl SecretSource for File {
///     fn secret(&self) -> Result<Secret, SecretUnavailable> {
///         let text = std::fs::read_to_string(&self.0).map_err(|_| SecretUnavailable)?;
///         Ok(Secret::new(text.trim_end()))
///     }
/// }
///
/// assert!(File("/nowhere".into()).secret().is_err());
/// ```
pub trait SecretSource: Send + Sync + fmt::Debug {
    /// The secret as it is now.
    ///
    /// # Errors
    /// Fails when it cannot be had. A token that is still good stays in use meanwhile.
    fn secret(&self) -> Result<Secret, SecretUnavailable>;
}

impl SecretSource for Secret {
    fn secret(&self) -> Result<Secret, SecretUnavailable> {
        Ok(self.clone())
    }
}

/// Whether an answer hands out a token, for the fuzz target of answers: with times that can be true.
#[cfg(fuzzing)]
pub(crate) fn read_for_fuzzing(answer: &crate::client::Answer) -> bool {
    let began = crate::clock::Timestamp::from_seconds(1_700_000_000);
    let Ok(stored) = fetcher::stored(answer, "access_token", began) else {
        return false;
    };
    let life = stored.expires_at.since(stored.fetched_at).as_secs();
    assert!((60..=7200).contains(&life), "a life of {life} s");
    assert!(stored.token.expose().len() <= 4096);
    true
}
