//! Whether a scripted fault can be: it names a call, does something, and says so in HTTP's words.
//!
//! In: a fault. Out: its mistakes. It scripts nothing itself.

use axum::http::{HeaderName, HeaderValue};

use super::Mistakes;
use crate::script::Fault;

pub(crate) fn check(fault: &Fault, mut mistakes: Mistakes) -> Result<(), Mistakes> {
    if !crate::cgi_bin::serves(&fault.path) {
        mistakes.bad("path", "this path is no call of the API", "这不是接口路径");
    }
    if fault.times == 0 {
        mistakes.bad("times", "a fault that nobody meets", "次数至少为 1");
    }
    if fault
        .percent
        .is_some_and(|percent| !(1..=100).contains(&percent))
    {
        mistakes.bad("percent", "1 to 100", "应为 1 到 100");
    }
    let is_final = |status: u16| (200..=599).contains(&status);
    if !fault.status.is_none_or(is_final) {
        mistakes.bad("status", "a status is 200 to 599", "状态码应为 200 到 599");
    }
    let is_header = |(name, value): &(String, String)| {
        name.parse::<HeaderName>().is_ok() && value.parse::<HeaderValue>().is_ok()
    };
    if !fault.headers.iter().all(is_header) {
        mistakes.bad("headers", "not a header", "不是合法的响应头");
    }
    mistakes.finish()
}
