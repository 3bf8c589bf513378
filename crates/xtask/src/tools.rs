//! What the tests need besides Rust and a C compiler: found, or installed from Debian, npm and the crate
//! registry. Everything is named before it is installed, and what cannot be installed is named as well.
//! Never asks for a password: it is root, or `sudo -n` works, or the package stays missing.

use std::process::Command;

use crate::shell;
use crate::step::Steps;

/// A program of the crate registry that the chores call, with the version they were tried with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CargoTool {
    name: &'static str,
    version: &'static str,
}

/// Runs the tests.
pub(crate) const NEXTEST: CargoTool = CargoTool {
    name: "nextest",
    version: "0.9.143",
};
/// Judges licences, bans and sources.
pub(crate) const DENY: CargoTool = CargoTool {
    name: "deny",
    version: "0.20.2",
};

impl CargoTool {
    fn is_there(self) -> bool {
        shell::succeeds(&format!("cargo {} --version", self.name))
    }

    /// Finds the tool or installs it beside cargo. Whether it can be used now.
    pub(crate) fn ready(self, steps: &mut Steps) -> bool {
        if self.is_there() {
            return true;
        }
        let Self { name, version } = self;
        println!("\ncargo-{name} is missing: installing {version} from the crate registry");
        // Unoptimised: it is used for seconds, and optimising it would take minutes.
        let mut install = shell::command(&format!(
            "cargo install cargo-{name} --version {version} --locked --debug"
        ));
        install.env("CARGO_PROFILE_DEV_DEBUG", "0");
        steps.run(&format!("install cargo-{name}"), install)
    }
}

/// One need of the browser tests that Debian packages.
struct Need {
    what: &'static str,
    packages: &'static str,
    is_met: fn() -> bool,
}

const NEEDS: [Need; 3] = [
    Need {
        what: "Chromium",
        packages: "chromium",
        is_met: || shell::succeeds("chromium --version"),
    },
    Need {
        what: "a font with Chinese glyphs",
        packages: "fonts-wqy-microhei fontconfig",
        is_met: || shell::output("fc-list :lang=zh").is_some_and(|fonts| !fonts.is_empty()),
    },
    Need {
        what: "Node.js 18 or newer, and npm",
        packages: "nodejs npm",
        is_met: has_node,
    },
];

/// Where the browser tests and their one npm package live.
pub(crate) const BROWSER: &str = "crates/e2e/browser";

/// Makes a browser and its driver available. Says what stays missing.
pub(crate) fn browser(steps: &mut Steps) -> Result<(), String> {
    let missing = |need: &&Need| !(need.is_met)();
    let wanted: Vec<&Need> = NEEDS.iter().filter(missing).collect();
    if !wanted.is_empty() {
        let packages = wanted
            .iter()
            .map(|need| need.packages)
            .collect::<Vec<_>>()
            .join(" ");
        println!(
            "\nthe browser tests need Debian packages that are missing: installing {packages}"
        );
        install_packages(steps, &packages);
    }
    let absent: Vec<&str> = wanted
        .into_iter()
        .filter(missing)
        .map(|need| need.what)
        .collect();
    if !absent.is_empty() {
        return Err(format!("could not be installed: {}", absent.join(", ")));
    }
    println!("\nthe browser tests need playwright-core, as {BROWSER}/package-lock.json names it");
    let mut install = shell::command("npm ci --no-audit --no-fund --ignore-scripts");
    install.current_dir(shell::root().join(BROWSER));
    if steps.run("npm packages", install) {
        Ok(())
    } else {
        Err("npm could not install playwright-core".to_owned())
    }
}

fn install_packages(steps: &mut Steps, packages: &str) {
    let Some(before) = as_root() else {
        println!("not root, and `sudo -n` asks for a password: nothing installed");
        return;
    };
    let apt = |arguments: &str| -> Command {
        shell::command(&format!(
            "{before}env DEBIAN_FRONTEND=noninteractive apt-get -q {arguments}"
        ))
    };
    // A list of packages that cannot be renewed may still hold what is wanted.
    steps.run("list of Debian packages", apt("update"));
    steps.run(
        "Debian packages",
        apt(&format!("install -y --no-install-recommends {packages}")),
    );
}

fn as_root() -> Option<&'static str> {
    if shell::output("id -u").as_deref() == Some("0") {
        Some("")
    } else if shell::succeeds("sudo -n true") {
        Some("sudo -n ")
    } else {
        None
    }
}

fn has_node() -> bool {
    let major = shell::output("node --version").and_then(|version| {
        version
            .trim_start_matches('v')
            .split('.')
            .next()?
            .parse::<u32>()
            .ok()
    });
    major.is_some_and(|major| major >= 18) && shell::succeeds("npm --version")
}
