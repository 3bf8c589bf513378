//! Who is calling: the peer, and what a trusted peer says about the caller behind it.
//!
//! Security: forwarded headers exist only when the peer is listed in `trusted_proxies`. The list is
//! read from the right, so that what the caller wrote himself is never reached.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::request::Parts;
use http::{HeaderMap, HeaderName};

use crate::config::Network;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The longest chain of proxies that is followed.
const CHAIN: usize = 32;

/// The other end of the connection. What stands before the router puts it into requests for rooms.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Who sent a request that went through a router: nobody known, if no listener says so.
pub(super) fn of(request: &Parts) -> IpAddr {
    let peer = request.extensions.get::<Peer>();
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip())
}

/// What is believed about the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    /// The caller's address.
    pub(super) address: IpAddr,
    /// The peer is a proxy of ours: what it says in other headers may be believed too.
    pub(super) is_forwarded: bool,
}

/// Whether a peer is a proxy of ours. An IPv4 address dressed as IPv6 counts as IPv4 (S-037).
pub(crate) fn is_trusted(peer: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(peer))
}

/// Finds the caller behind the peer.
pub(super) fn caller(peer: IpAddr, trusted: &[Network], headers: &HeaderMap) -> Caller {
    let is_trusted = |address: IpAddr| is_trusted(address, trusted);
    let peer = peer.to_canonical();
    if !is_trusted(peer) {
        return Caller {
            address: peer,
            is_forwarded: false,
        };
    }
    let mut address = peer;
    let lines: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .map(|value| value.to_str().unwrap_or("unreadable"))
        .collect();
    let entries = lines.iter().rev().flat_map(|line| line.rsplit(','));
    for entry in entries.take(CHAIN) {
        // A hop that cannot be read ends the chain: whatever stands before it proves nothing.
        let Some(hop) = parse_hop(entry.trim()) else {
            break;
        };
        address = hop;
        if !is_trusted(hop) {
            break;
        }
    }
    Caller {
        address,
        is_forwarded: true,
    }
}

/// `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7` or `[2001:db8::7]:4711`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare
        .parse()
        .or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests;
