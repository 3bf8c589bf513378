//! What the tests need on this machine, from Debian's packages, npm and the crate registry.
//!
//! Says what it installs before it does, and names what it could not install. Never asks for a
//! password: it installs as root or by `sudo -n`, and otherwise tells what is missing.

use std::path::Path;

use crate::step::{Steps, output_of, say};

/// A program from Debian and why it is wanted. The path proves that the package is there.
const PACKAGES: [(&str, &str, &str); 4] = [
    ("chromium", "/usr/bin/chromium", "the browser tests"),
    (
        "fonts-noto-cjk",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "Chinese on the pages in pictures",
    ),
    ("nodejs", "/usr/bin/node", "driving the browser"),
    ("npm", "/usr/bin/npm", "driving the browser"),
];

/// Test runner and licence judge, pinned so that CI means the same tomorrow.
pub(crate) const NEXTEST: (&str, &str) = ("cargo-nextest", "0.9.143");
pub(crate) const DENY: (&str, &str) = ("cargo-deny", "0.20.2");

/// Installs the packages that are missing.
pub(crate) fn debian(steps: &mut Steps) {
    let has_program =
        |path: &str, name: &str| Path::new(path).exists() || output_of("which", &[name]).is_some();
    let missing: Vec<_> = PACKAGES
        .iter()
        .filter(|(name, path, _)| {
            let program = if *name == "nodejs" { "node" } else { name };
            !has_program(path, program)
        })
        .collect();
    if missing.is_empty() {
        say("everything the tests need from Debian is installed");
        return;
    }
    for (name, _, why) in &missing {
        say(&format!("will install from Debian: {name}, for {why}"));
    }
    let Some(prefix) = privilege() else {
        let names: Vec<_> = missing.iter().map(|(name, _, _)| *name).collect();
        steps.work("debian packages", |_| {
            anyhow::bail!(
                "not root and no password-free sudo. Install yourself: apt-get install {}",
                names.join(" ")
            )
        });
        return;
    };
    let env = [("DEBIAN_FRONTEND", "noninteractive")];
    steps.run_with(
        "package lists",
        &format!("{prefix}apt-get update -qq"),
        &env,
    );
    let names: Vec<_> = missing.iter().map(|(name, _, _)| *name).collect();
    let install = format!(
        "{prefix}apt-get install -y -qq --no-install-recommends {}",
        names.join(" ")
    );
    steps.run_with("debian packages", &install, &env);
}

/// How to become root here: not needed, by sudo without a password, or not at all.
fn privilege() -> Option<&'static str> {
    let is_root = output_of("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    if is_root {
        return Some("");
    }
    output_of("sudo", &["-n", "true"]).map(|_| "sudo -n ")
}

/// Installs a cargo command unless it is there.
pub(crate) fn cargo_command(steps: &mut Steps, (name, version): (&str, &str)) -> bool {
    if output_of(name, &["--version"]).is_some() {
        return true;
    }
    say(&format!(
        "will install from the crate registry: {name} {version}; this takes some minutes, once"
    ));
    steps.run(
        &format!("install {name}"),
        &format!("cargo install --quiet --locked {name}@{version}"),
    )
}
