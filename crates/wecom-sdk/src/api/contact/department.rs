//! Departments: `department/simplelist`, `department/list`, `department/get` (部门管理).
//!
//! Source: dossier 8.5 (O-95350, O-90208, O-95351).

use serde_json::Value;

use crate::client::{Call, Client, Fields};
use crate::error::Error;
use crate::ids::{DepartmentId, UserId};

/// A department's place in the tree.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// let nodes = client.department_ids(None).await?;
/// let root = nodes.iter().find(|node| node.parent_id.is_none());
/// assert_eq!(root.map(|node| node.id), Some(wecom_sdk::DepartmentId(1)));
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DepartmentNode {
    /// The department.
    pub id: DepartmentId,
    /// The department above it; `None` for the root. It may lie outside what the agent can see.
    pub parent_id: Option<DepartmentId>,
    /// Its place among its siblings: the greater comes first.
    pub order: u32,
}

/// A department with its names.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// let finance = client.department(wecom_sdk::DepartmentId(3)).await?;
/// assert_eq!(finance.name.as_deref(), Some("财务部"));
/// assert_eq!(finance.leaders[0].as_str(), "lisi");
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Department {
    /// Its place in the tree.
    pub node: DepartmentNode,
    /// Name.
    pub name: Option<String>,
    /// English name.
    pub name_en: Option<String>,
    /// Its leaders, as far as the agent may see them.
    pub leaders: Vec<UserId>,
}

impl Client {
    /// A department and all below it, with names: `department/list`; without `below`, all that the agent
    /// may see. Slow: WeCom advises [`department_ids`](Self::department_ids) and
    /// [`department`](Self::department).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// use wecom_sdk::DepartmentId;
    ///
    /// for department in client.departments(Some(DepartmentId(3))).await? {
    ///     println!("{:?}: {:?}", department.node.id, department.name);
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90208>.
    ///
    /// # Errors
    /// 60011 or 60123: the department is unknown or outside the visible range.
    /// [`Error::is_unreadable`] when the tree is so large that the answer exceeds 8 MiB.
    pub async fn departments(&self, below: Option<DepartmentId>) -> Result<Vec<Department>, Error> {
        let id = below.map(|id| id.to_string());
        let query = id.as_deref().map(|id| ("id", id));
        let call = Call::list("department/list", query.as_slice());
        let list = |fields: &Fields| each(fields.list("department")?, Department::read);
        self.call(&call).await?.read(list)
    }

    /// A department and all below it, without names: `department/simplelist`; without `below`, all
    /// that the agent may see.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// let nodes = client.department_ids(None).await?;
    /// let roots = nodes.iter().filter(|node| node.parent_id.is_none());
    /// assert_eq!(roots.count(), 1);
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/95350>.
    ///
    /// # Errors
    /// As [`departments`](Self::departments).
    pub async fn department_ids(
        &self,
        below: Option<DepartmentId>,
    ) -> Result<Vec<DepartmentNode>, Error> {
        let id = below.map(|id| id.to_string());
        let query = id.as_deref().map(|id| ("id", id));
        let call = Call::list("department/simplelist", query.as_slice());
        let list = |fields: &Fields| each(fields.list("department_id")?, DepartmentNode::read);
        self.call(&call).await?.read(list)
    }

    /// One department: `department/get`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// use wecom_sdk::DepartmentId;
    ///
    /// let finance = client.department(DepartmentId(3)).await?;
    /// assert_eq!(finance.leaders[0].as_str(), "lisi");
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/95351>.
    ///
    /// # Errors
    /// 60011 or 60123: the department is unknown or outside the visible range.
    pub async fn department(&self, id: DepartmentId) -> Result<Department, Error> {
        let id = id.to_string();
        let query = [("id", id.as_str())];
        let answer = self.call(&Call::read("department/get", &query)).await?;
        answer.read(|fields| {
            let department = fields.get("department").ok_or("there is no department")?;
            Department::read(&Fields::of(department)?)
        })
    }
}

fn each<T>(
    values: &[Value],
    read: impl Fn(&Fields) -> Result<T, &'static str>,
) -> Result<Vec<T>, &'static str> {
    values
        .iter()
        .map(|value| read(&Fields::of(value)?))
        .collect()
}

impl DepartmentNode {
    /// A department at its place: for tests of who reads the tree.
    #[must_use]
    pub const fn new(id: DepartmentId, parent_id: Option<DepartmentId>, order: u32) -> Self {
        Self {
            id,
            parent_id,
            order,
        }
    }

    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        let parent = fields.optional_number("parentid")?;
        Ok(Self {
            id: DepartmentId(fields.number("id")?),
            parent_id: parent.filter(|id| *id != 0).map(DepartmentId),
            order: fields.optional_number("order")?.unwrap_or_default(),
        })
    }
}

impl Department {
    /// A department without names: for tests of who reads departments.
    #[must_use]
    pub const fn new(node: DepartmentNode) -> Self {
        Self {
            node,
            name: None,
            name_en: None,
            leaders: Vec::new(),
        }
    }

    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        let leaders = fields.list("department_leader")?.iter();
        Ok(Self {
            node: DepartmentNode::read(fields)?,
            name: fields.text("name"),
            name_en: fields.text("name_en"),
            leaders: leaders
                .filter_map(|leader| UserId::parse(leader.as_str()?).ok())
                .collect(),
        })
    }
}
