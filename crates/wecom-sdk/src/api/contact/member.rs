//! One member: `user/get` (读取成员).
//!
//! In: a userid. Out: what the agent may see of that member, and of nobody else. Source: dossier 8.1 and 8.2
//! (O-90196).

use crate::client::{Call, Client, Fields};
use crate::error::{Error, Kind};
use crate::ids::{DepartmentId, UserId};
use crate::member::{Gender, MemberStatus};

const CALL: &str = "user/get";

/// A member as the agent may see them. WeCom leaves out what the agent has no right to, so that every
/// field but the userid may be missing.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// use wecom_sdk::MemberStatus;
///
/// let member = client.member(&"zhangsan".parse()?).await?;
/// assert_eq!(member.status, Some(MemberStatus::Active));
/// assert_eq!(member.mobile, None, "this agent has no right to it");
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// Who it is, in the case in which WeCom keeps it.
    pub user_id: UserId,
    /// Name.
    pub name: Option<String>,
    /// Alias (别名).
    pub alias: Option<String>,
    /// Position (职务).
    pub position: Option<String>,
    /// The departments the agent may see, the order as WeCom gives it.
    pub departments: Vec<DepartmentId>,
    /// The main department, if the agent may see it.
    pub main_department: Option<DepartmentId>,
    /// Those of [`departments`](Self::departments) that the member leads.
    pub leads: Vec<DepartmentId>,
    /// Direct leaders the agent may see; at most one by the documentation.
    pub direct_leaders: Vec<UserId>,
    /// Whether the member takes part.
    pub status: Option<MemberStatus>,
    /// Desk phone.
    pub telephone: Option<String>,
    /// Gender. This and the fields below reach only agents created before 20 June 2022; others ask the
    /// member, see [`Client::user_detail`].
    pub gender: Option<Gender>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Mobile number.
    pub mobile: Option<String>,
    /// Personal email address.
    pub email: Option<String>,
    /// Enterprise mailbox.
    pub biz_mail: Option<String>,
    /// Address of the personal QR code.
    pub qr_code: Option<String>,
    /// Postal address.
    pub address: Option<String>,
}

impl Client {
    /// Reads a member: `user/get`. WeCom looks the userid up ignoring its case.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// let member = client.member(&"ZhangSan".parse()?).await?;
    /// assert_eq!(member.user_id.as_str(), "zhangsan");
    /// assert_eq!(member.name.as_deref(), Some("张三"));
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90196>.
    ///
    /// # Errors
    /// [`Error::is_outside_range`]: the member exists, the agent may not see them.
    /// [`Error::is_unknown_member`]: there is no such member, or the agent may not see them; WeCom uses
    /// both answers for the second.
    pub async fn member(&self, user_id: &UserId) -> Result<Member, Error> {
        let query = [("userid", user_id.as_str())];
        let answer = self.call(&Call::read(CALL, &query)).await?;
        let member = answer.read(Member::read)?;
        // Security: facts about one person must never be taken for those of another.
        if member.user_id.folded() == user_id.folded() {
            Ok(member)
        } else {
            Err(Error::new(
                CALL,
                Kind::Unreadable("it is about another member"),
            ))
        }
    }
}

impl Member {
    /// A member of whom nothing is known but the userid: for tests of who reads members.
    ///
    /// ```
    /// use wecom_sdk::{Member, UserId};
    ///
    /// let mut member = Member::new(UserId::parse("zhangsan")?);
    /// member.name = Some("张三".to_owned());
    /// assert_eq!(member.status, None);
    /// # Ok::<(), wecom_sdk::InvalidId>(())
    /// ```
    #[must_use]
    pub const fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            name: None,
            alias: None,
            position: None,
            departments: Vec::new(),
            main_department: None,
            leads: Vec::new(),
            direct_leaders: Vec::new(),
            status: None,
            telephone: None,
            gender: None,
            avatar: None,
            mobile: None,
            email: None,
            biz_mail: None,
            qr_code: None,
            address: None,
        }
    }

    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        let departments: Vec<DepartmentId> = fields.departments("department")?;
        let flags = fields.numbers("is_leader_in_dept")?;
        let leaders = fields.list("direct_leader")?.iter();
        Ok(Self {
            user_id: fields.user_id("userid")?,
            name: fields.text("name"),
            alias: fields.text("alias"),
            position: fields.text("position"),
            main_department: fields.optional_number("main_department")?.map(DepartmentId),
            leads: departments
                .iter()
                .zip(flags)
                .filter_map(|(department, flag)| (flag == 1).then_some(*department))
                .collect(),
            departments,
            direct_leaders: leaders
                .filter_map(|leader| UserId::parse(leader.as_str()?).ok())
                .collect(),
            status: fields.optional_number("status")?.map(MemberStatus::from),
            telephone: fields.text("telephone"),
            gender: Gender::read(fields),
            avatar: fields.text("avatar"),
            mobile: fields.text("mobile"),
            email: fields.text("email"),
            biz_mail: fields.text("biz_mail"),
            qr_code: fields.text("qr_code"),
            address: fields.text("address"),
        })
    }
}
