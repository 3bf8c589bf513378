//! What one change of a big directory costs: a member gets another position, by the control API, the answer awaited.
//!
//! Three times: in memory; with `--data`, where the answer waits for the disk; and with a contact callback besides,
//! whose address takes every event. What a change costs should not grow with what is there.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, ensure};

use super::super::http::Connection;
use super::super::program::Program;
use super::super::{Figures, Folder};
use super::MEMBERS;

const CHANGES: u32 = 300;

pub(super) fn measure(
    program: &Path,
    folder: &Folder,
    seed: &str,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let listener = format!("{seed}{}", contact_sync(take_everything()?));
    for (name, seed, is_kept) in [
        ("in memory", seed, false),
        ("with --data", seed, true),
        ("with --data and a contact callback", &listener, true),
    ] {
        let file = folder.path().join("changes.toml");
        std::fs::write(&file, seed)?;
        let data = folder.path().join("data");
        let file = file.to_str().context("a path that is no text")?;
        let data_text = data.to_str().context("a path that is no text")?;
        let mut arguments = vec!["sandbox", "--listen", "127.0.0.1:0", "--seed", file];
        if is_kept {
            arguments.extend(["--data", data_text]);
        }
        let sandbox = Program::start(program, &arguments, folder.path())?;
        let mut times = change(sandbox.address)?;
        drop(sandbox);
        if is_kept {
            std::fs::remove_dir_all(data)?;
        }
        let name = format!("one change of a member, {MEMBERS} members, {name}");
        figures.add_median(&name, "µs", &mut times);
    }
    Ok(())
}

/// How long each change takes, in µs, once everything was written for the first time.
fn change(address: SocketAddr) -> anyhow::Result<Vec<f64>> {
    let mut connection = Connection::to(address);
    let mut times = Vec::new();
    for number in 1..=CHANGES + 1 {
        let body = format!("{{\"user_id\":\"member{number}\",\"position\":\"{number}\"}}");
        let begun = Instant::now();
        let answer = connection.post_json("/_sandbox/api/members/change", &body)?;
        times.push(begun.elapsed().as_secs_f64() * 1_000_000.0);
        ensure!(
            answer.status == 204,
            "a change was refused: {}",
            answer.status
        );
    }
    times.remove(0);
    Ok(times)
}

/// Contact sync whose address was saved when addresses still heard of everything.
fn contact_sync(address: SocketAddr) -> String {
    format!(
        "[corp.contact_sync]\nsecret = \"sandbox-secret-contacts-AAAAAAAAAAAAAAAAAAA\"\n\
         created_at = \"2022-01-01T00:00:00Z\"\n[corp.contact_sync.callback]\n\
         url = \"http://{address}/\"\ntoken = \"TokenForTests01\"\n\
         aes_key = \"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA\"\n\
         saved_at = \"2022-01-01T00:00:00Z\"\n"
    )
}

/// A server that answers 200 to whatever comes, until the bench ends.
fn take_everything() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // A push is small: its head comes with the first read, and its end does not matter here.
            let mut piece = [0; 8192];
            let _ = stream.read(&mut piece);
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    Ok(address)
}
