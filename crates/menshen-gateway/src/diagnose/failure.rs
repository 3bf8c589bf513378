//! From a failed call to WeCom to a finding that an engineer can act upon.
//!
//! In: the sdk's error, which holds no secret. Out: words from the table of errcodes. It never repeats
//! WeCom's own text.

use url::Url;
use wecom_sdk::Error;

use super::finding::{Finding, Level};

/// What a failed call means. `api` is the address that was called.
pub(super) fn explain(about: &str, error: &Error, api: &Url) -> Finding {
    let finding = Finding::new(Level::Failed, about, error.to_string());
    if let Some(info) = error.explanation() {
        let finding = finding
            .because(info.cause)
            .remedy(remedy(error, info.remedy));
        return match info.console_page {
            Some(page) => finding.on_page(page),
            None => finding,
        };
    }
    if error.errcode().is_some() {
        return finding.remedy(match error.hint() {
            Some(hint) => format!(
                "look the call up with the hint {hint} at \
                 https://open.work.weixin.qq.com/devtool/query"
            ),
            None => {
                "look the number up at https://developer.work.weixin.qq.com/document/path/90313"
                    .to_owned()
            }
        });
    }
    if error.is_timeout() || error.is_transport() || error.is_unreadable() {
        return finding
            .because(format!(
                "{api} cannot be reached from this machine, or somebody else answers in its place"
            ))
            .remedy(format!(
                "check from this machine: curl -v {api}cgi-bin/gettoken ; look at DNS, \
                 firewall, egress proxy, and at `endpoints` if it is set"
            ));
    }
    finding
}

/// The address that WeCom saw is worth more than any advice.
fn remedy(error: &Error, general: &str) -> String {
    match error.seen_from() {
        Some(address) if error.errcode() == Some(60020) => {
            format!(
                "add {address}, from where WeCom saw us come; it takes effect in about a minute"
            )
        }
        _ => general.to_owned(),
    }
}
