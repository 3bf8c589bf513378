//! Who came back: the exchange of a code, and of a user ticket (身份验证).
//!
//! Source: dossier sections 6 and 7 (O-91023, O-95833).
//!
//! In: a code or a ticket. Out: who it is. A code is never sent twice, whatever became of the answer.

mod detail;
mod visitor;

use serde_json::json;

pub use detail::UserDetail;
pub use visitor::Visitor;

use crate::client::{Call, Client};
use crate::error::Error;
use crate::secret::Secret;

impl Client {
    /// Exchanges a code for who the visitor is: `auth/getuserinfo`.
    ///
    /// A code works once and for five minutes. That WeCom answers at all does not make the visitor a
    /// member: look at the variant. Nor does [`Visitor::Member`] say that the member may use the agent:
    /// WeCom names members outside the visible range too, so ask [`Client::member`] next.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// # let code = "code";
    /// use wecom_sdk::{Secret, Visitor};
    ///
    /// match client.user_info(&Secret::new(code)).await {
    ///     Ok(Visitor::Member { user_id, .. }) => {
    ///         let user = client.member(&user_id).await?;
    ///         println!("{:?}", user.name);
    ///     }
    ///     Ok(_) => println!("not one of us"),
    ///     Err(error) if error.is_code_spent() => println!("please sign in again"),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/91023>.
    ///
    /// # Errors
    /// [`Error::is_code_spent`]: send the person round again. [`Error::is_timeout`],
    /// [`Error::is_transport`] and [`Error::is_unreadable`]: the code may be spent or not, so the same
    /// holds; this call is never repeated by itself, except once when the access token had ended.
    /// Otherwise [`Error::explanation`] says what to configure: 50001 is a domain that is not the agent's
    /// trusted one, 60020 an address that is not among its trusted IPs.
    pub async fn user_info(&self, code: &Secret) -> Result<Visitor, Error> {
        self.exchange_code("auth/getuserinfo", code).await
    }

    /// The same by the older call, `user/getuserinfo`, which writes its fields in another case.
    ///
    /// WeCom no longer lists it. It is here for installations that were set up with it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// # let code = "code";
    /// use wecom_sdk::{Secret, Visitor};
    ///
    /// let visitor = client.user_info_legacy(&Secret::new(code)).await?;
    /// assert!(matches!(visitor, Visitor::Member { .. }));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`Client::user_info`].
    pub async fn user_info_legacy(&self, code: &Secret) -> Result<Visitor, Error> {
        self.exchange_code("user/getuserinfo", code).await
    }

    /// What the member agreed to show: `auth/getuserdetail`, with the ticket of [`Visitor::Member`].
    ///
    /// A field is there if the administrator selected it for the agent and the member confirmed it. The
    /// name is not among them: it comes from [`Client::member`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// use wecom_sdk::{Secret, Visitor};
    ///
    /// # let code = "code";
    /// let visitor = client.user_info(&Secret::new(code)).await?;
    /// if let Visitor::Member { user_id, user_ticket: Some(ticket), .. } = visitor {
    ///     let detail = client.user_detail(&ticket).await?;
    ///     assert_eq!(detail.user_id, user_id);
    ///     println!("{:?}", detail.mobile);
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/95833>.
    ///
    /// # Errors
    /// 84014 and 84015: the ticket is expired (30 minutes) or not valid; only a new sign-in yields
    /// another. [`Error::is_outside_range`]: the member is outside the agent's visible range.
    pub async fn user_detail(&self, user_ticket: &Secret) -> Result<UserDetail, Error> {
        let body = json!({ "user_ticket": user_ticket.expose() }).to_string();
        // Whether a ticket works once or more often is not documented: treat it as a code.
        let call = Call::spend("auth/getuserdetail", &body);
        self.call(&call).await?.read(UserDetail::read)
    }

    async fn exchange_code(&self, name: &'static str, code: &Secret) -> Result<Visitor, Error> {
        let query = [("code", code.expose())];
        self.call(&Call::once(name, &query))
            .await?
            .read(Visitor::read)
    }
}
