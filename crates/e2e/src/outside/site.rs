//! A real web server as the site behind the gate: it says which of its own folders it served, so that a test
//! learns how it read the path.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use tempfile::TempDir;

use super::Kind;
use super::program::{self, Program};

/// A web server that is running, with a public folder, a folder of the finance department and the rest. A folder
/// is what a rule takes it for: its own name without the last slash included.
#[derive(Debug)]
pub struct Site {
    /// Where it listens.
    pub address: SocketAddr,
    _program: Program,
    _folder: TempDir,
}

impl Site {
    /// Starts nginx or Caddy; nothing when the program is missing, which was said then.
    pub async fn start(kind: Kind) -> Option<Self> {
        let Some(found) = program::find(kind.program()) else {
            program::miss(kind.program());
            return None;
        };
        let address = program::free_address();
        let folder = TempDir::new().unwrap();
        let mut command = Command::new(found);
        let ready = match kind {
            Kind::Nginx => {
                let file = folder.path().join("nginx.conf");
                fs::write(&file, nginx(&folder, address)).unwrap();
                command.arg("-p").arg(folder.path()).arg("-c").arg(file);
                "start worker process "
            }
            Kind::Caddy => {
                let file = folder.path().join("Caddyfile");
                fs::write(&file, caddy(address)).unwrap();
                command
                    .args(["run", "--adapter", "caddyfile", "--config"])
                    .arg(file)
                    .env("HOME", folder.path())
                    .env("XDG_DATA_HOME", folder.path())
                    .env("XDG_CONFIG_HOME", folder.path());
                "serving initial configuration"
            }
            other => panic!("{other:?} serves no site"),
        };
        let program = Program::start(command, ready).await;
        program::listens(address).await;
        Some(Self {
            address,
            _program: program,
            _folder: folder,
        })
    }
}

fn nginx(folder: &TempDir, address: SocketAddr) -> String {
    let folder = folder.path().display();
    format!(
        "daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log stderr notice;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\naccess_log off;\nkeepalive_requests 100000;\n\
         client_body_temp_path {folder}/body;\nproxy_temp_path {folder}/proxy;\n\
         fastcgi_temp_path {folder}/fastcgi;\nuwsgi_temp_path {folder}/uwsgi;\nscgi_temp_path {folder}/scgi;\n\
         server {{\nlisten {address};\n\
         location = /public {{ return 200 served-public; }}\n\
         location /public/ {{ return 200 served-public; }}\n\
         location = /finance {{ return 200 served-finance; }}\n\
         location /finance/ {{ return 200 served-finance; }}\n\
         location / {{ return 200 served-rest; }}\n}}\n}}\n"
    )
}

fn caddy(address: SocketAddr) -> String {
    let port = address.port();
    format!(
        "{{\n\tadmin off\n\tauto_https off\n}}\nhttp://:{port} {{\n\tbind 127.0.0.1\n\
         \t@public path /public /public/*\n\thandle @public {{\n\t\trespond served-public\n\t}}\n\
         \t@finance path /finance /finance/*\n\thandle @finance {{\n\t\trespond served-finance\n\t}}\n\
         \thandle {{\n\t\trespond served-rest\n\t}}\n}}\n"
    )
}
