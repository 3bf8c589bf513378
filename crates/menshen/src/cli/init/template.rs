//! The commented configuration that a new installation begins with.
//!
//! In: what was given on the command line. Out: the text of `menshen.toml`. A test proves that every key in
//! it exists.

use menshen_gateway::config::PublicUrl;
use menshen_gateway::sdk::CorpId;

use super::Arguments;

const TEMPLATE: &str = include_str!("menshen.toml");

/// The template with what is known filled in. What is not known stays a comment, so that `menshen
/// check` names it as missing.
pub(super) fn fill(arguments: &Arguments) -> String {
    let public_url = arguments.public_url.as_ref().map(PublicUrl::origin);
    let corp_id = arguments.corp_id.as_ref().map(CorpId::as_str);
    let agent_id = arguments.agent_id.map(|agent_id| agent_id.to_string());
    let text = |value: &str| format!("\"{value}\"");
    let lines = [
        ("public_url", public_url.map(text)),
        ("corp_id   ", corp_id.map(text)),
        ("agent_id  ", agent_id),
    ];
    let mut filled = TEMPLATE.to_owned();
    for (key, value) in lines {
        if let Some(value) = value {
            filled = set(&filled, key, &value);
        }
    }
    filled
}

/// Turns the line `# key = example` into `key = value`.
fn set(text: &str, key: &str, value: &str) -> String {
    let begins = format!("# {key} = ");
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    for line in &mut lines {
        if line.starts_with(&begins) {
            *line = format!("{key} = {value}");
        }
    }
    lines.join("\n") + "\n"
}
