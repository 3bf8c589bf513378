//! One file per record: the struct, its trait, and what each method promises.
//!
//! Verbs: `find_…` gives an `Option`; `list_…`; `insert_…` may answer `Conflict`; `update_…` changes
//! only what exists; **`take_…` claims a record once, atomically**. Methods with a deadline take `now`.

pub mod identity;
pub mod installation;
pub mod login_attempt;
pub mod session;
pub mod signing_key;
pub mod site_session;
pub mod subject;
pub mod wecom_token;
