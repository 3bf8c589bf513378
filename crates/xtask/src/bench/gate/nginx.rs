//! nginx as the site behind, and as the competitor in front: the configuration is the least that does the work,
//! with connections kept on both sides, so that the comparison is with nginx at its best.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::bench::scene::free_address;

const PATIENCE: Duration = Duration::from_secs(10);

/// A running nginx.
pub(super) struct Nginx {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Nginx {
    /// Serves the files `1k` and `1m` of the folder.
    pub(super) fn of_files(folder: &Path) -> anyhow::Result<Self> {
        fs::write(folder.join("1k"), vec![b'x'; 1024])?;
        fs::write(folder.join("1m"), vec![b'x'; 1024 * 1024])?;
        let root = folder.display();
        Self::start(folder, "files", |address| {
            format!(
                "server {{ listen {address}; root {root}; sendfile on; open_file_cache max=10; \
                 keepalive_requests 1000000; }}"
            )
        })
    }

    /// Passes everything on.
    pub(super) fn before(folder: &Path, upstream: SocketAddr) -> anyhow::Result<Self> {
        Self::start(folder, "passing", |address| {
            format!(
                "{}server {{ {} }}",
                upstreams(upstream, None),
                passing(address, "")
            )
        })
    }

    /// Asks the gateway before it passes a request on, and copies the identity headers.
    pub(super) fn asking(
        folder: &Path,
        upstream: SocketAddr,
        gateway: SocketAddr,
    ) -> anyhow::Result<Self> {
        Self::start(folder, "asking", |address| {
            let names = [
                "subject",
                "user",
                "name",
                "email",
                "groups",
                "corp",
                "assertion",
            ];
            let copied = names.map(|name| {
                format!(
                    "auth_request_set $m_{name} $upstream_http_x_menshen_{name}; \
                     proxy_set_header X-Menshen-{name} $m_{name}; "
                )
            });
            let set = format!("auth_request /ask; {}", copied.concat());
            format!(
                "{}server {{ {} location = /ask {{ internal; proxy_pass http://gateway/_menshen/check; \
                 proxy_pass_request_body off; proxy_set_header Content-Length \"\"; \
                 proxy_http_version 1.1; proxy_set_header Connection \"\"; \
                 proxy_set_header X-Forwarded-Method $request_method; \
                 proxy_set_header X-Forwarded-Host {gateway}; \
                 proxy_set_header X-Forwarded-Uri $request_uri; }} }}",
                upstreams(upstream, Some(gateway)),
                passing(address, &set),
            )
        })
    }

    /// The process whose children do the work.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    fn start(
        folder: &Path,
        name: &str,
        server: impl Fn(SocketAddr) -> String,
    ) -> anyhow::Result<Self> {
        let address = free_address()?;
        let file = folder.join(format!("nginx-{name}.conf"));
        let server = server(address);
        let place = folder.display();
        fs::write(
            &file,
            format!(
                "daemon off; worker_processes 2; worker_rlimit_nofile 20000; pid {place}/{name}.pid; \
                 error_log stderr; events {{ worker_connections 4096; }} http {{ access_log off; \
                 client_body_temp_path {place}/body; proxy_temp_path {place}/temp; \
                 fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s; \
                 {server} }}"
            ),
        )?;
        let mut nginx = Command::new("/usr/sbin/nginx");
        nginx.arg("-p").arg(folder).arg("-c").arg(&file);
        let child = nginx.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let nginx = Self { child, address };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            ensure!(start.elapsed() < PATIENCE, "nginx ({name}) does not listen");
            std::thread::yield_now();
        }
        Ok(nginx)
    }
}

fn upstreams(upstream: SocketAddr, gateway: Option<SocketAddr>) -> String {
    let one = |name: &str, address: SocketAddr| {
        format!(
            "upstream {name} {{ server {address}; keepalive 128; keepalive_requests 1000000; }} "
        )
    };
    one("site", upstream)
        + &gateway
            .map(|gateway| one("gateway", gateway))
            .unwrap_or_default()
}

fn passing(address: SocketAddr, more: &str) -> String {
    // Big enough that 1 MiB is not written to a file on its way.
    format!(
        "listen {address}; keepalive_requests 1000000; location / {{ {more}proxy_pass http://site; \
         proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $host; \
         proxy_set_header X-Forwarded-For $remote_addr; proxy_buffers 16 16k; \
         proxy_max_temp_file_size 0; }}"
    )
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Asked, not killed, so that it takes its workers with it.
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}
