//! Applications that are away, slow, or talk nonsense, and requests that end before they should.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::stage::{CLOSED, OPEN, Stage, parse, read_until};
use super::upstream::{Reply, Upstream, ok};

#[tokio::test]
async fn an_application_that_is_away_is_a_502_with_a_request_id() {
    let app = Upstream::start(|_| ok("hello")).await;
    let mut gone = app.clone();
    gone.address = {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        socket.local_addr().unwrap()
    };
    let stage = Stage::before(&[&gone]).await;
    let program = stage.ask("GET /", OPEN, "").await;
    assert_eq!(program.status, 502);
    assert_eq!(program.problem(), "upstream.unreachable");
    let headers = "accept: text/html\r\naccept-language: en\r\n";
    let page = stage.ask("GET /a?b=c&d", OPEN, headers).await;
    assert_eq!(page.status, 502);
    for text in ["This site does not answer", "href=\"/a?b=c&#38;d\""] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let chinese = stage.ask("GET /", OPEN, "accept: text/html\r\n").await;
    assert!(
        chinese.body.contains("这个网站暂时没有响应"),
        "{}",
        chinese.body
    );
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(
        page.body.contains(page.header("x-request-id")),
        "{}",
        page.body
    );
    for answer in [program, page] {
        assert!(!answer.body.contains(&gone.address.port().to_string()));
    }
}

#[tokio::test]
async fn an_application_that_says_nothing_is_a_504() {
    let app = Upstream::start(|_| Reply::Hold(String::new())).await;
    let stage = Stage::with(&[&app], "timeouts = { answer = \"1s\" }").await;
    let answer = stage.ask("GET /", OPEN, "").await;
    assert_eq!(
        (answer.status.as_u16(), &*answer.problem()),
        (504, "upstream.timeout")
    );
}

#[tokio::test]
async fn an_application_that_talks_nonsense_is_a_502() {
    for nonsense in [
        "hello\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        "",
    ] {
        let app = Upstream::start(move |_| Reply::Last(nonsense.to_owned())).await;
        let stage = Stage::before(&[&app]).await;
        let answer = stage.ask("POST /", OPEN, "content-length: 0\r\n").await;
        assert_eq!(answer.problem(), "upstream.broken", "{nonsense:?}");
    }
}

#[tokio::test]
async fn a_request_is_repeated_only_where_that_is_safe() {
    // Each connection answers once, announces nothing, and is closed behind the second request.
    let app = Upstream::start(|seen| {
        if seen.head.contains("/first") {
            ok("first")
        } else {
            Reply::Last(String::new())
        }
    })
    .await;
    let stage = Stage::before(&[&app]).await;
    assert_eq!(stage.ask("GET /first", OPEN, "").await.body, "first");
    let answer = stage
        .ask("POST /second", OPEN, "content-length: 2\r\n\r\nhi")
        .await;
    assert_eq!(answer.problem(), "upstream.broken");
    let posts = app
        .seen()
        .iter()
        .filter(|seen| seen.line().starts_with("POST"))
        .count();
    assert_eq!(posts, 1, "a POST is never sent twice");
    assert_eq!(stage.ask("GET /first", OPEN, "").await.body, "first");
    assert_eq!(
        stage.ask("GET /second", OPEN, "").await.problem(),
        "upstream.broken"
    );
    let gets = app
        .seen()
        .iter()
        .filter(|seen| seen.line().starts_with("GET /second"))
        .count();
    assert_eq!(
        gets, 2,
        "once on the connection that waited, once on a new one"
    );
}

#[tokio::test]
async fn one_of_two_applications_may_be_away() {
    let app = Upstream::start(|_| ok("hello")).await;
    let mut gone = app.clone();
    gone.address = {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        socket.local_addr().unwrap()
    };
    let stage = Stage::before(&[&gone, &app]).await;
    for method in ["GET", "POST", "DELETE", "GET", "POST"] {
        let answer = stage
            .ask(&format!("{method} /"), OPEN, "content-length: 0\r\n")
            .await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.body),
            (200, "hello"),
            "{method}"
        );
    }
}

