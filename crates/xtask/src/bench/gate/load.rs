//! wrk as the load: one thread, many connections that are kept, a few seconds. What it counted comes back as
//! numbers; an answer that is not 2xx is a failure of the bench, because errors are answered fast.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

use super::table::Rounds;

/// Whom a round is about: what is called, and whose processor time counts.
pub(super) struct Competitor<'p> {
    pub(super) address: SocketAddr,
    /// The processes; their children count as well.
    pub(super) processes: &'p [u32],
    /// What wrk sends, as `question` writes it.
    pub(super) script: &'p Path,
}

/// How wrk is to call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) connections: u32,
    pub(super) seconds: u32,
}

/// What came of one round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) requests: f64,
}

/// Lets competitors run in turn, so many rounds each.
pub(super) fn in_turn<const N: usize>(
    competitors: &[Competitor<'_>; N],
    load: Load,
    rounds: usize,
) -> anyhow::Result<[Rounds; N]> {
    let mut all = [const {
        Rounds {
            rate: Vec::new(),
            cpu: Vec::new(),
            p99: Vec::new(),
        }
    }; N];
    for _ in 0..rounds {
        for (competitor, rounds) in competitors.iter().zip(&mut all) {
            round(competitor, load, rounds)?;
        }
    }
    Ok(all)
}

/// One round of one competitor.
pub(super) fn round(
    competitor: &Competitor<'_>,
    load: Load,
    into: &mut Rounds,
) -> anyhow::Result<Counted> {
    let before = spent(competitor.processes)?;
    let said = wrk(competitor, load)?;
    let ticks = spent(competitor.processes)? - before;
    let requests = number(&said, " requests in ", Side::Before)?;
    ensure!(requests > 0.0, "wrk got no answer:\n{said}");
    ensure!(
        !said.contains("Non-2xx"),
        "not every answer was good:\n{said}"
    );
    into.rate.push(number(&said, "Requests/sec:", Side::After)?);
    into.p99
        .push(milliseconds(&said).context("wrk says no p99")?);
    // A tick is a hundredth of a second on every Linux that we support.
    into.cpu.push(ticks * 10_000.0 / requests);
    Ok(Counted { requests })
}

fn wrk(competitor: &Competitor<'_>, load: Load) -> anyhow::Result<String> {
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", "--latency", "--timeout", "10s"]);
    wrk.arg(format!("-c{}", load.connections))
        .arg(format!("-d{}s", load.seconds));
    wrk.arg("-s").arg(competitor.script);
    wrk.arg(format!("http://{}/", competitor.address));
    let done = wrk.output().context("wrk could not be started")?;
    ensure!(done.status.success(), "wrk failed: {}", done.status);
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

fn number(said: &str, mark: &str, side: Side) -> anyhow::Result<f64> {
    let (before, after) = said
        .split_once(mark)
        .with_context(|| format!("wrk says no{mark}:\n{said}"))?;
    let word = match side {
        Side::Before => before.split_whitespace().next_back(),
        Side::After => after.split_whitespace().next(),
    };
    word.and_then(|word| word.parse().ok())
        .context("wrk says no number")
}

/// `99%    1.23ms` in the distribution.
fn milliseconds(said: &str) -> Option<f64> {
    let line = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("99%"))?
        .trim();
    let at = line.find(|letter: char| letter.is_ascii_alphabetic())?;
    let value: f64 = line[..at].parse().ok()?;
    Some(match &line[at..] {
        "us" => value / 1000.0,
        "ms" => value,
        "s" => value * 1000.0,
        _ => return None,
    })
}

/// The ticks that these processes and their children have used.
fn spent(processes: &[u32]) -> anyhow::Result<f64> {
    let mut ticks = 0.0;
    for id in processes {
        ticks += own_ticks(*id)?;
        let children =
            fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|id| id.parse().ok()) {
            ticks += own_ticks(child)?;
        }
    }
    Ok(ticks)
}

/// `utime` and `stime`: the 14th and 15th field, counted behind the name in parentheses.
fn own_ticks(id: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
    let (_, fields) = stat
        .rsplit_once(')')
        .context("no statistics of a process")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    next()
        .zip(next())
        .map(|(user, system)| user + system)
        .context("no times of a process")
}
