//! What a member agreed to show.
//!
//! In: the fields of an answer. Out: those that are there. None of them says who somebody is but the userid.

use serde_json::Value;

use crate::client::Fields;
use crate::ids::UserId;
use crate::member::Gender;

/// The answer of [`Client::user_detail`](crate::Client::user_detail). Every field but the userid is
/// there only with the member's consent.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// use wecom_sdk::Secret;
///
/// let detail = client.user_detail(&Secret::new("ticket")).await?;
/// assert_eq!(detail.mobile.as_deref(), Some("13800000000"));
/// assert_eq!(detail.email, None, "the member did not tick it, or has none");
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserDetail {
    /// Whose details these are. Compare it with whom you asked for.
    pub user_id: UserId,
    /// Gender.
    pub gender: Option<Gender>,
    /// Address of a picture. Without consent it may be that of a default picture.
    pub avatar: Option<String>,
    /// Address of the personal QR code.
    pub qr_code: Option<String>,
    /// Mobile number as WeCom writes it: mainland numbers without country code.
    pub mobile: Option<String>,
    /// Personal email address.
    pub email: Option<String>,
    /// Enterprise mailbox (企业邮箱).
    pub biz_mail: Option<String>,
    /// Postal address.
    pub address: Option<String>,
}

impl UserDetail {
    /// The answer about a member who agreed to nothing: for tests of who reads details.
    #[must_use]
    pub const fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            gender: None,
            avatar: None,
            qr_code: None,
            mobile: None,
            email: None,
            biz_mail: None,
            address: None,
        }
    }

    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        Ok(Self {
            user_id: fields.user_id("userid")?,
            gender: Gender::read(fields),
            avatar: fields.text("avatar"),
            qr_code: fields.text("qr_code"),
            mobile: fields.text("mobile"),
            email: fields.text("email"),
            biz_mail: fields.text("biz_mail"),
            address: fields.text("address"),
        })
    }
}

impl Gender {
    /// Calls write it as a text, and some as a number.
    pub(crate) fn read(fields: &Fields) -> Option<Self> {
        let number = match fields.get("gender")? {
            Value::String(text) => text.parse().ok()?,
            number => number.as_u64()?,
        };
        Self::from_number(number)
    }
}
