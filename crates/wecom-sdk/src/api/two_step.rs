//! Two-step verification (二次验证): a page of ours that WeCom's client shows before it lets a member in.
//!
//! In: the code with which WeCom opened the page, later our yes. Out: who it is. Whether somebody passes
//! is judged by the caller; nothing here says yes by itself. Source: dossier section 10 (O-99499,
//! O-99500, O-90203).

use serde_json::json;

use crate::client::{Call, Client, Fields};
use crate::error::Error;
use crate::ids::UserId;
use crate::secret::Secret;

/// Who is to be verified.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// use wecom_sdk::{Secret, TfaInfo};
///
/// let TfaInfo { user_id, tfa_code, .. } = client.tfa_info(&Secret::new("code")).await?;
/// assert_eq!(user_id.as_str(), "zhangsan");
/// client.admit_use(&user_id, &tfa_code).await?;
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TfaInfo {
    /// Who it is.
    pub user_id: UserId,
    /// For [`Client::admit_use`]. It works once and for five minutes.
    pub tfa_code: Secret,
}

impl Client {
    /// Asks who was sent to the verification page: `auth/get_tfa_info`. The code works once and for five
    /// minutes.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// use wecom_sdk::Secret;
    ///
    /// let info = client.tfa_info(&Secret::new("the code in the page's query")).await?;
    /// // … ask for the second factor, and only then:
    /// client.admit_use(&info.user_id, &info.tfa_code).await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/99499>.
    ///
    /// # Errors
    /// [`Error::is_code_spent`]: WeCom's client has to open the page again. 40208 to 40210: member, domain or
    /// address are not set up for verification. [`Error::is_rate_limited`]: more than 20 at once.
    pub async fn tfa_info(&self, code: &Secret) -> Result<TfaInfo, Error> {
        let body = json!({ "code": code.expose() }).to_string();
        let answer = self.call(&Call::spend("auth/get_tfa_info", &body)).await?;
        answer.read(TfaInfo::read)
    }

    /// Lets a member in who was verified at login: `user/authsucc`.
    ///
    /// Security: this is the yes. Call it only after your own check of that member.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// let user_id = "zhangsan".parse()?;
    /// client.admit_login(&user_id).await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90203>.
    ///
    /// # Errors
    /// [`Error::is_unknown_member`] and [`Error::is_outside_range`]: nobody to let in. After
    /// [`Error::is_timeout`] and [`Error::is_retryable`] whether the member is in is not known; it is never
    /// sent twice by itself, so ask your own check again before you do.
    #[doc(alias = "authsucc")]
    pub async fn admit_login(&self, user_id: &UserId) -> Result<(), Error> {
        let query = [("userid", user_id.as_str())];
        let call = Call::once("user/authsucc", &query);
        self.call(&call).await.map(drop)
    }

    /// Lets a member go on who was verified while using WeCom: `user/tfa_succ`.
    ///
    /// Security: this is the yes. Call it only after your own check of that member.
    ///
    /// The example of [`tfa_info`](Self::tfa_info) shows it.
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/99500>.
    ///
    /// # Errors
    /// 40207: the `tfa_code` was used, is older than five minutes or belongs to somebody else; WeCom's
    /// client has to open the page again. It is never sent twice by itself.
    #[doc(alias = "tfa_succ")]
    pub async fn admit_use(&self, user_id: &UserId, tfa_code: &Secret) -> Result<(), Error> {
        let body = json!({ "userid": user_id.as_str(), "tfa_code": tfa_code.expose() }).to_string();
        self.call(&Call::spend("user/tfa_succ", &body))
            .await
            .map(drop)
    }
}

impl TfaInfo {
    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        Ok(Self {
            user_id: fields.user_id("userid")?,
            tfa_code: fields
                .text("tfa_code")
                .map(Secret::new)
                .ok_or("there is no tfa_code")?,
        })
    }
}
