//! Frequency limits and what breaking them costs (dossier 13.1).
//!
//! In: one call, its corp and its caller's address. Out: 45009 or nothing. Breaking a minute's
//! limit bars that call for 60 seconds, an hour's for 60 minutes; wrong secrets bar an address from
//! `gettoken` for an hour. Numbers come from the seed, with the documented ones as default.

use std::borrow::Cow;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wecom_sdk::{AgentId, CorpId, Timestamp};

use super::kept::Kept;
use super::quota::{Month, Quota};
use super::refusal::Refusal;
use super::state::State;
use super::switch::Frequency;
use crate::keep::{Batch, Things, Unreadable};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
/// Counters are thrown away together when there are more than this many.
const MOST_COUNTERS: usize = 100_000;

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

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Window {
    minute: i64,
    in_minute: u32,
    hour: i64,
    in_hour: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    barred_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<Span>,
}

impl Window {
    fn is_barred(&self, now: Timestamp) -> bool {
        self.barred_until.is_some_and(|until| until > now)
    }

    /// Counts one event; the window that was broken when it, or an earlier one, was too many.
    fn count(&mut self, now: Timestamp, per_minute: u32, per_hour: u32) -> Result<(), Span> {
        if let Some(span) = self.broken.filter(|_| self.is_barred(now)) {
            return Err(span);
        }
        let (minute, hour) = (
            now.as_seconds().div_euclid(60),
            now.as_seconds().div_euclid(3600),
        );
        if self.minute != minute {
            (self.minute, self.in_minute) = (minute, 0);
        }
        if self.hour != hour {
            (self.hour, self.in_hour) = (hour, 0);
        }
        self.in_minute = self.in_minute.saturating_add(1);
        self.in_hour = self.in_hour.saturating_add(1);
        let (span, bar) = if self.in_hour > per_hour {
            (Span::Hour, HOUR)
        } else if self.in_minute > per_minute {
            (Span::Minute, MINUTE)
        } else {
            return Ok(());
        };
        self.barred_until = Some(now.plus(bar));
        self.broken = Some(span);
        Err(span)
    }
}

/// Which window was broken: it decides how long the bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Span {
    Minute,
    Hour,
}

/// The path of a call: the table's own text, or one that was read.
type Call = Cow<'static, str>;

/// Every counter of the world.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    by_corp: Kept<(CorpId, Call), Window>,
    by_ip: Kept<(IpAddr, Call), Window>,
    debug: Kept<(CorpId, Call), Window>,
    wrong_secrets: Kept<IpAddr, Window>,
    js_by_corp: Kept<CorpId, Window>,
    js_by_agent: Kept<(CorpId, AgentId), Window>,
    pub(super) months: Kept<(CorpId, Quota), Month>,
}

/// A bar in force: what is refused, to whom, until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The call, or what is counted besides calls.
    pub what: String,
    /// The corp, app or address.
    pub whom: String,
    /// When it ends by itself.
    pub until: Timestamp,
}

impl Counters {
    pub(crate) fn is_ip_barred(&self, now: Timestamp, ip: IpAddr) -> bool {
        let window = self.wrong_secrets.get(&ip);
        window.is_some_and(|window| window.is_barred(now))
    }

    pub(crate) fn count_wrong_secret(&mut self, now: Timestamp, ip: IpAddr, limits: &Limits) {
        let window = bounded(&mut self.wrong_secrets).entry(ip);
        // The call that breaks the limit still gets its own answer.
        let _ = window.count(now, u32::MAX, limits.wrong_secrets);
    }

    fn bars(&self, now: Timestamp) -> Vec<Bar> {
        let bar = |window: &Window, what: &str, whom: String| {
            let until = window.barred_until.filter(|until| *until > now)?;
            Some(Bar {
                what: what.to_owned(),
                whom,
                until,
            })
        };
        let corps = self.by_corp.iter();
        let corps = corps.filter_map(|((corp, call), at)| bar(at, call, corp.to_string()));
        let ips = self.by_ip.iter();
        let ips = ips.filter_map(|((ip, call), at)| bar(at, call, ip.to_string()));
        let debug = self.debug.iter();
        let debug = debug
            .filter_map(|((corp, call), at)| bar(at, &format!("{call}?debug=1"), corp.to_string()));
        let secrets = self.wrong_secrets.iter();
        let secrets = secrets.filter_map(|(ip, at)| bar(at, "wrong secrets", ip.to_string()));
        let tickets = "/cgi-bin/get_jsapi_ticket";
        let js_corps = self.js_by_corp.iter();
        let js_corps = js_corps.filter_map(|(corp, at)| bar(at, tickets, corp.to_string()));
        let js_agents = self.js_by_agent.iter();
        let js_agents =
            js_agents.filter_map(|((corp, agent), at)| bar(at, tickets, format!("{corp}/{agent}")));
        let all = corps.chain(ips).chain(debug).chain(secrets);
        let months = self.months.iter();
        let months = months.filter_map(|((corp, quota), month)| month.bar(now, corp, *quota));
        all.chain(js_corps).chain(js_agents).chain(months).collect()
    }

    fn clear(&mut self) {
        self.by_corp.clear();
        self.by_ip.clear();
        self.debug.clear();
        self.wrong_secrets.clear();
        self.js_by_corp.clear();
        self.js_by_agent.clear();
        self.months.clear();
    }

    pub(super) fn write(&mut self, batch: &mut Batch) {
        self.by_corp.write("calls_by_corp", batch);
        self.by_ip.write("calls_by_address", batch);
        self.debug.write("debug_calls", batch);
        self.wrong_secrets.write("wrong_secrets", batch);
        self.js_by_corp.write("js_tickets_by_corp", batch);
        self.js_by_agent.write("js_tickets_by_agent", batch);
        self.months.write("months", batch);
    }

    pub(super) fn read(things: &mut Things<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            by_corp: Kept::read("calls_by_corp", things)?,
            by_ip: Kept::read("calls_by_address", things)?,
            debug: Kept::read("debug_calls", things)?,
            wrong_secrets: Kept::read("wrong_secrets", things)?,
            js_by_corp: Kept::read("js_tickets_by_corp", things)?,
            js_by_agent: Kept::read("js_tickets_by_agent", things)?,
            months: Kept::read("months", things)?,
        })
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

fn bounded<K: Clone + Hash + Ord, V>(map: &mut Kept<K, V>) -> &mut Kept<K, V> {
    if map.len() > MOST_COUNTERS {
        map.clear();
    }
    map
}
