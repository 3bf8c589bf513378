//! `menshen sandbox --data`: the program is killed, its disk fills up, its folder is not its own.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Sender, channel};

use crate::installation::Serving;
use crate::program::{menshen, ran};

const CORP: &str = "ww5f1e2d3c4b5a6978";
const SECRET: &str = "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA";

fn sandbox(folder: &Path) -> Command {
    let mut command = menshen();
    command.args(["sandbox", "--log=json", "--listen=127.0.0.1:0", "--data"]);
    command.arg(folder);
    command
}

/// One request on a connection of its own. `None` when no whole answer came.
fn ask(address: &str, head: &str, body: &str) -> Option<(String, String)> {
    let mut connection = TcpStream::connect(address).ok()?;
    let length = body.len();
    let request = format!(
        "{head}\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    connection.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let lower = head.to_ascii_lowercase();
    let length = lower.split("content-length: ").nth(1);
    let length: usize = length
        .and_then(|rest| rest.lines().next()?.parse().ok())
        .unwrap_or(0);
    (body.len() >= length).then(|| (head.to_owned(), body.to_owned()))
}

fn get(address: &str, path: &str) -> Option<serde_json::Value> {
    let (head, body) = ask(address, &format!("GET {path} HTTP/1.1"), "")?;
    head.starts_with("HTTP/1.1 200")
        .then(|| serde_json::from_str(&body).unwrap())
}

fn token(address: &str) -> Option<String> {
    let path = format!("/cgi-bin/gettoken?corpid={CORP}&corpsecret={SECRET}");
    let answer = get(address, &path)?;
    Some(answer["access_token"].as_str().unwrap().to_owned())
}

fn create_member(address: &str, user_id: &str, name: &str) -> bool {
    let body = format!(r#"{{"user_id": "{user_id}", "name": "{name}", "departments": [2]}}"#);
    let answer = ask(address, "POST /_sandbox/api/members/create HTTP/1.1", &body);
    answer.is_some_and(|(head, _)| head.starts_with("HTTP/1.1 20"))
}

fn members(address: &str) -> Vec<String> {
    let listed = get(address, "/_sandbox/api/members?most=100000").unwrap();
    let listed = listed.as_array().unwrap().iter();
    listed
        .map(|member| member["user_id"].as_str().unwrap().to_owned())
        .collect()
}

/// A code for 张三, as the browser of WeCom's client would carry it.
fn code(address: &str) -> Option<String> {
    let sign_in = "POST /_sandbox/api/sign_in_as HTTP/1.1";
    let (head, _) = ask(address, sign_in, r#"{"person": "member:zhangsan"}"#)?;
    let lower = head.to_ascii_lowercase();
    let at = lower.find("set-cookie: ")? + "set-cookie: ".len();
    let cookie = head[at..].split(';').next()?;
    let link = format!(
        "GET /connect/oauth2/authorize?appid={CORP}&redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2F\
         &response_type=code&scope=snsapi_base&state=a&agentid=1000002 HTTP/1.1\r\n\
         User-Agent: wxwork/4.1.30 MicroMessenger/7.0.1\r\nCookie: {cookie}"
    );
    let (head, _) = ask(address, &link, "")?;
    let (_, code) = head.split_once("code=")?;
    Some(code.split(['&', '\r']).next()?.to_owned())
}

fn exchange(address: &str, token: &str, code: &str) -> Option<i64> {
    let path = format!("/cgi-bin/auth/getuserinfo?access_token={token}&code={code}");
    get(address, &path)?["errcode"].as_i64()
}

/// What was answered, by the worker who heard it.
enum Answered {
    Member(String),
    Token(String),
    Used(String),
}

/// Asks and asks, and tells what was answered, until nobody answers any more.
fn work(address: &str, name: &str, heard: &Sender<Answered>) -> Option<()> {
    let token = token(address)?;
    heard.send(Answered::Token(token.clone())).ok()?;
    for number in 0.. {
        let user_id = format!("{name}-{number}");
        create_member(address, &user_id, "新人").then_some(())?;
        heard.send(Answered::Member(user_id)).ok()?;
        let code = code(address)?;
        assert_eq!(exchange(address, &token, &code)?, 0);
        heard.send(Answered::Used(code)).ok()?;
    }
    None
}

/// Killed in the middle of whatever it does, again and again: everything that was answered is there.
#[test]
fn what_was_answered_is_there_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (mut expected, mut used, mut tokens) = (Vec::new(), Vec::new(), BTreeSet::new());
    for round in 0..6 {
        let chance = RandomState::new().build_hasher().finish();
        let answers = usize::try_from(chance % 60).unwrap() + 1;
        let serving = Serving::start(sandbox(folder.path()));
        let address = serving.address("address");
        assert_eq!(serving.ready["data.is_restored"], round > 0);
        let (tell, told) = channel();
        std::thread::scope(|scope| {
            for worker in 0..3 {
                let (tell, address) = (tell.clone(), &address);
                scope.spawn(move || work(address, &format!("r{round}w{worker}"), &tell));
            }
            drop(tell);
            for (count, answered) in told.iter().enumerate() {
                match answered {
                    Answered::Member(user_id) => expected.push(user_id),
                    Answered::Token(token) => drop(tokens.insert(token)),
                    Answered::Used(code) => used.push(code),
                }
                // Whatever else was heard before the others noticed counts as well.
                if count + 1 == answers {
                    serving.send("KILL");
                }
            }
        });
        drop(serving);
        let again = Serving::start(sandbox(folder.path()));
        let address = again.address("address");
        let there = members(&address);
        for user_id in &expected {
            assert!(
                there.contains(user_id),
                "{user_id} after {answers} answers in round {round}"
            );
        }
        let token = token(&address).unwrap();
        tokens.insert(token.clone());
        assert_eq!(tokens.len(), 1, "the same token while it lives");
        for code in &used {
            assert_eq!(
                exchange(&address, &token, code),
                Some(40029),
                "{code} in round {round}"
            );
        }
        assert_eq!(again.stop("TERM").0, 0);
    }
    assert!(expected.len() >= 6, "{}", expected.len());
}

/// The system takes no more bytes for a file: as a full disk does.
#[test]
fn when_the_disk_is_full_it_stops_and_has_forgotten_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("/bin/sh");
    let script = "trap '' XFSZ; ulimit -f 120; exec \"$@\"";
    command.env_clear().args(["-c", script, "sh"]);
    let program = sandbox(folder.path());
    command.arg(program.get_program()).args(program.get_args());
    let serving = Serving::start(command);
    let address = serving.address("address");
    let name = "长".repeat(60);
    let mut answered = Vec::new();
    for number in 0..2000 {
        let user_id = format!("m{number}");
        if !create_member(&address, &user_id, &name) {
            break;
        }
        answered.push(user_id);
    }
    assert!((1..2000).contains(&answered.len()), "{}", answered.len());
    let (code, lines) = serving.end();
    assert_eq!(code, 1, "{lines:?}");
    assert!(
        lines
            .iter()
            .any(|line| line.contains("cannot keep its state")),
        "{lines:?}"
    );
    let again = Serving::start(sandbox(folder.path()));
    let there = members(&again.address("address"));
    for user_id in &answered {
        assert!(there.contains(user_id), "{user_id}");
    }
}

#[test]
fn a_folder_of_another_sandbox_a_damaged_and_a_newer_one_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(sandbox(folder.path()));
    let refused = |told: &str| {
        let ran = ran(&sandbox(folder.path()).output().unwrap());
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(told), "{told} in {}", ran.stderr);
    };
    refused("in use by another sandbox");
    assert_eq!(serving.stop("TERM").0, 0);
    let file = folder.path().join("state");
    let good = fs::read(&file).unwrap();
    let mut damaged = good.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let newer = String::from_utf8(good.clone())
        .unwrap()
        .replacen("form 1", "form 99", 1);
    for (bytes, told) in [
        (damaged, "is damaged"),
        (newer.into_bytes(), "form 99"),
        (b"somebody's diary".to_vec(), "no state of a sandbox"),
    ] {
        fs::write(&file, &bytes).unwrap();
        refused(told);
        assert_eq!(fs::read(&file).unwrap(), bytes, "nothing was overwritten");
    }
    fs::write(&file, &good).unwrap();
    assert_eq!(Serving::start(sandbox(folder.path())).stop("TERM").0, 0);
}

