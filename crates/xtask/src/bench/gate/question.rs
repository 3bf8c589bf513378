//! What wrk sends: scripts in its own language, written into the scene's folder.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::cookie;

/// Which cookies a script presents.
#[derive(Clone, Copy, Debug)]
pub(super) enum Browsers {
    /// Always the same one.
    One,
    /// So many, in turn.
    InTurn(u32),
    /// Any of so many.
    AnyOf(u32),
}

/// The question of a proxy: may this person open this page of the site?
pub(super) fn of_a_proxy(
    folder: &Path,
    site: SocketAddr,
    browsers: Browsers,
) -> anyhow::Result<PathBuf> {
    let headers = [
        ("X-Forwarded-Method", "GET".to_owned()),
        ("X-Forwarded-Proto", "http".to_owned()),
        ("X-Forwarded-Host", site.to_string()),
        ("X-Forwarded-Uri", "/page?x=1".to_owned()),
        ("Host", site.to_string()),
    ];
    write(folder, "check", "/_menshen/check", &headers, browsers)
}

/// A page load of somebody signed in.
pub(super) fn of_a_browser(folder: &Path, site: SocketAddr, path: &str) -> anyhow::Result<PathBuf> {
    let headers = [
        ("Host", site.to_string()),
        ("Accept", "text/html".to_owned()),
    ];
    let name = path.trim_matches('/').replace('.', "-");
    write(folder, &name, path, &headers, Browsers::One)
}

fn write(
    folder: &Path,
    name: &str,
    path: &str,
    headers: &[(&str, String)],
    browsers: Browsers,
) -> anyhow::Result<PathBuf> {
    let fixed = headers
        .iter()
        .map(|(name, value)| format!("wrk.headers[\"{name}\"] = \"{value}\"\n"));
    let one = cookie(1);
    let moving = match browsers {
        Browsers::One => format!(
            "wrk.headers[\"Cookie\"] = \"{one}\"\nlocal whole\n\
             request = function()\n  whole = whole or wrk.format(\"GET\", \"{path}\")\n  return whole\nend\n"
        ),
        Browsers::InTurn(count) => many(path, &format!("number = number % {count} + 1")),
        Browsers::AnyOf(count) => many(path, &format!("number = math.random({count})")),
    };
    let text = fixed.collect::<String>() + &moving;
    let file = folder.join(format!("{name}-{browsers:?}.lua").replace(['(', ')'], "-"));
    fs::write(&file, text)?;
    Ok(file)
}

fn many(path: &str, next: &str) -> String {
    // The head is put together once; only the digits of the cookie change.
    format!(
        "local before, after\nlocal number = 0\nrequest = function()\n  if not before then\n    \
         wrk.headers[\"Cookie\"] = \"menshen_session=NUMBER\"\n    \
         before, after = wrk.format(\"GET\", \"{path}\"):match(\"^(.*)NUMBER(.*)$\")\n  end\n  {next}\n  \
         return before .. string.format(\"%043d\", number) .. after\nend\n"
    )
}
