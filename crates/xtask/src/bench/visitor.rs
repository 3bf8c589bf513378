//! One browser inside the WeCom client that signs in: login, WeCom's link, callback. Three requests make
//! one complete login; anything but the expected answer is a failure with the hop's name.

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};

use super::http::{Answer, Connection};

/// A page load in the WeCom client, as its web view sends it.
const HEADERS: &str = "User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile wxwork/4.1.36 \
                       MicroMessenger/7.0.1\r\nAccept: text/html\r\nSec-Fetch-Mode: navigate\r\n\
                       Sec-Fetch-Dest: document\r\n";

pub(crate) struct Visitor {
    gateway: Connection,
    sandbox: Connection,
    headers: String,
}

impl Visitor {
    /// The browser of this member.
    pub(crate) fn of(member: &str, gateway: SocketAddr, sandbox: SocketAddr) -> Self {
        Self {
            gateway: Connection::to(gateway),
            sandbox: Connection::to(sandbox),
            headers: format!("{HEADERS}Cookie: wecom_sandbox_person=member%3A{member}"),
        }
    }

    /// One complete login, ending with a new session.
    pub(crate) fn sign_in(&mut self) -> anyhow::Result<()> {
        let login = self
            .gateway
            .get("/_menshen/login", &format!("{}\r\n", self.headers))?;
        let link = location(&login, 302).context("login")?;
        let attempt = login.cookies.first().context("login: no cookie")?;
        let page = self.sandbox.get(link, &format!("{}\r\n", self.headers))?;
        let callback = location(&page, 302).context("WeCom's link")?;
        let headers = format!("{}; {attempt}\r\n", self.headers);
        let landed = self.gateway.get(callback, &headers)?;
        location(&landed, 303).context("callback")?;
        let has_session = landed
            .cookies
            .iter()
            .any(|cookie| cookie.starts_with("menshen_session="));
        ensure!(has_session, "callback: no session");
        Ok(())
    }
}

/// The path that an answer redirects to.
fn location(answer: &Answer, status: u16) -> anyhow::Result<&str> {
    ensure!(
        answer.status == status,
        "status {} instead of {status}",
        answer.status
    );
    let location = answer.location.as_deref().context("no address to go to")?;
    let location = location.split('#').next().unwrap_or_default();
    let after_host = location
        .strip_prefix("http://")
        .map(|rest| rest.find('/').map_or("/", |at| &rest[at..]));
    Ok(after_host.unwrap_or(location))
}
