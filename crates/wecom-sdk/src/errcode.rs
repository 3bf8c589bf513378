//! What WeCom's error numbers mean, and what to do about them.
//!
//! One table for the calls of sign-in, tokens, contacts and domains, split into families by the
//! first digits. Numbers come in, explanations for an operator go out. Nothing here judges by
//! WeCom's `errmsg`: that text is informative and may change. Source: dossier 13.4 (O-90313).

mod contacts;
mod domains;
mod entry;
mod general;
mod limits;
mod parameters;
mod permissions;
#[cfg(test)]
mod tests;

pub use entry::{Class, ErrcodeInfo};

/// The families, each sorted by number.
const FAMILIES: [&[ErrcodeInfo]; 6] = [
    general::TABLE,
    parameters::TABLE,
    limits::TABLE,
    permissions::TABLE,
    contacts::TABLE,
    domains::TABLE,
];

/// Explains an error number; `None` for one that the table does not know.
///
/// ```
/// use wecom_sdk::errcode::{self, Class};
///
/// let info = errcode::lookup(60020).ok_or("unknown")?;
/// assert_eq!(info.class, Class::Configuration);
/// assert!(info.console_page.is_some());
/// assert!(errcode::lookup(123_456_789).is_none());
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn lookup(number: i64) -> Option<&'static ErrcodeInfo> {
    all().find(|info| info.number == number)
}

/// Every number of the table, family by family.
///
/// ```
/// use wecom_sdk::errcode::{self, Class};
///
/// let for_the_operator = errcode::all().filter(|info| info.class == Class::Configuration);
/// assert!(for_the_operator.count() > 10);
/// ```
pub fn all() -> impl Iterator<Item = &'static ErrcodeInfo> {
    FAMILIES.into_iter().flatten()
}
