//! Many members: `user/simplelist`, `user/list`, `user/list_id` (部门成员, 成员ID列表).
//!
//! In: a department, or the place of a page. Out: members, with as much of each as the call gives. Only
//! direct members are listed: walk the tree for the rest. Source: dossier 8.3 and 8.4 (O-90200, O-90201,
//! O-96067).

use serde_json::json;

use super::member::Member;
use crate::client::{Call, Client, Fields, MOST_BYTES_OF_LIST, Retries};
use crate::error::{Error, Kind};
use crate::ids::{DepartmentId, UserId};

const LIST_ID: &str = "user/list_id";
/// WeCom's most for one page of [`MemberIds`].
const LARGEST_PAGE: u32 = 10_000;

/// A member's name and place.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// let members = client.member_names(wecom_sdk::DepartmentId(2)).await?;
/// assert_eq!(members[0].user_id.as_str(), "zhangsan");
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemberName {
    /// Who it is.
    pub user_id: UserId,
    /// Name.
    pub name: Option<String>,
    /// The departments the agent may see.
    pub departments: Vec<DepartmentId>,
}

/// A member in one of their departments.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// let mut pages = client.member_ids();
/// while let Some(page) = pages.next().await? {
///     for place in page {
///         println!("{} is in department {}", place.user_id, place.department);
///     }
/// }
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemberPlace {
    /// Who it is.
    pub user_id: UserId,
    /// One of their departments: a member in three comes in three rows.
    pub department: DepartmentId,
}

/// The pages of `user/list_id`, one call each. Made by [`Client::member_ids`].
#[derive(Debug)]
pub struct MemberIds {
    client: Client,
    limit: u32,
    cursor: Option<String>,
    is_done: bool,
}

impl Client {
    /// The direct members of a department, with names: `user/simplelist`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// use wecom_sdk::DepartmentId;
    ///
    /// let members = client.member_names(DepartmentId(2)).await?;
    /// assert_eq!(members[0].name.as_deref(), Some("张三"));
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90200>.
    ///
    /// # Errors
    /// 60011, 60003 or 60123: the department is unknown or outside the visible range. 48009: contact sync
    /// may not read names, see [`member_ids`](Self::member_ids).
    pub async fn member_names(&self, department: DepartmentId) -> Result<Vec<MemberName>, Error> {
        self.listed("user/simplelist", department, MemberName::read)
            .await
    }

    /// The direct members of a department with everything the agent may see of them: `user/list`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// use wecom_sdk::{DepartmentId, MemberStatus};
    ///
    /// let members = client.members(DepartmentId(2)).await?;
    /// assert_eq!(members[0].status, Some(MemberStatus::Active));
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90201>.
    ///
    /// # Errors
    /// As [`member_names`](Self::member_names). 45029, or [`Error::is_unreadable`]: the department is so
    /// large that the answer is (more than 8 MiB).
    pub async fn members(&self, department: DepartmentId) -> Result<Vec<Member>, Error> {
        self.listed("user/list", department, Member::read).await
    }

    /// The ids of all members, page by page: `user/list_id`, with the secret of contact sync.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// let mut pages = client.member_ids();
    /// let mut members = std::collections::BTreeSet::new();
    /// while let Some(page) = pages.next().await? {
    ///     members.extend(page.into_iter().map(|row| row.user_id.folded()));
    /// }
    /// assert_eq!(members.len(), 3);
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/96067>.
    #[must_use]
    pub fn member_ids(&self) -> MemberIds {
        MemberIds {
            client: self.clone(),
            limit: LARGEST_PAGE,
            cursor: None,
            is_done: false,
        }
    }

    async fn listed<T>(
        &self,
        call: &'static str,
        department: DepartmentId,
        read: fn(&Fields) -> Result<T, &'static str>,
    ) -> Result<Vec<T>, Error> {
        let id = department.to_string();
        let query = [("department_id", id.as_str())];
        let answer = self.call(&Call::list(call, &query)).await?;
        answer.read(|fields| {
            let rows = fields.list("userlist")?.iter();
            rows.map(|row| read(&Fields::of(row)?)).collect()
        })
    }
}

impl MemberIds {
    /// Asks for so many rows a page: 1 to 10,000, which is the default.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.clamp(1, LARGEST_PAGE);
        self
    }

    /// Goes on where an earlier listing stopped.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// let mut pages = client.member_ids().limit(1000);
    /// pages.next().await?;
    /// let stopped_at = pages.cursor().map(str::to_owned).ok_or("that was all")?;
    /// let mut rest = client.member_ids().starting_at(stopped_at);
    /// assert_eq!(rest.next().await?.map(|page| page.len()), Some(1));
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn starting_at(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// Where the next page begins; `None` at the very beginning and after the last page.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Fetches the next page; `None` after the last one. An error leaves the place as it is, so that
    /// [`Error::is_retryable`] ones can be answered by asking again.
    ///
    /// # Errors
    /// 48002: the secret is not that of contact sync. 50100: the listing took too long; begin anew with
    /// [`Client::member_ids`]. [`Error::is_unreadable`]: also when WeCom gives the same place twice, which
    /// would never end.
    pub async fn next(&mut self) -> Result<Option<Vec<MemberPlace>>, Error> {
        if self.is_done {
            return Ok(None);
        }
        let body = match &self.cursor {
            None => json!({ "limit": self.limit }),
            Some(cursor) => json!({ "cursor": cursor, "limit": self.limit }),
        };
        let body = body.to_string();
        let call = Call {
            name: LIST_ID,
            query: &[],
            body: Some(&body),
            retries: Retries::WhenBusy,
            most_bytes: MOST_BYTES_OF_LIST,
        };
        let answer = self.client.call(&call).await?;
        let (rows, next) = answer.read(page)?;
        if next.is_some() && next == self.cursor {
            return Err(Error::new(
                LIST_ID,
                Kind::Unreadable("it gives the same cursor twice"),
            ));
        }
        self.is_done = next.is_none();
        self.cursor = next;
        Ok(Some(rows))
    }
}

/// The rows of a page, and where the next one begins.
pub(crate) fn page(fields: &Fields) -> Result<(Vec<MemberPlace>, Option<String>), &'static str> {
    let rows = fields.list("dept_user")?.iter();
    let rows: Result<_, _> = rows
        .map(|row| MemberPlace::read(&Fields::of(row)?))
        .collect();
    // An empty cursor and none are both the end.
    Ok((rows?, fields.text("next_cursor")))
}

impl MemberName {
    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        Ok(Self {
            user_id: fields.user_id("userid")?,
            name: fields.text("name"),
            departments: fields.departments("department")?,
        })
    }
}

impl MemberPlace {
    fn read(fields: &Fields) -> Result<Self, &'static str> {
        Ok(Self {
            user_id: fields.user_id("userid")?,
            department: DepartmentId(fields.number("department")?),
        })
    }
}
