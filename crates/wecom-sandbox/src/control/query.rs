//! The query of a `GET`: known names only, each once, so that a slip of the pen is told instead of ignored.

use url::form_urlencoded;
use wecom_sdk::CorpId;

use super::problem::Problem;

/// What a query asks.
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// Reads a raw query.
    pub(super) fn parse(raw: Option<&str>, known: &[&str]) -> Result<Self, Problem> {
        let raw = raw.unwrap_or_default().as_bytes();
        let pairs: Vec<(String, String)> = form_urlencoded::parse(raw).into_owned().collect();
        for (place, (name, _)) in pairs.iter().enumerate() {
            let is_twice = pairs.iter().take(place).any(|(other, _)| other == name);
            if is_twice || !known.contains(&name.as_str()) {
                let title = format!("only {}, each at most once", known.join(", "));
                return Err(Problem::bad("query", title));
            }
        }
        Ok(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let (_, value) = pairs.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The value; empty when absent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// A whole number.
    pub(super) fn number(&self, name: &'static str) -> Result<Option<usize>, Problem> {
        let number = self.get(name).map(str::parse).transpose();
        number.map_err(|_| Problem::bad("query", format!("`{name}` is a whole number")))
    }

    /// The corp that is meant.
    pub(super) fn corp(&self) -> Result<Option<CorpId>, Problem> {
        let corp = self.get("corp").map(CorpId::parse).transpose();
        corp.map_err(|error| Problem::bad("query", format!("`corp` is {error}")))
    }
}
