//! Debian's Caddy with the file of `deploy/caddy`.

use std::path::Path;
use std::process::Command;

use super::shipped::Shipped;
use super::{LOGIN, Places};

pub(super) fn prepare(program: &Path, folder: &Path, places: &Places) -> (Command, &'static str) {
    // `http://` in front of the name: no certificate is fetched for it.
    let port = places.listen.port();
    let block = |name: &str| format!("http://{name}:{port} {{\n\tbind 127.0.0.1\n");
    let file = Shipped::read("caddy/Caddyfile")
        .replace(":443 {\n", &block(""))
        .replace("wiki.example.com {\n", &block(places.site))
        .replace(&format!("{LOGIN} {{\n"), &block(places.login))
        .replace("127.0.0.1:8080", &places.gateway.to_string())
        .replace("10.0.0.5:3000", &places.upstream.to_string());
    // The two global options keep Caddy away from other instances of itself.
    let file = file
        .with_head("{\n\tadmin off\n\tauto_https off\n}\n")
        .write(folder);
    let mut command = Command::new(program);
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(file);
    command
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder);
    (command, "serving initial configuration")
}
