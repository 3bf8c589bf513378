//! A callback address: every check, in the order in which it costs.
//!
//! In: the raw query, the raw body, the time, and what was received before. Out: the echo, an event, or
//! one refusal. No key is used before the shape was right, and nothing is opened before the signature was.

use std::time::Duration;

use super::MOST_BYTES;
use super::crypto::{CallbackKeys, Opened};
use super::delivery::Delivery;
use super::envelope::Envelope;
use super::parse::EventFields;
use super::query::Query;
use super::received::{Event, Fingerprint};
use super::refused::{Refused, Why};
use super::replay::ReplayMemory;
use crate::clock::Timestamp;
use crate::ids::CorpId;

/// How far WeCom's clock and ours may be apart, and how long a message may be under way.
const WINDOW: Duration = Duration::from_mins(5);
/// WeCom's echo has 19 digits.
const LONGEST_ECHO: usize = 256;

/// One callback address of one corp: of an agent, or of contact sync.
///
/// ```
/// use wecom_sdk::event::{CallbackKeys, EventKind, Receiver, ReplayMemory};
/// use wecom_sdk::{CorpId, Timestamp};
///
/// let keys = CallbackKeys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")?;
/// let receiver = Receiver::new(CorpId::parse("wx5823bf96d3bd56c7")?, keys);
///
/// // GET, when the address is saved in the console: answer the echo as text/plain within a second.
/// let query = "msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp=1409659589\
///              &nonce=263014780&echostr=P9nAzCzyDtyTWESHep1vC5X9xho%2FqYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp\
///              %2B4RPcs8TgAE7OaBO%2BFZXvnaqQ%3D%3D";
/// let now = Timestamp::from_seconds(1_409_659_600);
/// assert_eq!(receiver.verify_url(query, now)?, "1616140317555161061");
///
/// // POST, when something happened: enqueue it, then answer 200 with an empty body within 5 seconds.
/// let mut memory = ReplayMemory::default();
/// match receiver.receive("", b"<xml></xml>", now, &mut memory) {
///     Ok(event) => match event.kind {
///         EventKind::ContactChange(change) => println!("{change:?}"),
///         _ => println!("something else"),
///     },
///     Err(refused) if refused.is_repeated() => println!("200, had it"),
///     Err(_) => println!("400, and nothing more"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Receiver {
    corp_id: CorpId,
    keys: CallbackKeys,
    /// Keys that were replaced in the console a while ago, and until when they still count.
    older: Vec<(CallbackKeys, Timestamp)>,
    window: Duration,
}

impl Receiver {
    /// A receiver with the keys of the console's page.
    #[must_use]
    pub fn new(corp_id: CorpId, keys: CallbackKeys) -> Self {
        Self {
            corp_id,
            keys,
            older: Vec::new(),
            window: WINDOW,
        }
    }

    /// Also believes these keys until then: the old ones, for as long as WeCom may still use them after
    /// they were replaced in the console.
    #[must_use]
    pub fn also_until(mut self, older: CallbackKeys, until: Timestamp) -> Self {
        self.older.push((older, until));
        self
    }

    /// How old a message may be, and how far ahead of our clock. WeCom publishes no number; the default
    /// is five minutes.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Answers WeCom's URL verification: the text to send back as the whole body, as `text/plain`, without
    /// quotes, byte-order mark or line break, within one second.
    ///
    /// # Errors
    /// [`Refused::is_unsigned`]: the Token differs. [`Refused::is_unreadable`]: the `EncodingAESKey` does.
    /// [`Refused::is_for_another`]: the corp id does. Answer all alike, and nothing of `echostr`.
    pub fn verify_url(&self, raw_query: &str, now: Timestamp) -> Result<String, Refused> {
        let query = Query::parse(raw_query)?;
        self.check_time(&query, now)?;
        let echo = query.echo.as_deref().ok_or(Refused::new(Why::Query))?;
        let opened = self.unseal(&query, echo, now)?;
        // Security: signatures of events and of echoes are made alike. Without this, whoever captured an
        // event could have it opened here.
        let is_echo = |b: u8| b.is_ascii_graphic() && b != b'<' && b != b'{';
        let echo = opened.into_message();
        if (1..=LONGEST_ECHO).contains(&echo.len()) && echo.bytes().all(is_echo) {
            Ok(echo)
        } else {
            Err(Refused::new(Why::Echo))
        }
    }

