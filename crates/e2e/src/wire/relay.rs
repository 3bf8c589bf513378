//! The relay itself: one task for the listener, one per connection.
//!
//! In: calls of the gateway. Out: the sandbox's answers, or what a fault makes of them. It makes up no
//! answer of WeCom's.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{Call, Fault, State};

/// Why a connection ends without an answer.
#[derive(Debug)]
struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

impl From<hyper::Error> for Broken {
    fn from(error: hyper::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

#[derive(Clone, Debug)]
pub(super) struct Relay {
    pub(super) state: Arc<Mutex<State>>,
    pub(super) sandbox: SocketAddr,
}

impl Relay {
    pub(super) async fn serve(self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let relay = self.clone();
            connections.spawn(async move {
                let service = service_fn(move |request| {
                    let relay = relay.clone();
                    async move { relay.pass(request).await }
                });
                // A connection that was cut on purpose ends here with an error.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    }

    async fn pass(&self, request: Request<Incoming>) -> Result<Response<Answer>, Broken> {
        let path = request
            .uri()
            .path()
            .trim_start_matches("/cgi-bin/")
            .to_owned();
        let query = request.uri().query().unwrap_or_default().to_owned();
        let fault = self.strike(&path);
        let index = self.note(path, &query);
        match fault {
            None => Ok(self.forward(request, index).await?.map(Answer::whole)),
            Some(Fault::Cut) => Err(Broken("cut".to_owned())),
            Some(Fault::Truncate) => {
                let answer = self.forward(request, index).await?;
                Ok(answer.map(|body| Answer::Truncated(body.slice(..body.len() / 2))))
            }
            Some(Fault::Endless) => Ok(Response::new(Answer::Endless)),
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Put(key, value)) => {
                let mut answer = self.forward(request, index).await?;
                answer.headers_mut().remove(CONTENT_LENGTH);
                Ok(answer.map(|body| Answer::whole(put(&body, key, value))))
            }
        }
    }

    fn strike(&self, path: &str) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        let rule = state.rules.iter_mut().find(|rule| rule.fits(path))?;
        rule.used += 1;
        rule.left = rule.left.map(|left| left - 1);
        Some(rule.fault)
    }

    fn note(&self, path: String, query: &str) -> usize {
        let query = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let mut state = self.state.lock().unwrap();
        state.calls.push(Call {
            path,
            query,
            answer: None,
        });
        state.calls.len() - 1
    }

    async fn forward(
        &self,
        request: Request<Incoming>,
        index: usize,
    ) -> Result<Response<Bytes>, Broken> {
        let stream = TcpStream::connect(self.sandbox).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        // The sender goes with the exchange: the connection ends when it has been answered.
        let exchange = async move {
            let (head, body) = sender.send_request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok::<_, hyper::Error>(Response::from_parts(head, body))
        };
        let (answer, ()) = tokio::join!(exchange, async {
            let _ = connection.await;
        });
        let answer = answer?;
        let json = serde_json::from_slice(answer.body()).ok();
        self.state.lock().unwrap().calls[index].answer = json;
        Ok(answer)
    }
}

fn put(body: &[u8], key: &str, value: &str) -> Bytes {
    let mut json: serde_json::Value = serde_json::from_slice(body).unwrap();
    let object = json.as_object_mut().unwrap();
    // Nothing at all takes the key away.
    if value.is_empty() {
        object.remove(key);
    } else {
        object.insert(key.to_owned(), serde_json::from_str(value).unwrap());
    }
    json.to_string().into()
}

/// The body of an answer: whole, broken off, or without end.
enum Answer {
    Whole(Full<Bytes>),
    Truncated(Bytes),
    Over,
    Endless,
}

impl Answer {
    fn whole(body: Bytes) -> Self {
        Self::Whole(Full::new(body))
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut *self {
            Self::Whole(body) => {
                let frame = Pin::new(body).poll_frame(context);
                frame.map(|frame| frame.map(|frame| frame.map_err(unreachable_error)))
            }
            Self::Truncated(part) => {
                let part = std::mem::take(part);
                *self = Self::Over;
                Poll::Ready(Some(Ok(Frame::data(part))))
            }
            Self::Over => Poll::Ready(Some(Err(Broken("broken off".to_owned())))),
            Self::Endless => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 16384]))))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            _ => SizeHint::default(),
        }
    }
}

fn unreachable_error(error: Infallible) -> Broken {
    match error {}
}
