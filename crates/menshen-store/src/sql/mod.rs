//! The SQL of every record, once for all backends, and the rows it answers with.
//!
//! One file per record: the statements, the row as the columns hold it, and the way from a row to the
//! record. Places are `$1`, claims are `UPDATE … RETURNING`, conflicts `ON CONFLICT`: what SQLite and
//! PostgreSQL agree on. Ids and digests are bytes, instants are integer milliseconds, lists are JSON
//! text. Nothing here talks to a database; each backend binds and runs.

pub(crate) mod column;
pub(crate) mod identity;
pub(crate) mod installation;
pub(crate) mod login_attempt;
pub(crate) mod session;
pub(crate) mod signing_key;
pub(crate) mod site_session;
pub(crate) mod subject;
pub(crate) mod wecom_token;
