//! WeCom's own addresses, for firewalls: `get_api_domain_ip`, `getcallbackip`.
//!
//! In: nothing. Out: single addresses and ranges, in every form in which the official pages write them.
//! Source: dossier 13.3 (O-92520, O-90930).

use std::fmt;
use std::net::IpAddr;

use serde_json::Value;

use crate::client::{Call, Client, Fields};
use crate::error::Error;

/// One entry of WeCom's lists.
///
/// ```
/// use wecom_sdk::IpRange;
///
/// let range = IpRange::parse("101.226.103.*");
/// assert_eq!(range.contains("101.226.103.7".parse()?), Some(true));
/// assert_eq!(range.contains("101.226.104.7".parse()?), Some(false));
/// assert_eq!(IpRange::parse("somewhere").contains("101.226.103.7".parse()?), None);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IpRange {
    /// One address.
    One(IpAddr),
    /// All IPv4 addresses that begin with these numbers: `101.226.103.*`.
    Beginning(Vec<u8>),
    /// All addresses of a network: `101.226.103.0/24`.
    Network {
        /// Its first address.
        first: IpAddr,
        /// How many bits they share.
        bits: u8,
    },
    /// A form that this crate does not know, as it was written.
    Other(String),
}

impl IpRange {
    /// Reads an entry. What cannot be read is kept.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let known = text.parse().ok().map(Self::One);
        let known = known.or_else(|| beginning(text)).or_else(|| network(text));
        known.unwrap_or_else(|| Self::Other(text.to_owned()))
    }

    /// Whether an address is among them; `None` if the entry's form is not known. An IPv4 address may come as
    /// the IPv6 one that stands for it, `::ffff:101.226.103.7`, as a socket for both gives it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> Option<bool> {
        let address = address.to_canonical();
        match self {
            Self::One(one) => Some(one.to_canonical() == address),
            Self::Beginning(numbers) => Some(match address {
                IpAddr::V4(address) => address.octets().starts_with(numbers),
                IpAddr::V6(_) => false,
            }),
            Self::Network { first, bits } => Some(match (canonical(*first, *bits), address) {
                ((IpAddr::V4(first), bits), IpAddr::V4(address)) => share(
                    u128::from(first.to_bits()) << 96,
                    u128::from(address.to_bits()) << 96,
                    bits,
                ),
                ((IpAddr::V6(first), bits), IpAddr::V6(address)) => {
                    share(first.to_bits(), address.to_bits(), bits)
                }
                _ => false,
            }),
            Self::Other(_) => None,
        }
    }
}

/// In the form in which firewalls take it.
impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(address) => address.fmt(f),
            Self::Beginning(numbers) => {
                let octet = |place: usize| numbers.get(place).copied().unwrap_or(0);
                let bits = numbers.len() * 8;
                write!(
                    f,
                    "{}.{}.{}.{}/{bits}",
                    octet(0),
                    octet(1),
                    octet(2),
                    octet(3)
                )
            }
            Self::Network { first, bits } => write!(f, "{first}/{bits}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl Client {
    /// The addresses of WeCom's API, to let our calls out: `get_api_domain_ip`. Ask daily; during a change
    /// old and new ones overlap.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// for range in client.api_addresses().await? {
    ///     println!("allow out to {range} port 443");
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/92520>.
    ///
    /// # Errors
    /// Those of every call.
    #[doc(alias = "get_api_domain_ip")]
    pub async fn api_addresses(&self) -> Result<Vec<IpRange>, Error> {
        let answer = self.call(&Call::read("get_api_domain_ip", &[])).await?;
        answer.read(read)
    }

    /// The addresses from which WeCom's server sends events, to let them in: `getcallbackip`. Ask daily.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// let sources = client.callback_addresses().await?;
    /// let sender = "101.226.103.7".parse()?;
    /// let is_wecom = sources.iter().any(|range| range.contains(sender) == Some(true));
    /// assert!(is_wecom);
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90930>.
    ///
    /// # Errors
    /// Those of every call.
    #[doc(alias = "getcallbackip")]
    pub async fn callback_addresses(&self) -> Result<Vec<IpRange>, Error> {
        let answer = self.call(&Call::read("getcallbackip", &[])).await?;
        answer.read(read)
    }
}

pub(crate) fn read(fields: &Fields) -> Result<Vec<IpRange>, &'static str> {
    let entries = fields.list("ip_list")?.iter().map(Value::as_str);
    let entries = entries.map(|entry| entry.map(IpRange::parse));
    entries
        .collect::<Option<_>>()
        .ok_or("an address is not a text")
}

fn beginning(text: &str) -> Option<IpRange> {
    let parts: Vec<&str> = text.split('.').collect();
    let stars = parts.iter().rev().take_while(|part| **part == "*").count();
    if parts.len() != 4 || !(1..=3).contains(&stars) {
        return None;
    }
    let numbers = parts.iter().take(4 - stars).map(|part| part.parse().ok());
    numbers.collect::<Option<_>>().map(IpRange::Beginning)
}

fn network(text: &str) -> Option<IpRange> {
    let (first, bits) = text.split_once('/')?;
    let (first, bits): (IpAddr, u8) = (first.parse().ok()?, bits.parse().ok()?);
    let most = if first.is_ipv4() { 32 } else { 128 };
    (bits <= most).then_some(IpRange::Network { first, bits })
}

/// A network of IPv4 addresses that is written in IPv6, as IPv4.
fn canonical(first: IpAddr, bits: u8) -> (IpAddr, u8) {
    match (first, first.to_canonical(), bits.checked_sub(96)) {
        (IpAddr::V6(_), IpAddr::V4(first), Some(bits)) => (IpAddr::V4(first), bits),
        _ => (first, bits),
    }
}

fn share(left: u128, right: u128, bits: u8) -> bool {
    let differing = (left ^ right).leading_zeros();
    differing >= u32::from(bits)
}

#[cfg(test)]
mod tests;
