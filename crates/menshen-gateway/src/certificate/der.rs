//! What we want to know of an X.509 certificate and the TLS library does not say: who signed whom, and
//! from when to when it is good (RFC 5280, 4.1).
//!
//! In: a certificate in DER, from a file of the operator's. Out: its names as bytes to be compared, its times,
//! and a name for people; nothing where it has another form. It checks no signature.

use wecom_sdk::Timestamp;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OBJECT_ID: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;
/// The attribute `commonName` (2.5.4.3).
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts<'d> {
    pub(super) issuer: &'d [u8],
    pub(super) subject: &'d [u8],
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
}

impl<'d> Facts<'d> {
    /// Reads a certificate.
    pub(super) fn read(certificate: &'d [u8]) -> Option<Self> {
        let outer = Reader(certificate).expect(SEQUENCE)?;
        let mut fields = Reader(Reader(outer).expect(SEQUENCE)?);
        if fields.peek() == Some(VERSION) {
            fields.expect(VERSION)?;
        }
        fields.expect(INTEGER)?;
        fields.expect(SEQUENCE)?;
        let issuer = fields.expect(SEQUENCE)?;
        let mut validity = Reader(fields.expect(SEQUENCE)?);
        Some(Self {
            issuer,
            not_before: validity.time()?,
            not_after: validity.time()?,
            subject: fields.expect(SEQUENCE)?,
        })
    }

    /// The common name of the subject, for people.
    pub(super) fn name(&self) -> String {
        common_name(self.subject).unwrap_or_else(|| "without a name".to_owned())
    }

    /// Whether it vouches for itself alone.
    pub(super) fn is_self_signed(&self) -> bool {
        self.issuer == self.subject
    }
}

fn common_name(name: &[u8]) -> Option<String> {
    let mut parts = Reader(name);
    loop {
        let mut part = Reader(Reader(parts.expect(SET)?).expect(SEQUENCE)?);
        if part.expect(OBJECT_ID)? == COMMON_NAME {
            let (_, text) = part.next()?;
            let text = String::from_utf8_lossy(text);
            // A name must not write into the operator's terminal.
            return Some(text.escape_debug().to_string());
        }
    }
}

/// A time as people read it.
pub(super) fn written(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.as_millis()).map_or_else(
        |_| "-".to_owned(),
        |time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}

/// Reads elements of DER one after the other.
struct Reader<'d>(&'d [u8]);

impl<'d> Reader<'d> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element: its tag and its content.
    fn next(&mut self) -> Option<(u8, &'d [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match *first {
            short @ ..=0x7f => (usize::from(short), rest),
            long @ 0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
                let length = bytes
                    .iter()
                    .fold(0, |length, byte| length << 8 | usize::from(*byte));
                (length, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }

    fn expect(&mut self, tag: u8) -> Option<&'d [u8]> {
        let (found, content) = self.next()?;
        (found == tag).then_some(content)
    }

    /// `YYMMDDHHMMSSZ` until 2049, `YYYYMMDDHHMMSSZ` from then on.
    fn time(&mut self) -> Option<Timestamp> {
        let (tag, text) = self.next()?;
        let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
        let (year, rest) = match tag {
            UTC_TIME => {
                let (year, rest) = text.split_at_checked(2)?;
                let year: i16 = year.parse().ok()?;
                (if year < 50 { 2000 + year } else { 1900 + year }, rest)
            }
            GENERALIZED_TIME => {
                let (year, rest) = text.split_at_checked(4)?;
                (year.parse().ok()?, rest)
            }
            _ => return None,
        };
        let two = |at: usize| rest.get(at..at + 2)?.parse::<i8>().ok();
        let time = jiff::civil::DateTime::new(year, two(0)?, two(2)?, two(4)?, two(6)?, two(8)?, 0);
        let time = time.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Timestamp::from_seconds(time.timestamp().as_second()))
    }
}
