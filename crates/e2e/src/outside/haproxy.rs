//! Debian's HAProxy with the files of `deploy/haproxy`.

use std::path::Path;
use std::process::Command;

use super::shipped::Shipped;
use super::{LOGIN, Places};

pub(super) fn prepare(program: &Path, folder: &Path, places: &Places) -> (Command, &'static str) {
    let own = format!("{}/", folder.display());
    let bind = format!(
        "bind {}\n    bind {} proto h2\n",
        places.listen, places.listen_h2
    );
    let file = Shipped::read("haproxy/haproxy.cfg")
        .replace(
            "bind :443 ssl crt /etc/haproxy/example.com.pem alpn h2,http/1.1\n",
            &bind,
        )
        .replace("/etc/haproxy/", &own)
        .replace("127.0.0.1:8080", &places.gateway.to_string())
        .replace("10.0.0.5:3000", &places.upstream.to_string())
        .replace("wiki.example.com", places.site)
        .replace(LOGIN, places.login)
        .write(folder);
    Shipped::read("haproxy/menshen.lua")
        .replace("127.0.0.1:8080", &places.gateway.to_string())
        .write(folder);
    let mut command = Command::new(program);
    command.args(["-W", "-db", "-f"]).arg(file);
    (command, "Loading success")
}
