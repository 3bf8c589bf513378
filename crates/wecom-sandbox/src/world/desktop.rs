//! The WeCom desktop client beside the browser, and the quick login it makes possible (dossier 9.2).
//!
//! In: whether a client runs and who is signed in to it. Out: who may sign in with one click. In life the
//! page asks a port of the machine; here a switch of the sandbox's own says what it would find.

use serde::{Deserialize, Serialize};
use wecom_sdk::CorpId;

use super::person::{Person, PersonKey};
use super::state::State;
use super::web_login::ScanRequest;

/// From this version of Chrome on a panel needs [`PANEL_FOR_CHROME`].
const CHROME_ASKS_FROM: u32 = 142;
/// The first `@wecom/jssdk` that asks Chrome for access to the local network.
const PANEL_FOR_CHROME: [u32; 3] = [2, 3, 2];

/// The desktop client of whoever sits at the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DesktopClient {
    /// It runs, signed in as the person that the browser has chosen to be.
    #[default]
    AsTheBrowser,
    /// None runs.
    Off,
    /// It runs, signed in as this person.
    On {
        /// The corp.
        corp_id: CorpId,
        /// The person.
        person: PersonKey,
    },
}

/// What a page knows of its browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// `User-Agent`
    pub user_agent: &'a str,
    /// The page that leads or embeds: `Referer` or `Origin`.
    pub source: Option<&'a str>,
    /// The person that the browser has chosen to be.
    pub person: Option<&'a Person>,
}

impl State {
    /// Who is signed in to the desktop client, as this corp sees them.
    #[must_use]
    pub fn desktop_person(&self, corp_id: &CorpId, browser: Option<&Person>) -> Option<Person> {
        match &self.desktop {
            DesktopClient::AsTheBrowser => browser.cloned(),
            DesktopClient::Off => None,
            DesktopClient::On { corp_id: at, .. } if at != corp_id => None,
            DesktopClient::On { person, .. } => self.corps.get(corp_id)?.person(person),
        }
    }

    /// Who may sign in with one click: a member inside the visible range, at a desktop browser; in a
    /// panel only on an https page and, for new Chromes, with a new `@wecom/jssdk`.
    #[must_use]
    pub fn quick_login(&self, request: &ScanRequest, at: Surroundings<'_>) -> Option<Person> {
        let person = self.desktop_person(&request.corp_id, at.person)?;
        let corp = self.corps.get(&request.corp_id)?;
        let agent = corp.agents.get(&request.agent_id)?;
        let is_mobile = ["Mobile", "Android", "iPhone", "iPad"];
        let is_desktop = !is_mobile.iter().any(|word| at.user_agent.contains(word));
        let fits_panel = request.panel.as_ref().is_none_or(|panel| {
            let is_https = at
                .source
                .is_some_and(|source| source.starts_with("https://"));
            let chrome = chrome_version(at.user_agent).unwrap_or(0);
            let is_new_enough = version_of(&panel.version) >= PANEL_FOR_CHROME;
            is_https && (chrome < CHROME_ASKS_FROM || is_new_enough)
        });
        let is_visible = corp.is_visible(agent, person.user_id()?);
        (is_desktop && fits_panel && is_visible).then_some(person)
    }
}

fn chrome_version(user_agent: &str) -> Option<u32> {
    let (_, rest) = user_agent.split_once("Chrome/")?;
    rest.split('.').next()?.parse().ok()
}

fn version_of(text: &str) -> [u32; 3] {
    let mut numbers = text.split('.').map(|part| part.parse().unwrap_or(0));
    [(); 3].map(|()| numbers.next().unwrap_or(0))
}
