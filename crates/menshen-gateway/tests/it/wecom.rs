//! Somebody listens where WeCom should be, counts who calls, and answers nothing of use: for every
//! test in which WeCom must not be called at all.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use menshen_gateway::Parts;
use url::Url;

/// The listener. It stops with the process.
#[derive(Clone, Debug)]
pub(crate) struct Nobody {
    address: SocketAddr,
    calls: Arc<AtomicUsize>,
}

impl Nobody {
    pub(crate) fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let this = Self {
            address: listener.local_addr().unwrap(),
            calls: Arc::default(),
        };
        let calls = Arc::clone(&this.calls);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                calls.fetch_add(1, Ordering::SeqCst);
                drop(connection);
            }
        });
        this
    }

    /// Puts it in WeCom's place, for every connector.
    pub(crate) fn stand_in(&self, parts: &mut Parts) {
        let here = Url::parse(&format!("http://{}", self.address)).unwrap();
        let config = Arc::make_mut(&mut parts.config);
        for connector in &mut config.connectors {
            connector.endpoints.api = Some(here.clone());
        }
    }

    /// How many connections came.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}
