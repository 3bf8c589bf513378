//! Every counter of the world (dossier 13.1), and the bars in force.
//!
//! In: who is counted. Out: their window; the bars; rows for the state file. Which numbers are too many is
//! [`super::limits`]' to say.

use std::borrow::Cow;
use std::hash::Hash;
use std::net::IpAddr;

use wecom_sdk::{AgentId, CorpId, Timestamp};

use super::kept::Kept;
use super::limits::Limits;
use super::quota::{Month, Quota};
use super::window::Window;
use crate::keep::{Batch, Things, Unreadable};

/// Counters are thrown away together when there are more than this many.
const MOST_COUNTERS: usize = 100_000;

/// The path of a call: the table's own text, or one that was read.
type Call = Cow<'static, str>;

/// Every counter of the world.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(super) by_corp: Kept<(CorpId, Call), Window>,
    pub(super) by_ip: Kept<(IpAddr, Call), Window>,
    pub(super) debug: Kept<(CorpId, Call), Window>,
    wrong_secrets: Kept<IpAddr, Window>,
    pub(super) js_by_corp: Kept<CorpId, Window>,
    pub(super) js_by_agent: Kept<(CorpId, AgentId), Window>,
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

    pub(super) fn bars(&self, now: Timestamp) -> Vec<Bar> {
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

    pub(super) fn clear(&mut self) {
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

/// The counters, emptied when there are too many of them.
pub(super) fn bounded<K: Clone + Hash + Ord, V>(map: &mut Kept<K, V>) -> &mut Kept<K, V> {
    if map.len() > MOST_COUNTERS {
        map.clear();
    }
    map
}
