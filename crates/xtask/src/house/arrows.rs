//! Which crate of ours may know which. In: the manifests. Out: one finding for each arrow that must not be,
//! dev-dependencies included: a build of the whole workspace would hide it.

use super::File;
use super::manifest::dependencies;

/// Each crate and those it may depend on. The harness of tests may know everybody.
const ALLOWED: [(&str, &[&str]); 6] = [
    ("wecom-sdk", &[]),
    ("menshen-store", &["wecom-sdk"]),
    ("menshen-gateway", &["wecom-sdk", "menshen-store"]),
    ("wecom-sandbox", &["wecom-sdk"]),
    ("menshen", &["menshen-gateway", "wecom-sandbox"]),
    ("xtask", &[]),
];

/// The crates that take the sdk as it comes, without the HTTP client.
const WITHOUT_CLIENT: [&str; 2] = ["menshen-store", "wecom-sandbox"];

pub(super) fn judge(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, allowed) in ALLOWED {
        let path = format!("crates/{name}/Cargo.toml");
        let Some(manifest) = files.iter().find(|file| file.path.as_os_str() == &*path) else {
            findings.push(format!("{path}: not there"));
            continue;
        };
        let ours = dependencies(&manifest.text)
            .into_iter()
            .filter(|dependency| is_ours(dependency) && *dependency != name);
        for dependency in ours.filter(|dependency| !allowed.contains(dependency)) {
            findings.push(format!("{path}: {name} must not know {dependency}"));
        }
        let takes_client = |line: &str| line.starts_with("wecom-sdk") && line.contains("client");
        if WITHOUT_CLIENT.contains(&name) && manifest.text.lines().any(takes_client) {
            findings.push(format!("{path}: {name} must not know the sdk's client"));
        }
    }
    findings
}

fn is_ours(dependency: &str) -> bool {
    dependency == "e2e" || ALLOWED.iter().any(|(name, _)| *name == dependency)
}
