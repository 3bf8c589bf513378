//! What the gateway counts, for `/metrics` on the management listener.
//!
//! In: events. Out: the `OpenMetrics` text. Never: a label that names a person, a corp or an address;
//! label values are words of our own, so their number is bounded.

use std::fmt;
use std::sync::Arc;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// The classes of status.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

type ByWord = Family<[(&'static str, &'static str); 1], Counter>;

/// The counters. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    logins: ByWord,
    wecom_calls: ByWord,
    answers: ByWord,
    /// The counters of `answers`, by the first digit of the status: looking one up would cost each request.
    by_class: [Counter; CLASSES.len()],
    panics: Counter,
    connections_refused: Counter,
    connections: Gauge,
    swept: ByWord,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics(…)")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub fn new() -> Self {
        let answers = ByWord::default();
        let mut inner = Inner {
            registry: Registry::with_prefix("menshen"),
            logins: ByWord::default(),
            wecom_calls: ByWord::default(),
            by_class: CLASSES.map(|class| answers.get_or_create(&[("status", class)]).clone()),
            answers,
            panics: Counter::default(),
            connections_refused: Counter::default(),
            connections: Gauge::default(),
            swept: ByWord::default(),
        };
        inner.register();
        Self(Arc::new(inner))
    }

    /// A login came to an end: `signed_in` or the public code of the refusal.
    pub fn login_ended(&self, outcome: &'static str) {
        self.0.logins.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// WeCom was asked: `ok`, or what followed from the error, in the words of `connector/error`.
    pub fn wecom_asked(&self, result: &'static str) {
        self.0
            .wecom_calls
            .get_or_create(&[("result", result)])
            .inc();
    }

    /// A request was answered with this status.
    pub(crate) fn answered(&self, status: u16) {
        let class = usize::from(status / 100).clamp(1, CLASSES.len()) - 1;
        self.0.by_class[class].inc();
    }

    /// A handler panicked and its request was answered with a 500, or a round of background work did.
    pub(crate) fn panicked(&self) {
        self.0.panics.inc();
    }

    /// A connection was opened.
    pub(crate) fn connection_opened(&self) {
        self.0.connections.inc();
    }

    /// A connection was closed.
    pub(crate) fn connection_closed(&self) {
        self.0.connections.dec();
    }

    /// A connection was turned away because there were too many.
    pub(crate) fn connection_refused(&self) {
        self.0.connections_refused.inc();
    }

    /// Expired rows were deleted; `record` is `login_attempt`, `session`, …
    pub(crate) fn swept(&self, record: &'static str, rows: u64) {
        self.0
            .swept
            .get_or_create(&[("record", record)])
            .inc_by(rows);
    }

    /// Everything as `OpenMetrics` text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut text, &self.0.registry);
        text
    }
}

impl Inner {
    fn register(&mut self) {
        let to = &mut self.registry;
        to.register(
            "logins",
            "Logins that came to an end, by outcome",
            self.logins.clone(),
        );
        to.register(
            "wecom_calls",
            "Calls to WeCom, by result",
            self.wecom_calls.clone(),
        );
        to.register(
            "answers",
            "Requests answered, by class of status",
            self.answers.clone(),
        );
        to.register(
            "panics",
            "Requests and rounds of background work that ended in a panic",
            self.panics.clone(),
        );
        to.register(
            "connections_refused",
            "Connections turned away",
            self.connections_refused.clone(),
        );
        to.register("connections", "Open connections", self.connections.clone());
        to.register(
            "swept_rows",
            "Expired rows deleted, by record",
            self.swept.clone(),
        );
    }
}
