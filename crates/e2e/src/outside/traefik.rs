//! Traefik with the files of `deploy/traefik`. Debian has no Traefik; `cargo xtask test` takes it from PyPI.

use std::path::Path;
use std::process::Command;

use super::client::Client;
use super::shipped::Shipped;
use super::{LOGIN, Places};

/// What Traefik says of every name while it has not yet read its routes.
const NO_ROUTES: &str = "404 page not found\n";

pub(super) fn prepare(program: &Path, folder: &Path, places: &Places) -> (Command, &'static str) {
    let own = format!("{}/", folder.display());
    let file = Shipped::read("traefik/traefik.yml")
        .replace("\":443\"", &format!("\"{}\"", places.listen))
        .replace("      tls: {}\n", "")
        .replace("/etc/traefik/", &own)
        .with_head("log:\n  level: DEBUG\n")
        .write(folder);
    Shipped::read("traefik/menshen.yml")
        .replace("127.0.0.1:8080", &places.gateway.to_string())
        .replace("10.0.0.5:3000", &places.upstream.to_string())
        .replace("wiki.example.com", places.site)
        .replace(LOGIN, places.login)
        .write(folder);
    let mut command = Command::new(program);
    command.arg(format!("--configFile={}", file.display()));
    (command, "Configuration received")
}

/// Waits until the routes are in place: Traefik says that it has read them, not that it goes by them.
pub(super) async fn settle(places: &Places) {
    let host = format!("Host: {}\r\n", places.site);
    let mut client = Client::to(places.listen);
    while client.ask("GET /_menshen/", &host).await.text() == NO_ROUTES {
        tokio::task::yield_now().await;
    }
}
