//! Passive replies (被动回复): an answer in the response to a message.
//!
//! In: a text. Out: the XML to answer with, sealed and signed. An event needs none: 200 with an empty body.

use super::received::Event;
use super::receiver::Receiver;
use crate::clock::Timestamp;
use crate::entropy::{Entropy, EntropyError};

impl Receiver {
    /// Seals and signs a reply: the body to answer with, as `application/xml`.
    ///
    /// ```
    /// use wecom_sdk::event::{CallbackKeys, EventFields, Receiver};
    /// use wecom_sdk::{CorpId, Entropy, Timestamp};
    ///
    /// let keys = CallbackKeys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")?;
    /// let receiver = Receiver::new(CorpId::parse("wx5823bf96d3bd56c7")?, keys);
    /// let now = Timestamp::from_seconds(1_409_659_600);
    /// let body = receiver.reply("<xml><Content>hello</Content></xml>", now, &Entropy::system())?;
    /// let fields = EventFields::parse(&body)?;
    /// assert_eq!(fields.text("TimeStamp"), Some("1409659600"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails when the random source fails.
    pub fn reply(
        &self,
        message: &str,
        now: Timestamp,
        entropy: &Entropy,
    ) -> Result<String, EntropyError> {
        let encrypt = self
            .keys()
            .seal(message, self.corp_id().as_str(), entropy)?;
        let nonce = entropy.alphanumeric(16)?;
        let timestamp = now.as_seconds().to_string();
        let signature = self.keys().sign(&timestamp, &nonce, &encrypt);
        Ok(format!(
            "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>\
             <MsgSignature><![CDATA[{signature}]]></MsgSignature>\
             <TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ))
    }
}

/// The text of a reply in words, for [`Receiver::reply`]; `None` if the message has no sender.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/event.inc"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use wecom_sdk::Timestamp;
/// use wecom_sdk::event::text_reply;
///
/// let message = received("<MsgType>text</MsgType><Content>hello</Content>");
/// let reply = text_reply(&message, "hello yourself", Timestamp::from_seconds(1_700_000_001));
/// assert!(reply.is_some_and(|xml| xml.contains("hello yourself")));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn text_reply(to: &Event, content: &str, now: Timestamp) -> Option<String> {
    let [sender, corp_id, content] = [
        to.fields.text("FromUserName")?,
        to.corp_id.as_str(),
        content,
    ]
    .map(cdata);
    let seconds = now.as_seconds();
    Some(format!(
        "<xml><ToUserName>{sender}</ToUserName><FromUserName>{corp_id}</FromUserName>\
         <CreateTime>{seconds}</CreateTime><MsgType><![CDATA[text]]></MsgType>\
         <Content>{content}</Content></xml>"
    ))
}

/// A section cannot hold its own end: it is closed and opened again in between.
fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}
