//! `cargo xtask bench sandbox`: the sandbox alone, on two cores, as it ships.
//!
//! Calls of `auth/getuserinfo`, each with a code of its own that was fetched before the clock started; the
//! time from start to ready; resident memory with the default seed and with 100,000 members in 5,000
//! departments; one change of the directory there ([`changes`]). Driver and sandbox share the machine, so the figures are the machine's, not the sandbox's alone.

mod changes;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use super::http::Connection;
use super::program::Program;
use super::{Figures, Folder, ROUNDS, resident};

const CORP: &str = "ww5f1e2d3c4b5a6978";
const SECRET: &str = "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA";
const CALLERS: usize = 8;
const CODES: usize = 2_000;
const MEMBERS: u32 = 100_000;
const DEPARTMENTS: u32 = 5_000;
/// A phone inside the client that has chosen who it is.
const PHONE: &str = "User-Agent: wxwork/4.1.30 MicroMessenger/7.0.1\r\n\
                     Cookie: wecom_sandbox_person=member%3Azhangsan\r\n";

pub(super) fn measure(program: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let folder = Folder::new("menshen-bench-sandbox")?;
    small(program, &folder, figures)?;
    big(program, &folder, figures)?;
    changes::measure(program, &folder, &big_seed(), figures)
}

fn small(program: &Path, folder: &Folder, figures: &mut Figures) -> anyhow::Result<()> {
    let arguments = ["sandbox", "--listen", "127.0.0.1:0"];
    starts(program, &arguments, folder, ("default seed", figures))?;
    let sandbox = Program::start(program, &arguments, folder.path())?;
    figures.add("resident, default seed", resident(sandbox.resident()?));
    let mut rates = rates(sandbox.address)?;
    let name = format!("auth/getuserinfo, {CALLERS} connections, default seed");
    figures.add_median(&name, "calls a second", &mut rates);
    figures.add("resident, after them", resident(sandbox.resident()?));
    Ok(())
}

fn big(program: &Path, folder: &Folder, figures: &mut Figures) -> anyhow::Result<()> {
    let seed = folder.path().join("big.toml");
    std::fs::write(&seed, big_seed())?;
    let seed = seed.to_str().context("a path that is no text")?;
    let arguments = ["sandbox", "--listen", "127.0.0.1:0", "--seed", seed];
    let what = format!("{MEMBERS} members");
    starts(program, &arguments, folder, (&what, figures))?;
    let sandbox = Program::start(program, &arguments, folder.path())?;
    figures.add(
        format!("resident, {MEMBERS} members in {DEPARTMENTS} departments"),
        resident(sandbox.resident()?),
    );
    let mut rates = rates(sandbox.address)?;
    let name = format!("auth/getuserinfo, {CALLERS} connections, {MEMBERS} members");
    figures.add_median(&name, "calls a second", &mut rates);
    let mut connection = Connection::to(sandbox.address);
    let token = token(&mut connection)?;
    for call in ["user/simplelist?department_id=4000&", "department/list?"] {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let path = format!("/cgi-bin/{call}access_token={token}");
            let answer = connection.get(&path, "")?;
            times.push(begun.elapsed().as_secs_f64() * 1_000_000.0);
            let is_good = contains(&answer.body, "\"errcode\":0");
            ensure!(is_good, "{call} was refused");
        }
        figures.add_median(&format!("{call} with {MEMBERS} members"), "µs", &mut times);
    }
    Ok(())
}

fn starts(
    program: &Path,
    arguments: &[&str],
    folder: &Folder,
    (what, figures): (&str, &mut Figures),
) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let sandbox = Program::start(program, arguments, folder.path())?;
        times.push(sandbox.ready_after.as_secs_f64() * 1000.0);
    }
    figures.add_median(&format!("start to ready, {what}"), "ms", &mut times);
    Ok(())
}

