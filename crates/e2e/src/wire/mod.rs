//! The wire between the gateway and WeCom's API: passes every call on to the sandbox, remembers it,
//! and breaks what a test wants broken. What the sandbox answers is never made up here; what a
//! network or a failing server does to an answer is.

mod fault;
mod relay;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use fault::Fault;
use fault::Rule;

/// One call as it went over the wire.
#[derive(Clone, Debug)]
pub struct Call {
    /// The path behind `/cgi-bin/`.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// WeCom's answer, where WeCom heard of the call and the answer was JSON.
    pub answer: Option<serde_json::Value>,
}

impl Call {
    /// A value of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    /// A text of the answer.
    pub fn answered(&self, name: &str) -> Option<&str> {
        self.answer.as_ref()?.get(name)?.as_str()
    }
}

#[derive(Debug, Default)]
struct State {
    calls: Vec<Call>,
    rules: Vec<Rule>,
}

/// The wire. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Wire {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    _serving: Arc<Serving>,
}

#[derive(Debug)]
struct Serving(JoinHandle<()>);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Wire {
    /// Lays the wire to the sandbox.
    pub async fn lay(sandbox: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let relay = relay::Relay {
            state: Arc::clone(&state),
            sandbox,
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the harness itself, in the place of a machine"
        )]
        let serving = tokio::spawn(relay.serve(listener));
        Self {
            state,
            address,
            _serving: Arc::new(Serving(serving)),
        }
    }

    /// Where the gateway reaches it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Breaks the next `times` calls of a path (`auth/getuserinfo`; `*` for all).
    pub fn next(&self, times: usize, path: &'static str, fault: Fault) {
        self.add(path, Some(times), fault);
    }

    /// Breaks every call of a path, until [`Wire::heal`].
    pub fn always(&self, path: &'static str, fault: Fault) {
        self.add(path, None, fault);
    }

    /// Takes back every fault. Faults that never struck fail the test.
    pub fn heal(&self) {
        self.assert_used();
        self.state.lock().unwrap().rules.clear();
    }

    /// Takes back every fault, met or not.
    pub fn heal_quietly(&self) {
        self.state.lock().unwrap().rules.clear();
    }

    /// Every call so far.
    pub fn calls(&self) -> Vec<Call> {
        self.state.lock().unwrap().calls.clone()
    }

    /// The calls of a path so far.
    pub fn calls_of(&self, path: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.path == path);
        calls
    }

    /// How often a path was called so far.
    pub fn count(&self, path: &str) -> usize {
        self.calls_of(path).len()
    }

    pub(crate) fn assert_used(&self) {
        let state = self.state.lock().unwrap();
        let unused: Vec<_> = state.rules.iter().filter(|rule| rule.is_unused()).collect();
        assert!(unused.is_empty(), "faults that were never met: {unused:#?}");
    }

    fn add(&self, path: &'static str, left: Option<usize>, fault: Fault) {
        let rule = Rule {
            path,
            left,
            used: 0,
            fault,
        };
        self.state.lock().unwrap().rules.push(rule);
    }
}
