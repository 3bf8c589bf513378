//! How the agent itself is set up: `agent/get` (获取应用), for a self-test of the configuration.
//!
//! In: nothing. Out: what an admin set for the agent. It changes nothing. Source: dossier 5.1 (O-90227), which has
//! the names of the fields. How `allow_userinfos`, `allow_partys` and `allow_tags` are nested is from general
//! knowledge of the call and not from the dossier: absent or empty, they read as "nobody named".

use serde_json::Value;

use crate::client::{Call, Client, Fields, NO_AGENT};
use crate::error::{Error, Kind};
use crate::ids::{AgentId, DepartmentId, TagId, UserId};

const CALL: &str = "agent/get";

/// The agent as the console has it.
///
/// The nested shape of the visible range is from general knowledge of the call, not from a page on record: before
/// a decision rests on it, compare it with a real answer.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
/// # fn main() { run(|client| async move {
/// let agent = client.agent().await?;
/// assert_eq!(agent.redirect_domain.as_deref(), Some("login.example.com"));
/// assert!(!agent.is_closed);
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agent {
    /// The agent.
    pub id: AgentId,
    /// Name.
    pub name: Option<String>,
    /// The trusted domain (可信域名), with its port if it has one.
    pub redirect_domain: Option<String>,
    /// The visible range (可见范围): members named one by one.
    pub allow_users: Vec<UserId>,
    /// The visible range: departments, each with its whole subtree.
    pub allow_departments: Vec<DepartmentId>,
    /// The visible range: tags, each with its members and departments.
    pub allow_tags: Vec<TagId>,
    /// Whether the agent is switched off.
    pub is_closed: bool,
    /// The page that the agent opens.
    pub home_url: Option<String>,
}

impl Client {
    /// Reads how the agent is set up: `agent/get`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/wecom.inc"));
    /// # fn main() { run(|client| async move {
    /// let agent = client.agent().await?;
    /// if agent.is_closed || agent.redirect_domain.as_deref() != Some("login.example.com") {
    ///     println!("nobody can sign in");
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// Official page: <https://developer.work.weixin.qq.com/document/path/90227>.
    ///
    /// # Errors
    /// 301002: agent id and secret are of two agents. A client of contact sync has no agent and does not ask.
    pub async fn agent(&self) -> Result<Agent, Error> {
        let own = self.agent_id().ok_or_else(|| Error::new(CALL, NO_AGENT))?;
        let id = own.to_string();
        let query = [("agentid", id.as_str())];
        let answer = self.call(&Call::read(CALL, &query)).await?;
        let agent = answer.read(Agent::read)?;
        if agent.id == own {
            Ok(agent)
        } else {
            Err(Error::new(
                CALL,
                Kind::Unreadable("it is about another agent"),
            ))
        }
    }
}

impl Agent {
    pub(crate) fn read(fields: &Fields) -> Result<Self, &'static str> {
        let users = inside(fields, "allow_userinfos")?;
        let departments = inside(fields, "allow_partys")?;
        let tags = inside(fields, "allow_tags")?;
        let users = users.list("user")?.iter();
        Ok(Self {
            id: AgentId(fields.number("agentid")?),
            name: fields.text("name"),
            redirect_domain: fields.text("redirect_domain"),
            allow_users: users
                .map(|user| Fields::of(user)?.user_id("userid"))
                .collect::<Result<_, _>>()?,
            allow_departments: departments.departments("partyid")?,
            allow_tags: tags.numbers("tagid")?.into_iter().map(TagId).collect(),
            is_closed: fields.optional_number("close")? == Some(1),
            home_url: fields.text("home_url"),
        })
    }
}

/// The fields of an object inside; absent and `null` are the empty object.
fn inside(fields: &Fields, key: &str) -> Result<Fields, &'static str> {
    match fields.get(key) {
        None | Some(Value::Null) => Fields::of(&Value::Object(serde_json::Map::new())),
        Some(value) => Fields::of(value),
    }
}