/// Calls a second, round by round.
fn rates(address: SocketAddr) -> anyhow::Result<Vec<f64>> {
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let took = round(address)?;
        let calls = u32::try_from(CALLERS * CODES)?;
        rates.push(f64::from(calls) / took.as_secs_f64());
    }
    Ok(rates)
}

/// Every caller fetches its codes; then all begin to exchange them at once.
fn round(address: SocketAddr) -> anyhow::Result<Duration> {
    let barrier = Barrier::new(CALLERS);
    let spans = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| scope.spawn(|| caller(address, &barrier)))
            .collect();
        let spans = callers.into_iter().map(|caller| match caller.join() {
            Ok(span) => span,
            Err(_) => anyhow::bail!("a caller broke down"),
        });
        spans.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let begun = spans.iter().map(|span| span.0).min();
    let ended = spans.iter().map(|span| span.1).max();
    let (begun, ended) = begun.zip(ended).context("nobody called")?;
    Ok(ended.duration_since(begun))
}

fn caller(address: SocketAddr, barrier: &Barrier) -> anyhow::Result<(Instant, Instant)> {
    let mut connection = Connection::to(address);
    let prepared = prepare(&mut connection);
    // Everybody passes, also one whose preparation failed, or the others would wait for ever.
    barrier.wait();
    let paths = prepared?;
    let begun = Instant::now();
    for path in &paths {
        let answer = connection.get(path, "")?;
        ensure!(contains(&answer.body, "zhangsan"), "a code was refused");
    }
    Ok((begun, Instant::now()))
}

fn prepare(connection: &mut Connection) -> anyhow::Result<Vec<String>> {
    let token = token(connection)?;
    let link = format!(
        "/connect/oauth2/authorize?appid={CORP}&agentid=1000002&response_type=code\
         &scope=snsapi_base&state=s&redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2F"
    );
    let mut paths = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let answer = connection.get(&link, PHONE)?;
        let location = answer.location.context("no code")?;
        let (_, rest) = location.split_once("code=").context("no code")?;
        let code = rest.split('&').next().unwrap_or_default();
        paths.push(format!(
            "/cgi-bin/auth/getuserinfo?access_token={token}&code={code}"
        ));
    }
    Ok(paths)
}

fn token(connection: &mut Connection) -> anyhow::Result<String> {
    let path = format!("/cgi-bin/gettoken?corpid={CORP}&corpsecret={SECRET}");
    let body = String::from_utf8(connection.get(&path, "")?.body)?;
    let (_, rest) = body
        .split_once("\"access_token\":\"")
        .context("no access token")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

fn contains(body: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(body).contains(text)
}

/// One corp of the default seed's name, with a flat tree and everybody in it. No limits: they are not measured.
fn big_seed() -> String {
    let mut seed = format!(
        "[switches]\nfrequency = \"unlimited\"\n[[corp]]\nid = \"{CORP}\"\nname = \"大公司\"\n\
         [[corp.agent]]\nid = 1000002\nname = \"门户\"\nsecret = \"{SECRET}\"\n\
         created_at = \"2024-03-01T09:00:00+08:00\"\noauth_domain = \"127.0.0.1:8080\"\n\
         trusted_ips = [\"127.0.0.1\"]\nvisible = {{ departments = [1] }}\n\
         [[corp.department]]\nid = 1\nname = \"总部\"\n"
    );
    // Writing to a text cannot fail.
    for id in 2..=DEPARTMENTS {
        let parent = (id / 10).max(1);
        let _ = write!(
            seed,
            "[[corp.department]]\nid = {id}\nname = \"部门{id}\"\nparent = {parent}\n"
        );
    }
    for number in 0..MEMBERS {
        let name = if number == 0 {
            "zhangsan".to_owned()
        } else {
            format!("member{number}")
        };
        let department = number % DEPARTMENTS + 1;
        let _ = write!(
            seed,
            "[[corp.member]]\nuser_id = \"{name}\"\nname = \"成员{number}\"\n\
             departments = [{department}]\nmobile = \"138{number:08}\"\n\
             email = \"{name}@example.com\"\n"
        );
    }
    seed
}
