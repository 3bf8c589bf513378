//! One row of the table.
//!
//! Plain data, for the tables beside it. It judges nothing.

/// Who can do something about an error, and what.
///
/// ```
/// use wecom_sdk::errcode::{self, Class};
///
/// let spent = errcode::lookup(40029).map(|info| info.class);
/// assert_eq!(spent, Some(Class::Redo));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Not an error.
    Success,
    /// The access token is no longer good: renew it once, repeat the call once.
    Token,
    /// WeCom is busy or limits us: later, and less often.
    RetryLater,
    /// The operator has to change something at WeCom or in our configuration.
    Configuration,
    /// The person has to go through the sign-in link again.
    Redo,
    /// The call itself is wrong: a mistake in the program.
    Bug,
    /// The agent may not do or see this: the operator decides whether it should.
    Permission,
}

/// What an error number means.
///
/// ```
/// let info = wecom_sdk::errcode::lookup(60020).ok_or("unknown")?;
/// assert_eq!(info.message, Some("not allow to access from your ip"));
/// println!("{}: {}. {}", info.number, info.cause, info.remedy);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrcodeInfo {
    /// The number.
    pub number: i64,
    /// The English text as it was seen on the wire, without hint and address; `None` if no trace of
    /// it was found. For reading only: WeCom may change it at any time.
    pub message: Option<&'static str>,
    /// What it says, in one phrase.
    pub meaning: &'static str,
    /// Who can do something about it.
    pub class: Class,
    /// What is usually behind it.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Where in WeCom's admin console (管理后台) or devtools the remedy lies.
    pub console_page: Option<&'static str>,
}

impl ErrcodeInfo {
    pub(super) const fn new(number: i64, class: Class, meaning: &'static str) -> Self {
        let (cause, remedy) = match class {
            Class::Success => ("nothing went wrong", "nothing"),
            Class::Token => (
                "the token ended, early or in time",
                "the client renews it by itself; look at it only if it repeats",
            ),
            Class::RetryLater => ("WeCom is busy or limits the calls", "wait, then try again"),
            Class::Configuration => (
                "agent and configuration do not fit each other",
                "compare the configuration with the agent's page in the console",
            ),
            Class::Redo => (
                "what the person brought back from WeCom is used up or not ours",
                "let the person sign in again",
            ),
            Class::Bug => (
                "the program sent something WeCom refuses",
                "report it as a bug",
            ),
            Class::Permission => (
                "the agent may not do this",
                "give the agent the permission in the console, or do without",
            ),
        };
        Self {
            number,
            message: None,
            meaning,
            class,
            cause,
            remedy,
            console_page: None,
        }
    }

    pub(super) const fn seen_as(mut self, message: &'static str) -> Self {
        self.message = Some(message);
        self
    }

    pub(super) const fn cause(mut self, cause: &'static str) -> Self {
        self.cause = cause;
        self
    }

    pub(super) const fn remedy(mut self, remedy: &'static str) -> Self {
        self.remedy = remedy;
        self
    }

    pub(super) const fn page(mut self, page: &'static str) -> Self {
        self.console_page = Some(page);
        self
    }
}

/// The pages that remedies point at.
pub(super) mod page {
    pub(in super::super) const AGENT: &str =
        "App management (应用管理) › the agent: AgentId, Secret, enabled";
    pub(in super::super) const AGENT_RANGE: &str =
        "App management (应用管理) › the agent › visible range (可见范围)";
    pub(in super::super) const AGENT_DOMAIN: &str = "App management (应用管理) › the agent › web authorization and JS-SDK (网页授权及JS-SDK) › trusted domain (可信域名)";
    pub(in super::super) const AGENT_IP: &str =
        "App management (应用管理) › the agent › enterprise trusted IP (企业可信IP)";
    pub(in super::super) const AGENT_EVENTS: &str =
        "App management (应用管理) › the agent › receive messages (接收消息)";
    pub(in super::super) const AGENT_CONSENT: &str =
        "App management (应用管理) › the agent › sensitive member information (成员敏感信息)";
    pub(in super::super) const CORP: &str =
        "My company (我的企业) › company information (企业信息): corp id";
    pub(in super::super) const CONTACTS: &str = "Contacts (通讯录): members, departments, tags";
    pub(in super::super) const CONTACT_SYNC: &str =
        "Management tools (管理工具) › contact sync (通讯录同步)";
    pub(in super::super) const TWO_STEP: &str =
        "Security and management (安全与管理) › two-step verification (二次验证)";
    pub(in super::super) const LIMITS: &str =
        "https://open.work.weixin.qq.com/wwopen/devtool/checkCorpSpamBlock";
}
