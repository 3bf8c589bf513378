//! The line between a proxy and the gateway: every call goes through byte for byte and is remembered with its
//! answer. A test can cut the line, let it hang, or let it answer in the place of a gateway in trouble.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::http::{Kind, Message, read};
use super::task::Task;

/// What happens to the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The gateway answers.
    Open,
    /// 500 answers each.
    Failing,
    /// Nobody answers.
    Hanging,
}

/// One call and its answer, where it got one.
#[derive(Clone, Debug)]
pub struct Call {
    /// What the proxy asked.
    pub request: Message,
    /// What it was told.
    pub answer: Option<Message>,
}

#[derive(Debug)]
struct State {
    mode: Mode,
    calls: Vec<Call>,
    gateway: SocketAddr,
}

/// A line that is laid.
#[derive(Debug)]
pub struct Tap {
    /// Where the proxy finds it.
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    serving: Option<Task>,
}

impl Tap {
    /// Lays a line to a gateway.
    pub async fn lay(gateway: SocketAddr) -> Self {
        let state = Arc::new(Mutex::new(State {
            mode: Mode::Open,
            calls: Vec::new(),
            gateway,
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Some(Task::accepting(listener, {
            let state = Arc::clone(&state);
            move |stream| serve(stream, Arc::clone(&state))
        }));
        Self {
            address,
            state,
            serving,
        }
    }

    /// Changes what happens to the calls from now on.
    pub fn set(&self, mode: Mode) {
        self.state.lock().unwrap().mode = mode;
    }

    /// Cuts the line: whoever calls is refused by the machine, as when the gateway is stopped.
    pub async fn cut(&mut self) {
        self.serving.take().expect("cut already").cut().await;
    }

    /// The calls since the last time.
    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut self.state.lock().unwrap().calls)
    }
}

async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut stream = BufReader::new(stream);
    let mut gateway = None;
    while let Ok(Some(request)) = read(&mut stream, Kind::Request).await {
        let (mode, address) = {
            let state = state.lock().unwrap();
            (state.mode, state.gateway)
        };
        let answer = match mode {
            Mode::Open => pass(&mut gateway, address, &request).await,
            Mode::Failing => Some(failure()),
            Mode::Hanging => None,
        };
        let call = Call {
            request,
            answer: answer.clone(),
        };
        state.lock().unwrap().calls.push(call);
        if mode == Mode::Hanging {
            return std::future::pending().await;
        }
        let Some(answer) = answer else { return };
        if stream.write_all(&answer.raw).await.is_err() {
            return;
        }
    }
}

async fn pass(
    open: &mut Option<BufReader<TcpStream>>,
    address: SocketAddr,
    request: &Message,
) -> Option<Message> {
    let kind = match request.method() {
        "HEAD" => Kind::Bodyless,
        _ => Kind::Answer,
    };
    let mut gateway = match open.take() {
        Some(gateway) => gateway,
        None => BufReader::new(TcpStream::connect(address).await.ok()?),
    };
    gateway.write_all(&request.raw).await.ok()?;
    let answer = read(&mut gateway, kind).await.ok().flatten()?;
    if answer.is_kept() && request.is_kept() {
        *open = Some(gateway);
    }
    Some(answer)
}

fn failure() -> Message {
    Message {
        raw: b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n".to_vec(),
        ..Message::default()
    }
}
