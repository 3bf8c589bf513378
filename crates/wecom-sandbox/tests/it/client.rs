//! A plain HTTP/1.1 client for these tests: it shares nothing with the sdk's.

use std::net::SocketAddr;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn errcode(&self) -> i64 {
        self.json()["errcode"].as_i64().unwrap()
    }
}

/// Sends one request; `None` when the connection was dropped without an answer.
pub(crate) async fn send(addr: SocketAddr, request: Request<Full<Bytes>>) -> Option<Answer> {
    let stream = TcpStream::connect(addr).await.unwrap();
    send_on(stream, request).await
}

/// The same over a connection that is there.
pub(crate) async fn send_on(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Option<Answer> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    exchange(sender, connection, request).await
}

async fn exchange(
    mut sender: http1::SendRequest<Full<Bytes>>,
    connection: impl Future,
    request: Request<Full<Bytes>>,
) -> Option<Answer> {
    let exchange = async { read(sender.send_request(request).await.ok()?).await };
    let mut connection = std::pin::pin!(connection);
    let mut exchange = std::pin::pin!(exchange);
    tokio::select! {
        answer = &mut exchange => answer,
        _ = &mut connection => exchange.await,
    }
}

pub(crate) async fn read(response: Response<Incoming>) -> Option<Answer> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.ok()?.to_bytes();
    Some(Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    })
}

pub(crate) fn request(method: &str, path: &str, body: &str) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("host", "qyapi.weixin.qq.com");
    request.body(Full::from(body.to_owned())).unwrap()
}
