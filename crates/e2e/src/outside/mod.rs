//! Foreign proxies in front of a site, each started from the file that is shipped for it: the gate as it is
//! used, with nothing played but the site behind it.
//!
//! A [`Proxy`] asks the gateway through a [`Tap`], which remembers what was asked and can be cut, and passes
//! on to an [`Upstream`], which remembers what arrived. A [`Client`] writes bytes of the test's choice.

mod caddy;
mod client;
mod envoy;
mod haproxy;
pub mod http;
mod nginx;
mod program;
mod shipped;
mod site;
mod tap;
mod task;
mod traefik;
mod upstream;

use std::net::SocketAddr;

use tempfile::TempDir;

pub use client::Client;
pub use http::Message;
use program::Program;
pub use site::Site;
pub use tap::{Call, Mode, Tap};
pub use upstream::{CANARY, Upstream};

/// The proxies for which there is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `auth_request`.
    Nginx,
    /// `forward_auth`.
    Caddy,
    /// A script in Lua.
    Haproxy,
    /// `ForwardAuth`.
    Traefik,
    /// `ext_authz` over HTTP.
    Envoy,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Nginx,
        Self::Caddy,
        Self::Haproxy,
        Self::Traefik,
        Self::Envoy,
    ];

    fn program(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Haproxy => "haproxy",
            Self::Traefik => "traefik",
            Self::Envoy => "envoy",
        }
    }
}

/// The gateway's own host, as the shipped files call it.
const LOGIN: &str = "login.example.com";

/// The addresses that are put into the shipped file.
#[derive(Clone, Debug)]
pub struct Places {
    /// Where the proxy asks.
    pub gateway: SocketAddr,
    /// Where the site is.
    pub upstream: SocketAddr,
    /// What the site is called.
    pub site: &'static str,
    /// What the gateway's own host is called.
    pub login: &'static str,
    listen: SocketAddr,
    listen_h2: SocketAddr,
}

impl Places {
    /// With free addresses for the proxy itself.
    pub fn of(gateway: SocketAddr, upstream: SocketAddr, site: &'static str) -> Self {
        Self {
            gateway,
            upstream,
            site,
            login: LOGIN,
            listen: program::free_address(),
            listen_h2: program::free_address(),
        }
    }
}

/// A proxy that is running.
#[derive(Debug)]
pub struct Proxy {
    /// Which one.
    pub kind: Kind,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it listens for HTTP/2 without TLS. Caddy does not.
    pub address_h2: SocketAddr,
    _program: Program,
    _folder: TempDir,
}

impl Proxy {
    /// Starts it; nothing when the program is missing, which was said then.
    pub async fn start(kind: Kind, places: Places) -> Option<Self> {
        let Some(program) = program::find(kind.program()) else {
            program::miss(kind.program());
            return None;
        };
        let folder = TempDir::new().unwrap();
        let prepare = match kind {
            Kind::Nginx => nginx::prepare,
            Kind::Caddy => caddy::prepare,
            Kind::Haproxy => haproxy::prepare,
            Kind::Traefik => traefik::prepare,
            Kind::Envoy => envoy::prepare,
        };
        let (command, ready) = prepare(&program, folder.path(), &places);
        let program = Program::start(command, ready).await;
        program::listens(places.listen).await;
        if kind == Kind::Traefik {
            traefik::settle(&places).await;
        }
        Some(Self {
            kind,
            address: places.listen,
            address_h2: match kind {
                Kind::Nginx | Kind::Haproxy => places.listen_h2,
                Kind::Caddy | Kind::Traefik | Kind::Envoy => places.listen,
            },
            _program: program,
            _folder: folder,
        })
    }
}
