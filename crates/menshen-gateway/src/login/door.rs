//! Which program a browser says it is, and which of WeCom's doors suits it.
//!
//! The User-Agent goes in, a hint comes out (dossier 9.5: WeCom and WeChat name themselves in it).
//! It is never proof: nothing is granted, skipped or trusted because of it.

#[cfg(test)]
mod tests;

/// What a User-Agent claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    /// The WeCom client's own browser: the OAuth2 link works, silently.
    WeCom,
    /// The WeChat (微信) client's browser: the OAuth2 link works too, with more outsiders.
    WeChat,
    /// A browser on a phone outside both: WeCom's web login is not made for it.
    Phone,
    /// A browser on a desk: the web login page.
    Desktop,
    /// Nothing we know: treated like a desktop, where every door can be chosen.
    Unknown,
}

impl Browser {
    /// Reads a User-Agent; an absent one is empty.
    pub(crate) fn from_user_agent(user_agent: &str) -> Self {
        let agent = user_agent.to_ascii_lowercase();
        if names_wecom(&agent) {
            Self::WeCom
        } else if agent.contains("micromessenger") {
            Self::WeChat
        } else if PHONES.iter().any(|word| has_word(&agent, word)) {
            Self::Phone
        } else if DESKTOPS.iter().any(|word| agent.contains(word)) {
            Self::Desktop
        } else {
            Self::Unknown
        }
    }

    /// Whether WeCom's OAuth2 link opens in it.
    pub(crate) fn opens_in_app_link(self) -> bool {
        matches!(self, Self::WeCom | Self::WeChat)
    }
}

const PHONES: [&str; 6] = ["android", "iphone", "ipad", "ipod", "mobile", "phone"];
const DESKTOPS: [&str; 4] = ["windows nt", "macintosh", "x11", "cros"];

/// WeCom's own rule: `wxwork/` and a digit.
fn names_wecom(agent: &str) -> bool {
    agent
        .match_indices("wxwork/")
        .any(|(at, token)| agent[at + token.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether `word` stands in `agent` with no letter or digit right before or after it.
fn has_word(agent: &str, word: &str) -> bool {
    agent.match_indices(word).any(|(at, _)| {
        let before = agent[..at].chars().next_back();
        let after = agent[at + word.len()..].chars().next();
        ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    })
}
