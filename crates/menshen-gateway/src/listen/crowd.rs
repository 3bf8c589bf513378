//! How many connections each address has open.
//!
//! In: an address that connects. Out: a place, given back with the connection, or none once the address has as many
//! as one may have: nobody takes all the places of a listener alone (S-059). Proxies speak for many people, so those
//! in the list are not counted. Addresses of one IPv6 network (/64) are one: it is what a single subscriber gets.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Network;

/// How often the log says that an address has too many.
const SAID_EVERY: Duration = Duration::from_mins(1);

/// How many each has.
type Counts = Mutex<HashMap<IpAddr, usize>>;

/// The places.
pub(super) struct Crowd {
    most: usize,
    spared: Vec<Network>,
    open: Arc<Counts>,
    said_at: Mutex<Option<Instant>>,
}

/// A place of one connection.
pub(super) struct Place(Option<(IpAddr, Arc<Counts>)>);

impl Drop for Place {
    fn drop(&mut self) {
        let Some((address, open)) = self.0.take() else {
            return;
        };
        if let Entry::Occupied(mut own) = lock(&open).entry(address) {
            *own.get_mut() -= 1;
            if *own.get() == 0 {
                own.remove();
            }
        }
    }
}

impl Crowd {
    pub(super) fn new(most: usize, spared: Vec<Network>) -> Self {
        Self {
            most,
            spared,
            open: Arc::default(),
            said_at: Mutex::default(),
        }
    }

    /// A place for a connection from this address.
    pub(super) fn place(&self, peer: IpAddr) -> Option<Place> {
        if self.spared.iter().any(|network| network.contains(peer)) {
            return Some(Place(None));
        }
        let address = network_of(peer);
        {
            let mut open = lock(&self.open);
            let own = open.entry(address).or_default();
            if *own < self.most {
                *own += 1;
                return Some(Place(Some((address, Arc::clone(&self.open)))));
            }
        }
        self.say(peer);
        None
    }

    fn say(&self, peer: IpAddr) {
        let now = Instant::now();
        let mut said_at = self.said_at.lock().unwrap_or_else(PoisonError::into_inner);
        if said_at.is_none_or(|at| now.duration_since(at) >= SAID_EVERY) {
            *said_at = Some(now);
            tracing::warn!(
                caller.address = %peer,
                most = self.most,
                "an address has as many connections as one may have; further ones are closed. If it is a proxy, \
                 list it in trusted_proxies; if many people share it, raise connections_per_address"
            );
        }
    }
}

/// What counts as one address.
fn network_of(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

fn lock(open: &Counts) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn s_059_one_address_takes_no_more_than_its_share() {
        let crowd = Crowd::new(2, vec!["10.0.0.0/8".parse().unwrap()]);
        let first = crowd.place(address("192.0.2.1"));
        let second = crowd.place(address("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(crowd.place(address("192.0.2.1")).is_none());
        assert!(crowd.place(address("192.0.2.2")).is_some(), "another one");
        drop(first);
        let again = crowd.place(address("192.0.2.1"));
        assert!(again.is_some(), "a place that was given back");
        drop((second, again));
        assert!(lock(&crowd.open).is_empty(), "nothing is kept of who left");
    }

    #[test]
    fn s_059_an_ipv6_network_is_one_address_and_a_proxy_is_spared() {
        let crowd = Crowd::new(1, vec!["10.0.0.0/8".parse().unwrap()]);
        let held = crowd.place(address("2001:db8:1:2::1"));
        assert!(held.is_some());
        assert!(crowd.place(address("2001:db8:1:2:ffff::9")).is_none());
        assert!(crowd.place(address("2001:db8:1:3::1")).is_some());
        let many: Vec<_> = (0..5).map(|_| crowd.place(address("10.1.2.3"))).collect();
        assert!(many.iter().all(Option::is_some));
        assert!(crowd.place(address("::ffff:10.1.2.3")).is_some());
    }
}
