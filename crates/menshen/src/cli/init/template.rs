//! The commented configuration that a new installation begins with.
//!
//! In: what was given on the command line. Out: the text of `menshen.toml`. A test proves that every key in
//! it exists.

use menshen_gateway::config::PublicUrl;
use menshen_gateway::sdk::CorpId;

use super::Arguments;

/// The line that says where it listens behind a proxy.
const LISTEN: &str = "listen = \"127.0.0.1:8080\"";

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
    let listen = arguments.public_url.as_ref().and_then(listen);
    let mut filled = TEMPLATE.to_owned();
    for (key, value) in lines {
        if let Some(value) = value {
            filled = set(&filled, key, &value);
        }
    }
    match listen {
        Some(address) => filled.replace(LISTEN, &format!("listen = \"{address}\"")),
        None => filled,
    }
}

/// Where the gateway listens when browsers on this machine come to it directly: at the port of its address.
fn listen(public_url: &PublicUrl) -> Option<String> {
    let url = public_url.url();
    let port = url.port_or_known_default()?;
    let host = url.host_str().filter(|host| *host == "[::1]");
    let host = host.unwrap_or("127.0.0.1");
    (url.scheme() == "http").then(|| format!("{host}:{port}"))
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
