//! Frequency limits and what breaking them costs (dossier 13.1).
//!
//! In: one call, its corp and its caller's address. Out: 45009 or nothing. Breaking a minute's
//! limit bars that call for 60 seconds, an hour's for 60 minutes; wrong secrets bar an address from
//! `gettoken` for an hour. Numbers come from the seed, with the documented ones as default.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, CorpId, Timestamp};

use super::counters::{Bar, bounded};
use super::refusal::Refusal;
use super::state::State;
use super::switch::Frequency;
use super::window::Span;

/// How many calls are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// One corp, one call, a minute.
    pub corp_per_minute: u32,
    /// One corp, one call, an hour.
    pub corp_per_hour: u32,
    /// One address, one call, a minute.
    pub ip_per_minute: u32,
    /// One address, one call, an hour.
    pub ip_per_hour: u32,
    /// Calls with `debug=1`, one call, a minute.
    pub debug_per_minute: u32,
    /// Wrong secrets from one address before it is barred. The number is not published; ours.
    pub wrong_secrets: u32,
    /// Seconds a scan page waits. Not documented (9.2); ours.
    pub scan_seconds: u32,
    /// Calls of `get_jsapi_ticket`, one corp, an hour.
    pub js_tickets_per_corp: u32,
    /// Calls of `get_jsapi_ticket`, one app, an hour.
    pub js_tickets_per_agent: u32,
    /// Calls of `get_tfa_info` and `tfa_succ` at once, one corp each.
    pub two_step_at_once: u32,
    /// Trusted domains that one corp sets, a month.
    pub domains_per_month: u32,
    /// Apps that one corp creates, a month.
    pub agents_per_month: u32,
    /// Apps that one corp has.
    pub agents: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            corp_per_minute: 10_000,
            corp_per_hour: 150_000,
            ip_per_minute: 20_000,
            ip_per_hour: 600_000,
            debug_per_minute: 5,
            wrong_secrets: 20,
            scan_seconds: 300,
            js_tickets_per_corp: 400,
            js_tickets_per_agent: 100,
            two_step_at_once: 20,
            domains_per_month: 20,
            agents_per_month: 900,
            agents: 300,
        }
    }
}

impl State {
    /// Counts one call against its corp and its caller's address.
    ///
    /// # Errors
    /// 45009 when there were too many.
    pub fn count_call(
        &mut self,
        now: Timestamp,
        corp_id: &CorpId,
        caller: IpAddr,
        call: &'static str,
    ) -> Result<(), Refusal> {
        if self.is_unlimited() {
            return Ok(());
        }
        let (limits, counters) = (&self.limits, &mut self.counters);
        let by_corp = bounded(&mut counters.by_corp)
            .entry((corp_id.clone(), call.into()))
            .count(now, limits.corp_per_minute, limits.corp_per_hour);
        let by_ip = bounded(&mut counters.by_ip)
            .entry((caller, call.into()))
            .count(now, limits.ip_per_minute, limits.ip_per_hour);
        let rule = match (by_corp, by_ip) {
            (Ok(()), Ok(())) => return Ok(()),
            (Err(Span::Minute), _) => "limits.corp_per_minute (13.1)",
            (Err(Span::Hour), _) => "limits.corp_per_hour (13.1)",
            (_, Err(Span::Minute)) => "limits.ip_per_minute (13.1)",
            (_, Err(Span::Hour)) => "limits.ip_per_hour (13.1)",
        };
        Err(Refusal::new(45009, rule))
    }

    /// Counts one call with `debug=1`.
    ///
    /// # Errors
    /// 45009 from the sixth in a minute on (dossier 2.2).
    pub fn count_debug(
        &mut self,
        now: Timestamp,
        corp_id: &CorpId,
        call: &'static str,
    ) -> Result<(), Refusal> {
        if self.is_unlimited() {
            return Ok(());
        }
        let window = bounded(&mut self.counters.debug).entry((corp_id.clone(), call.into()));
        let counted = window.count(now, self.limits.debug_per_minute, u32::MAX);
        counted.map_err(|_| Refusal::new(45009, "limits.debug (2.2)"))
    }

    /// Counts one call of `get_jsapi_ticket`, by the hour.
    pub(super) fn count_js_ticket(
        &mut self,
        now: Timestamp,
        corp_id: &CorpId,
        agent_id: AgentId,
    ) -> Result<(), Refusal> {
        if self.is_unlimited() {
            return Ok(());
        }
        let (limits, counters) = (&self.limits, &mut self.counters);
        let by_corp = bounded(&mut counters.js_by_corp).entry(corp_id.clone());
        let by_corp = by_corp.count(now, u32::MAX, limits.js_tickets_per_corp);
        let by_agent = bounded(&mut counters.js_by_agent).entry((corp_id.clone(), agent_id));
        let by_agent = by_agent.count(now, u32::MAX, limits.js_tickets_per_agent);
        match (by_corp, by_agent) {
            (Ok(()), Ok(())) => Ok(()),
            (Err(_), _) => Err(Refusal::new(45009, "limits.js_tickets_per_corp (11, 13.1)")),
            _ => Err(Refusal::new(
                45009,
                "limits.js_tickets_per_agent (11, 13.1)",
            )),
        }
    }

    /// Every bar in force.
    #[must_use]
    pub fn bars(&self, now: Timestamp) -> Vec<Bar> {
        self.counters.bars(now)
    }

    /// Lifts every bar and counts from zero again, as WeCom's page for unblocking oneself does.
    pub fn lift_bars(&mut self) {
        self.counters.clear();
    }

    pub(crate) fn is_unlimited(&self) -> bool {
        self.switches.frequency == Frequency::Unlimited
    }
}
