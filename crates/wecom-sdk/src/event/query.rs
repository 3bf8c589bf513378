//! The parameters of a callback, read from the raw query.
//!
//! In: the query as it stood in the address. Out: values whose shape leaves an attacker no room: the
//! signature's input has no separators, so a timestamp has exactly ten digits and a nonce is short and
//! made of letters and digits. A `+` stays a `+`: base64 has them, and no blanks.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::refused::{Refused, Why};
use crate::clock::Timestamp;

/// Longer than any `echostr`, signature or nonce of WeCom's.
const MOST_BYTES: usize = 4096;
/// WeCom's own are about ten digits long.
const LONGEST_NONCE: usize = 32;

#[derive(Debug)]
pub(super) struct Query<'q> {
    pub(super) signature: Cow<'q, str>,
    pub(super) timestamp: Cow<'q, str>,
    pub(super) nonce: Cow<'q, str>,
    pub(super) echo: Option<Cow<'q, str>>,
}

impl<'q> Query<'q> {
    /// Unknown parameters are passed over; a known one that comes twice is refused.
    pub(super) fn parse(raw: &'q str) -> Result<Self, Refused> {
        const MALFORMED: Refused = Refused::new(Why::Query);
        if raw.len() > MOST_BYTES {
            return Err(MALFORMED);
        }
        let mut values: [Option<Cow<'q, str>>; 4] = [const { None }; 4];
        for pair in raw.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name)?;
            let names = ["msg_signature", "timestamp", "nonce", "echostr"];
            let Some(place) = names.iter().position(|known| *known == name) else {
                continue;
            };
            if values[place].replace(decoded(value)?).is_some() {
                return Err(MALFORMED);
            }
        }
        let [Some(signature), Some(timestamp), Some(nonce), echo] = values else {
            return Err(MALFORMED);
        };
        let query = Self {
            signature,
            timestamp,
            nonce,
            echo,
        };
        if query.is_well_formed() {
            Ok(query)
        } else {
            Err(MALFORMED)
        }
    }

    /// The moment of which WeCom says that it sent this.
    pub(super) fn sent_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.timestamp.parse().unwrap_or_default())
    }

    /// Security: these bounds are what makes the signature mean something (S-108, S-109).
    fn is_well_formed(&self) -> bool {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        self.signature.len() == 40
            && self.signature.bytes().all(is_hex)
            && self.timestamp.len() == 10
            && self.timestamp.bytes().all(|b| b.is_ascii_digit())
            && (1..=LONGEST_NONCE).contains(&self.nonce.len())
            && self.nonce.bytes().all(|b| b.is_ascii_alphanumeric())
    }
}

fn decoded(text: &str) -> Result<Cow<'_, str>, Refused> {
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| Refused::new(Why::Query))
}
