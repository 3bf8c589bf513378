//! TLS on our own listener, from real certificate files to real handshakes.

mod files;
mod handshakes;
mod reload;
mod sites;

use std::net::SocketAddr;

use menshen_gateway::Server;
use menshen_gateway::certificate::Certificates;
use rustls::pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::authority::{Authority, Issued};
use crate::harness::{CONFIG, House};

const HOST: &str = "login.example.com";

/// A folder with the two files of `[tls]`.
struct Files(TempDir);

impl Files {
    fn new(issued: &Issued) -> Self {
        let this = Self(TempDir::new().unwrap());
        this.put(issued);
        this
    }

    /// Puts a pair in the place of the one before.
    fn put(&self, issued: &Issued) {
        self.write("chain.pem", &issued.cert);
        self.write("key.pem", &issued.key);
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        crate::harness::set_mode(&path, 0o600);
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.0.path().join(name)).unwrap();
    }

    /// The valid configuration with these files, without a proxy in front, and with these sites.
    fn config(&self, sites: &str) -> String {
        let folder = self.0.path().display();
        let config = CONFIG.replace("trusted_proxies = [\"10.0.0.0/8\"]", "");
        format!(
            "{config}\n[tls]\ncert_file = \"{folder}/chain.pem\"\nkey_file = \"{folder}/key.pem\"\n{sites}"
        )
    }
}

/// A gateway on a socket that speaks TLS.
struct Served {
    authority: Authority,
    files: Files,
    house: House,
    address: SocketAddr,
    certificates: Certificates,
    _stop: DropGuard,
}

impl Served {
    async fn start() -> Self {
        Self::with(&[HOST], "").await
    }

    /// With a certificate for these names, and these sites.
    async fn with(names: &[&str], sites: &str) -> Self {
        let authority = Authority::new("Test authority");
        let files = Files::new(&authority.issue(names));
        let house = House::configured(&files.config(sites), |_| {}).await;
        let bound = Server::bind(&house.parts.config).await.unwrap();
        let (address, certificates) = (bound.public_address(), bound.certificates().unwrap());
        let stop = CancellationToken::new();
        let (parts, until) = (house.parts.clone(), stop.clone());
        drop(TaskTracker::new().spawn(async move {
            bound
                .serve(parts, async move { until.cancelled().await })
                .await
        }));
        Self {
            authority,
            files,
            house,
            address,
            certificates,
            _stop: stop.drop_guard(),
        }
    }

    async fn connect(&self, host: &'static str, alpn: &[&str]) -> TlsStream<TcpStream> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let name = ServerName::try_from(host).unwrap();
        let client = self.authority.client(alpn);
        client.connect(name, stream).await.unwrap()
    }

    /// The certificate that a fresh handshake shows.
    async fn shown(&self) -> CertificateDer<'static> {
        let stream = self.connect(HOST, &["http/1.1"]).await;
        stream.get_ref().1.peer_certificates().unwrap()[0].clone()
    }
}

fn der(issued: &Issued) -> CertificateDer<'static> {
    use rustls::pki_types::pem::PemObject as _;
    CertificateDer::from_pem_slice(issued.cert.as_bytes()).unwrap()
}

/// Sends a request that has no body, and reads one answer to its end.
async fn ask(stream: &mut TlsStream<TcpStream>, head: &str) -> String {
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    let mut bytes = [0; 4096];
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
            let length = lines.filter(|(name, _)| *name == "content-length");
            let length = length.map(|(_, length)| length.parse::<usize>().unwrap());
            if body.len() >= length.sum() {
                return text;
            }
        }
        let length = stream.read(&mut bytes).await.unwrap();
        assert_ne!(length, 0, "it ended after {text:?}");
        text.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
    }
}