    /// Opens a message or event: verified, decrypted and read, but not yet compared with what came before. It
    /// needs no memory, so that any number can be opened at once; then [`Delivery::accept`] says whether this
    /// one is the first.
    ///
    /// # Errors
    /// Answer 400 to all alike; for the log there is [`Refused::reason`].
    pub fn open(&self, raw_query: &str, body: &[u8], now: Timestamp) -> Result<Delivery, Refused> {
        if body.len() > MOST_BYTES {
            return Err(Refused::new(Why::TooLarge));
        }
        let query = Query::parse(raw_query)?;
        self.check_time(&query, now)?;
        let envelope = Envelope::parse(body)?;
        let opened = self.unseal(&query, envelope.encrypt(), now)?;
        let fields = EventFields::parse(opened.message());
        let fields = fields.map_err(|_| Refused::new(Why::Inside))?;
        let is_ours = fields.text("ToUserName") == Some(self.corp_id.as_str());
        if !is_ours || !envelope.agrees_with(&fields) {
            return Err(Refused::new(Why::Receiver));
        }
        let fingerprint = Fingerprint::of(envelope.encrypt());
        let event = Event::read(self.corp_id.clone(), fields, fingerprint);
        let judged_at = (now, self.window);
        Ok(Delivery::new(event, query.sent_at(), judged_at))
    }

    /// Receives a message or event: [`open`](Self::open) and [`Delivery::accept`] in one, for who has the memory
    /// at hand.
    ///
    /// When the event then cannot be processed after all, give it back by
    /// [`ReplayMemory::forget`] and answer 500, so that WeCom's next try counts.
    ///
    /// # Errors
    /// [`Refused::is_repeated`]: answer 200. Everything else: answer 400, all alike; for the log there is
    /// [`Refused::reason`].
    pub fn receive(
        &self,
        raw_query: &str,
        body: &[u8],
        now: Timestamp,
        memory: &mut ReplayMemory,
    ) -> Result<Event, Refused> {
        self.open(raw_query, body, now)?.accept(memory)
    }

    /// The keys to seal and sign with.
    #[must_use]
    pub fn keys(&self) -> &CallbackKeys {
        &self.keys
    }

    /// The corp.
    #[must_use]
    pub fn corp_id(&self) -> &CorpId {
        &self.corp_id
    }

    /// Security: both sides count. A message from the future would otherwise be good for ever.
    fn check_time(&self, query: &Query<'_>, now: Timestamp) -> Result<(), Refused> {
        let sent_at = query.sent_at();
        let is_in_time = now.since(sent_at) <= self.window && sent_at.since(now) <= self.window;
        if is_in_time {
            Ok(())
        } else {
            Err(Refused::new(Why::Time))
        }
    }

    /// Opens a sealed text whose signature is right, with the keys that made the signature.
    fn unseal(&self, query: &Query<'_>, encrypt: &str, now: Timestamp) -> Result<Opened, Refused> {
        let older = self.older.iter().filter(|(_, until)| now < *until);
        let mut keys = std::iter::once(&self.keys).chain(older.map(|(keys, _)| keys));
        let is_signer = |keys: &&CallbackKeys| {
            keys.is_signed(&query.signature, &query.timestamp, &query.nonce, encrypt)
        };
        let first = keys.find(is_signer).ok_or(Refused::new(Why::Signature))?;
        // Two sets may share their Token when only the key was replaced.
        let mut signers = std::iter::once(first).chain(keys.filter(is_signer));
        let opened = signers.find_map(|keys| keys.open(encrypt));
        let opened = opened.ok_or(Refused::new(Why::Sealed))?;
        if opened.receive_id() == self.corp_id.as_str() {
            Ok(opened)
        } else {
            Err(Refused::new(Why::Receiver))
        }
    }
}