#[tokio::test]
async fn connections_are_used_again_and_requests_are_shared_out() {
    let (one, two) = (
        Upstream::start(|_| ok("1")).await,
        Upstream::start(|_| ok("2")).await,
    );
    let stage = Stage::before(&[&one, &two]).await;
    let mut said = String::new();
    for _ in 0..6 {
        said += &stage.ask("GET /", OPEN, "").await.body;
    }
    assert!(said == "121212" || said == "212121", "{said}");
    for app in [one, two] {
        let connections: Vec<usize> = app.seen().iter().map(|seen| seen.connection).collect();
        assert_eq!(connections, [1, 1, 1]);
    }
}

#[tokio::test]
async fn s_054_the_body_of_a_refused_request_is_never_a_request() {
    let app = Upstream::start(|_| ok("canary")).await;
    let stage = Stage::before(&[&app]).await;
    let hidden = format!("GET /public/hidden HTTP/1.1\r\nhost: {CLOSED}\r\n\r\n");
    let body = format!("{hidden}{}", "x".repeat(1024 * 1024));
    let head = format!(
        "POST /secret HTTP/1.1\r\nhost: {CLOSED}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = stage.connect().await;
    // The other side may have closed before all is written.
    let _ = stream
        .write_all(format!("{head}{body}{hidden}").as_bytes())
        .await;
    let text = read_until(&mut stream, "no such end").await;
    let first = parse(text.split_inclusive('}').next().unwrap());
    assert_eq!(first.problem(), "request.not_signed_in");
    assert!(
        !text.contains("canary") || text.matches("HTTP/1.1").count() == 2,
        "{text}"
    );
    let lines: Vec<String> = app
        .seen()
        .iter()
        .map(|seen| seen.line().to_owned())
        .collect();
    assert!(
        lines.len() <= 1,
        "only what came behind the whole body is a request: {lines:?}"
    );
}

#[tokio::test]
async fn s_055_an_expectation_never_puts_a_connection_out_of_step() {
    let app = Upstream::start(|seen| {
        if seen.head.contains("/early") {
            return Reply::Say("HTTP/1.1 417 No\r\ncontent-length: 5\r\n\r\nearly".to_owned());
        }
        ok(seen.line())
    })
    .await;
    let stage = Stage::before(&[&app]).await;
    let expect = |path: &str, host: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n"
        )
    };
    // Refused before the body was asked for: there is no 100, and the body is no request.
    let mut refused = stage.connect().await;
    refused
        .write_all(expect("/secret", CLOSED).as_bytes())
        .await
        .unwrap();
    let text = read_until(&mut refused, "}").await;
    assert!(text.starts_with("HTTP/1.1 401"), "{text}");
    // Agreed: 100, then the body, then the answer.
    let mut agreed = stage.connect().await;
    agreed
        .write_all(expect("/agreed", OPEN).as_bytes())
        .await
        .unwrap();
    let text = read_until(&mut agreed, "\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 100"), "{text}");
    agreed.write_all(b"hello").await.unwrap();
    let text = read_until(&mut agreed, "HTTP/1.1").await;
    assert!(text.contains("POST /agreed"), "{text}");
    // Asked for and never sent: the connection to the application ends with the browser's.
    let mut silent = stage.connect().await;
    silent
        .write_all(expect("/never", OPEN).as_bytes())
        .await
        .unwrap();
    assert!(
        read_until(&mut silent, "\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 100")
    );
    drop(silent);
    for round in 0..5 {
        let answer = stage.ask(&format!("GET /next/{round}"), OPEN, "").await;
        assert_eq!(answer.body, format!("GET /next/{round} HTTP/1.1"));
    }
    for seen in app.seen() {
        assert_eq!(seen.all("expect"), [""; 0]);
    }
}
