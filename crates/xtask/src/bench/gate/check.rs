//! The check with a valid session: against a bare server with the same answer, and with a full store against an
//! empty one.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::ensure;

use super::load::{Competitor, Load, in_turn};
use super::question::{Browsers, of_a_proxy};
use super::table::Table;
use super::{Programs, STORED};
use crate::bench::program::Program;
use crate::bench::scene::Scene;

const LOAD: Load = Load {
    connections: 64,
    seconds: 3,
};
const ROUNDS: usize = 5;
/// As many browsers are at work, whatever the store holds.
const ACTIVE: u32 = 1000;

pub(super) fn measure(programs: &Programs, table: &mut Table) -> anyhow::Result<()> {
    let few = programs.scene(None, ACTIVE, 0)?;
    let gateway = few.start_gateway()?;
    against_floor(programs, &few, &gateway, table)?;
    stored(programs, &few, &gateway, table)
}

fn against_floor(
    programs: &Programs,
    scene: &Scene,
    gateway: &Program,
    table: &mut Table,
) -> anyhow::Result<()> {
    let script = of_a_proxy(scene.folder(), scene.gateway_address, Browsers::One)?;
    let bare = start_bare(programs, scene)?;
    let [ours, floor] = in_turn(
        &[
            Competitor {
                address: scene.gateway_address,
                processes: &[gateway.id()],
                script: &script,
            },
            Competitor {
                address: bare.address,
                processes: &[bare.id()],
                script: &script,
            },
        ],
        LOAD,
        ROUNDS,
    )?;
    table.compare(
        "`/_menshen/check` with a valid session, against a bare hyper server with the same answer",
        &ours,
        &floor,
        "at least 0.85",
    );
    let ratio = ours.p99() / floor.p99();
    table.add(
        "its p99, 64 connections",
        format!(
            "**{ratio:.2}** ({:.2} ms against {:.2} ms)",
            ours.p99(),
            floor.p99()
        ),
        "at most 2",
    );
    Ok(())
}

/// The floor, with the headers that the gateway answers with.
fn start_bare(programs: &Programs, scene: &Scene) -> anyhow::Result<Program> {
    let answer = ask(scene)?;
    let (status, headers) = answer.split_once("\r\n").unwrap_or_default();
    ensure!(status.contains(" 200 "), "the check answers {answer}");
    // hyper writes these by itself.
    let is_own = |line: &&str| {
        let line = line.to_ascii_lowercase();
        ["date:", "content-length:", "connection:"]
            .iter()
            .any(|name| line.starts_with(name))
    };
    let headers: Vec<&str> = headers
        .split("\r\n")
        .take_while(|line| !line.is_empty())
        .filter(|line| !is_own(line))
        .collect();
    Program::start_wide(&programs.bare, &headers, scene.folder())
}

/// One question, for the sake of its answer's head.
fn ask(scene: &Scene) -> anyhow::Result<String> {
    let site = scene.gateway_address;
    let mut stream = TcpStream::connect(site)?;
    let cookie = super::cookie(1);
    write!(
        stream,
        "GET /_menshen/check HTTP/1.1\r\nHost: {site}\r\nConnection: close\r\nCookie: {cookie}\r\n\
         X-Forwarded-Method: GET\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: {site}\r\n\
         X-Forwarded-Uri: /page?x=1\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn stored(
    programs: &Programs,
    few: &Scene,
    gateway: &Program,
    table: &mut Table,
) -> anyhow::Result<()> {
    let count = if programs.is_debug { 20_000 } else { STORED };
    let full = programs.scene(None, count, 0)?;
    let other = full.start_gateway()?;
    let few_script = of_a_proxy(few.folder(), few.gateway_address, Browsers::InTurn(ACTIVE))?;
    let full_script = of_a_proxy(
        full.folder(),
        full.gateway_address,
        Browsers::InTurn(ACTIVE),
    )?;
    let any_script = of_a_proxy(full.folder(), full.gateway_address, Browsers::AnyOf(count))?;
    let [of_few, of_full, of_any] = in_turn(
        &[
            Competitor {
                address: few.gateway_address,
                processes: &[gateway.id()],
                script: &few_script,
            },
            Competitor {
                address: full.gateway_address,
                processes: &[other.id()],
                script: &full_script,
            },
            Competitor {
                address: full.gateway_address,
                processes: &[other.id()],
                script: &any_script,
            },
        ],
        LOAD,
        ROUNDS,
    )?;
    table.compare(
        &format!("the check for {ACTIVE} browsers, {count} sessions stored against {ACTIVE}"),
        &of_full,
        &of_few,
        "at least 0.9",
    );
    table.compare(
        &format!(
            "the same when each request is of any of the {count}, so that nothing is in memory"
        ),
        &of_any,
        &of_few,
        "",
    );
    Ok(())
}
