//! 45009 to 46004: too often, too much, not there.
//!
//! Rows of the table beside it, sorted by number. They judge nothing.

use super::entry::{Class, ErrcodeInfo, page};

const fn e(number: i64, class: Class, meaning: &'static str) -> ErrcodeInfo {
    ErrcodeInfo::new(number, class, meaning)
}

pub(super) const TABLE: &[ErrcodeInfo] = &[
    e(45009, Class::RetryLater, "too many calls")
        .seen_as("api freq out of limit")
        .cause("the frequency limit of this call; on gettoken also repeated wrong secrets")
        .remedy("wait: a minute limit blocks for 60 seconds, an hour limit for 60 minutes; then call less often")
        .page(page::LIMITS),
    e(45024, Class::Configuration, "the account limit is reached").page(page::CORP),
    e(45026, Class::Configuration, "delete protection is on").page(page::CONTACTS),
    e(45029, Class::Bug, "the answer would be too large")
        .cause("a department with very many members")
        .remedy("ask department by department, or for ids only"),
    e(45031, Class::Configuration, "the secret is considered too weak")
        .remedy("reset the agent's secret")
        .page(page::AGENT),
    e(45033, Class::RetryLater, "too many calls at once")
        .cause("the limit of parallel calls; two-step verification takes twenty at once from a corp")
        .remedy("wait, then call with fewer in parallel"),
    e(45034, Class::Bug, "the address lacks its scheme"),
    e(45035, Class::RetryLater, "a conflicting operation is running"),
    e(45036, Class::RetryLater, "the volume of calls is abnormal").page(page::LIMITS),
    e(46004, Class::Bug, "the member does not exist").cause("deleted, renamed, or never there"),
];
