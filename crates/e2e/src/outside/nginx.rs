//! Debian's nginx with the files of `deploy/nginx`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::shipped::Shipped;
use super::{LOGIN, Places};

/// What surrounds the shipped files: the part of `nginx.conf` that every Debian system has, without root.
fn surroundings(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "daemon off;\nworker_processes 2;\npid {folder}/nginx.pid;\nerror_log stderr notice;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\naccess_log off;\n\
         client_body_temp_path {folder}/body;\nproxy_temp_path {folder}/proxy;\n\
         fastcgi_temp_path {folder}/fastcgi;\nuwsgi_temp_path {folder}/uwsgi;\nscgi_temp_path {folder}/scgi;\n\
         include wiki.conf;\n}}\n"
    )
}

pub(super) fn prepare(program: &Path, folder: &Path, places: &Places) -> (Command, &'static str) {
    let Places {
        listen, listen_h2, ..
    } = places;
    Shipped::read("nginx/wiki.conf")
        .replace(
            "listen 443 ssl http2 default_server",
            &format!(
                "listen {listen} default_server;\n    listen {listen_h2} http2 default_server"
            ),
        )
        .replace(
            "listen 443 ssl http2",
            &format!("listen {listen};\n    listen {listen_h2} http2"),
        )
        .replace("    ssl_certificate     /etc/ssl/example.com.pem;\n", "")
        .replace("    ssl_certificate_key /etc/ssl/example.com.key;\n", "")
        .replace("127.0.0.1:8080", &places.gateway.to_string())
        .replace("10.0.0.5:3000", &places.upstream.to_string())
        .replace("wiki.example.com", places.site)
        .replace(LOGIN, places.login)
        .write(folder);
    for part in ["server", "own", "question", "answer", "site"] {
        Shipped::read(&format!("nginx/menshen-{part}.conf")).write(&folder.join("menshen"));
    }
    let main = folder.join("nginx.conf");
    fs::write(&main, surroundings(folder)).unwrap();
    let mut command = Command::new(program);
    command.arg("-p").arg(folder).arg("-c").arg(main);
    (command, "start worker process ")
}