/// As a plain user: the superuser may write everywhere.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;

    const NOBODY: u32 = 65534;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("data");
    fs::create_dir(&folder).unwrap();
    let allow =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    // The program lies where only its owner may go.
    let program = place.path().join("menshen");
    fs::copy(env!("CARGO_BIN_EXE_menshen"), &program).unwrap();
    allow(&program, 0o755);
    allow(place.path(), 0o755);
    allow(&folder, 0o555);
    let mut command = Command::new(&program);
    command.env_clear().args(sandbox(&folder).get_args());
    if fs::metadata(&folder).unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    let ran = ran(&command.output().unwrap());
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let lock = folder.join("lock");
    assert!(
        ran.stderr.contains(lock.to_str().unwrap()),
        "{}",
        ran.stderr
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    allow(&folder, 0o755);
}

#[test]
fn a_seed_beside_a_state_is_said_to_wait_for_a_reset() {
    let folder = tempfile::tempdir().unwrap();
    let seed: PathBuf = folder.path().join("seed.toml");
    fs::write(&seed, wecom_sandbox::DEFAULT_SEED).unwrap();
    let data = folder.path().join("data");
    for is_there in [false, true] {
        let mut command = sandbox(&data);
        command.arg("--seed").arg(&seed);
        let mut said = Vec::new();
        let serving = Serving::start_listening(command, &mut said);
        let is_said = said
            .iter()
            .any(|line| line.contains("--seed is for the next reset"));
        assert_eq!(is_said, is_there, "{said:?}");
        assert_eq!(serving.stop("TERM").0, 0);
    }
}

/// One folder for everything: the authority of the TLS listener is in it.
#[test]
fn a_data_folder_is_place_enough_for_a_tls_listener() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = sandbox(folder.path());
    command.arg("--tls-listen=127.0.0.1:0");
    let serving = Serving::start(command);
    let ca = folder.path().join("tls").join("ca.pem");
    assert_eq!(serving.address("tls.ca"), ca.to_str().unwrap());
    assert_eq!(serving.stop("TERM").0, 0);
}
