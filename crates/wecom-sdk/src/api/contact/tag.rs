//! Tags: `tag/list`, `tag/get` (标签管理).
//!
//! In: a tag. Out: who carries it, as far as the agent may see them. Source: dossier 8.6 (O-90216, O-90213).

use crate::client::{Call, Client, Fields};
use crate::error::Error;
use crate::ids::{DepartmentId, TagId, UserId};

/// A tag's name.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// let tags = client.tags().await?;
/// assert_eq!((tags[0].id, tags[0].name.as_str()), (wecom_sdk::TagId(1), "值班"));
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TagName {
    /// The tag.
    pub id: TagId,
    /// Name.
    pub name: String,
}

/// Who carries a tag, as far as the agent may see them.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// let on_duty = client.tag(wecom_sdk::TagId(1)).await?;
/// assert_eq!(on_duty.members[0].as_str(), "zhangsan");
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tag {
    /// Name.
    pub name: Option<String>,
    /// Members that carry it themselves.
    pub members: Vec<UserId>,
    /// Departments that carry it, for all their members.
    pub departments: Vec<DepartmentId>,
}

impl Client {
    /// All tags: `tag/list`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// let tags = client.tags().await?;
    /// assert_eq!(tags[0].name, "值班");
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90216>.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn tags(&self) -> Result<Vec<TagName>, Error> {
        let answer = self.call(&Call::list("tag/list", &[])).await?;
        answer.read(|fields| {
            let tags = fields.list("taglist")?.iter();
            tags.map(|tag| TagName::read(&Fields::of(tag)?)).collect()
        })
    }

    /// One tag: `tag/get`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// use wecom_sdk::TagId;
    ///
    /// let tag = client.tag(TagId(1)).await?;
    /// assert_eq!(tag.members[0].as_str(), "zhangsan");
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90213>.
    ///
    /// # Errors
    /// 40068: there is no such tag.
    pub async fn tag(&self, id: TagId) -> Result<Tag, Error> {
        let id = id.to_string();
        let query = [("tagid", id.as_str())];
        let answer = self.call(&Call::list("tag/get", &query)).await?;
        answer.read(Tag::read)
    }
}

impl TagName {
    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        Ok(Self {
            id: TagId(fields.number("tagid")?),
            name: fields.text("tagname").unwrap_or_default(),
        })
    }
}

impl Tag {
    /// A tag without a name: for tests of who reads tags.
    #[must_use]
    pub const fn new(members: Vec<UserId>, departments: Vec<DepartmentId>) -> Self {
        Self {
            name: None,
            members,
            departments,
        }
    }

    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        let members = fields.list("userlist")?.iter();
        Ok(Self {
            name: fields.text("tagname"),
            members: members
                .map(|member| Fields::of(member)?.user_id("userid"))
                .collect::<Result<_, _>>()?,
            departments: fields.departments("partylist")?,
        })
    }
}
