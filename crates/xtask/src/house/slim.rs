//! What the sdk without its client may not need: an async runtime, or C code. In: nothing. Out: the crates that
//! break that promise, found in cargo's own tree, so that a feature which slips in is noticed. Never builds.

use crate::shell;

const LINE: &str = "cargo tree --package wecom-sdk --no-default-features --edges normal,build --prefix none --locked";
/// Runtimes and HTTP, and what compiles or links C.
const BANNED: [&str; 15] = [
    "tokio",
    "tokio-util",
    "async-trait",
    "futures",
    "futures-core",
    "futures-util",
    "hyper",
    "reqwest",
    "rustls",
    "ring",
    "aws-lc-rs",
    "openssl",
    "cc",
    "cmake",
    "pkg-config",
];

/// The crates that must not be there.
pub(super) fn judge() -> Vec<String> {
    let Some(tree) = shell::output(LINE) else {
        return vec![format!("cargo could not be asked: {LINE}")];
    };
    let is_banned = |name: &&str| BANNED.contains(name) || name.ends_with("-sys");
    let names = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let mut found: Vec<&str> = names.filter(is_banned).collect();
    found.sort_unstable();
    found.dedup();
    let say =
        |name: &str| format!("wecom-sdk without its client needs {name}: no async, no C code");
    found.into_iter().map(say).collect()
}
