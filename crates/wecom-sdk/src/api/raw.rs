//! A call that this crate has no method for: its path and what it sends in, the fields of the answer out.
//!
//! It goes the way of every other call: with the access token, renewed once when it is stale, within the deadline
//! and the limits, and its answer is one JSON object with errcode 0 or an error. What the fields mean is the
//! caller's to read. It never hands out the access token.

use std::fmt;

use serde_json::{Map, Value};

use crate::client::{Call, Client, MOST_BYTES_OF_LIST, Retries};
use crate::error::{Error, Kind};

/// A call to WeCom by its path. Made for [`Client::raw`]. `Debug` shows no value: any may be a code or a person's
/// data.
///
/// ```
/// use wecom_sdk::RawCall;
///
/// let call = RawCall::get("user/get").query("userid", "zhangsan").changing_nothing();
/// assert!(!format!("{call:?}").contains("zhangsan"));
/// ```
#[derive(Clone)]
pub struct RawCall {
    name: &'static str,
    query: Vec<(&'static str, String)>,
    body: Option<String>,
    retries: Retries,
}

impl RawCall {
    /// A GET. `name` is the path after `/cgi-bin/`, as on the official page: `user/get`.
    #[must_use]
    pub const fn get(name: &'static str) -> Self {
        Self {
            name,
            query: Vec::new(),
            body: None,
            retries: Retries::Never,
        }
    }

    /// A POST with a JSON body.
    #[must_use]
    pub fn post(name: &'static str, body: &Value) -> Self {
        Self {
            body: Some(body.to_string()),
            ..Self::get(name)
        }
    }

    /// Adds a parameter. The access token comes by itself.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Says that the call changes nothing at WeCom and uses nothing up, so that it may be repeated when WeCom was
    /// too busy for it (-1). Without this it goes out once.
    #[must_use]
    pub fn changing_nothing(mut self) -> Self {
        self.retries = Retries::WhenBusy;
        self
    }

    fn check(&self) -> Result<(), &'static str> {
        let is_part = |part: &str| {
            let is_known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            !part.is_empty() && part.bytes().all(is_known)
        };
        // Security: nothing in a path may lead to another place of WeCom's.
        if !self.name.split('/').all(is_part) {
            return Err("a call is named by its path after /cgi-bin/, without a query");
        }
        // Security: the token has one owner. Whoever fetches another makes the first one end.
        if self.name == "gettoken" || self.query.iter().any(|(name, _)| *name == "access_token") {
            return Err("the access token is fetched and sent by the client itself");
        }
        Ok(())
    }
}

impl fmt::Debug for RawCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        f.debug_struct("RawCall")
            .field("name", &self.name)
            .field("query", &names)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a call that this crate has no method for, and gives the fields of its answer without `errcode` and
    /// `errmsg`.
    ///
    /// An answer may be up to 8 MiB. Calls that hand out a ticket have a limit an hour and are not kept here: for
    /// those of the JS-SDK use [`js_ticket`](Self::js_ticket).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// use serde_json::json;
    /// use wecom_sdk::{RawCall, UserId};
    ///
    /// // https://developer.work.weixin.qq.com/document/path/95402
    /// let call = RawCall::post("user/getuserid", &json!({ "mobile": "13800000000" }));
    /// let answer = client.raw(&call.changing_nothing()).await?;
    /// let user_id = UserId::parse(answer["userid"].as_str().ok_or("no userid")?)?;
    /// assert_eq!(user_id.as_str(), "zhangsan");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// Those of every call: [`Error::errcode`] and [`Error::explanation`] tell what WeCom answered. A name that
    /// is no path, `gettoken` and a parameter `access_token` are refused before anything is sent.
    pub async fn raw(&self, call: &RawCall) -> Result<Map<String, Value>, Error> {
        let wrong = |what| Error::new(call.name, Kind::Configuration(what));
        call.check().map_err(wrong)?;
        let query = call.query.iter().map(|(name, value)| (*name, &**value));
        let query: Vec<_> = query.collect();
        let sent = Call {
            name: call.name,
            query: &query,
            body: call.body.as_deref(),
            retries: call.retries,
            most_bytes: MOST_BYTES_OF_LIST,
        };
        Ok(self.call(&sent).await?.into_fields())
    }
}
