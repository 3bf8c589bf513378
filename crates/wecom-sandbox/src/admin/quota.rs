//! The quotas that WeCom's console holds an admin to (dossier 13.1).
//!
//! In: an act that is right in every other way. Out: it is counted, or a mistake that says which quota is used up.

use wecom_sdk::{CorpId, Timestamp};

use super::{Mistakes, Wish};
use crate::world::{Domain, Quota, State};

/// A trusted domain that is set anew counts; one that is there already, or is taken away, does not.
pub(super) fn check_domain(
    state: &mut State,
    now: Timestamp,
    (corp_id, before): (&CorpId, Option<&Domain>),
    wish: &Wish<Domain>,
    mistakes: &mut Mistakes,
) {
    let is_new = matches!(wish, Wish::Set(domain) if before != Some(domain));
    if !is_new {
        return;
    }
    let most = state.limits.domains_per_month;
    if !state.count_month(now, corp_id, Quota::Domains) {
        let en =
            format!("85004: more than {most} trusted domains set this month; barred for 30 days");
        let zh = format!("85004：本月设置的可信域名超过 {most} 个，30 天内不能再设置");
        mistakes.taken("oauth_domain", &en, &zh);
    }
}

/// An app is created in a corp that has so many.
pub(super) fn check_agent(
    state: &mut State,
    now: Timestamp,
    (corp_id, count): (&CorpId, usize),
    mistakes: &mut Mistakes,
) {
    let most = state.limits.agents;
    let is_full = u32::try_from(count).unwrap_or(u32::MAX) >= most;
    if is_full && !state.is_unlimited() {
        let en = format!("a corp has at most {most} apps");
        mistakes.taken("name", &en, &format!("一个企业最多 {most} 个应用"));
        return;
    }
    let monthly = state.limits.agents_per_month;
    if !state.count_month(now, corp_id, Quota::Agents) {
        let en = format!("more than {monthly} apps created this month; barred for 30 days");
        let zh = format!("本月创建的应用超过 {monthly} 个，30 天内不能再创建");
        mistakes.taken("name", &en, &zh);
    }
}
