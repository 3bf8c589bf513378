//! What the gateway holds: idle, with many sessions in memory, with many WebSockets open.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::Programs;
use super::load::{Competitor, Load, round};
use super::question::{Browsers, of_a_proxy};
use super::table::{Rounds, Table};
use crate::bench::program::Program;
use crate::bench::{mebibytes, resident};

/// As many sessions as the gateway keeps in memory.
const CACHED: u32 = 100_000;
const SOCKETS: usize = 10_000;
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn measure(programs: &Programs, table: &mut Table) -> anyhow::Result<()> {
    sessions(programs, table)?;
    sockets(programs, table)
}

fn sessions(programs: &Programs, table: &mut Table) -> anyhow::Result<()> {
    let scene = programs.scene(None, CACHED, 0)?;
    let gateway = scene.start_gateway()?;
    let idle = gateway.resident()?;
    table.add("resident, idle", resident(idle), "at most 25 MiB");
    // Each browser once, in turn, until every session has been looked up.
    let script = of_a_proxy(
        scene.folder(),
        scene.gateway_address,
        Browsers::InTurn(CACHED),
    )?;
    let competitor = Competitor {
        address: scene.gateway_address,
        processes: &[gateway.id()],
        script: &script,
    };
    let load = Load {
        connections: 64,
        seconds: 5,
    };
    let mut asked = 0.0;
    while asked < f64::from(CACHED) {
        asked += round(&competitor, load, &mut Rounds::default())?.requests;
    }
    let full = gateway.resident()?;
    let each = kibibytes(full.saturating_sub(idle)) / f64::from(CACHED);
    table.add(
        format!("resident, {CACHED} sessions in memory"),
        format!("{} ({each:.2} KiB each)", resident(full)),
        "at most 1 KiB each",
    );
    Ok(())
}

fn sockets(programs: &Programs, table: &mut Table) -> anyhow::Result<()> {
    // The floor of the check is also the site behind: it agrees to every handshake.
    let plain = programs.scene(None, 1, 0)?;
    let silent = Program::start_wide(&programs.bare, &[], plain.folder())?;
    let upstream = format!("http://{}", silent.address);
    let scene = programs.scene(Some(&upstream), 1, 0)?;
    let gateway = scene.start_wide_gateway()?;
    let idle = gateway.resident()?;
    let mut open = Vec::with_capacity(SOCKETS);
    while open.len() < SOCKETS {
        match handshake(scene.gateway_address) {
            Ok(stream) => open.push(stream),
            Err(error) if open.is_empty() => return Err(error),
            // The gateway, or the system, has a limit: what was reached is the figure.
            Err(_) => break,
        }
    }
    let full = gateway.resident()?;
    let count = u32::try_from(open.len())?;
    let each = kibibytes(full.saturating_sub(idle)) / f64::from(count);
    table.add(
        format!("resident, {count} WebSockets open"),
        format!(
            "{} ({each:.1} KiB each, {idle:.1} MiB before)",
            resident(full),
            idle = mebibytes(idle * 1024)
        ),
        "",
    );
    Ok(())
}

/// Opens one WebSocket through the gateway.
fn handshake(gateway: SocketAddr) -> anyhow::Result<BufReader<TcpStream>> {
    let mut stream = BufReader::new(TcpStream::connect(gateway)?);
    stream.get_ref().set_read_timeout(Some(PATIENCE))?;
    let cookie = super::cookie(1);
    write!(
        stream.get_mut(),
        "GET /socket HTTP/1.1\r\nHost: {gateway}\r\nCookie: {cookie}\r\nOrigin: http://{gateway}\r\n\
         Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )?;
    let mut line = String::new();
    stream.read_line(&mut line)?;
    ensure!(
        line.contains(" 101 "),
        "a WebSocket is answered with {line:?}"
    );
    while line.trim_end() != "" {
        line.clear();
        stream.read_line(&mut line).context("a handshake was cut")?;
    }
    Ok(stream)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure with two digits behind the point"
)]
fn kibibytes(count: u64) -> f64 {
    count as f64
}
