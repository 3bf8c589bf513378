//! `GET /WW_verify_….txt`

use axum::body::Body;
use http::{Request, StatusCode};

use crate::harness::{House, TOKEN};

#[tokio::test]
async fn the_configured_file_is_served_byte_for_byte_whatever_the_host() {
    let house = House::new().await;
    for host in [
        "login.example.com",
        "elsewhere.example.org",
        "192.0.2.1:8080",
    ] {
        let request = Request::get(format!("/WW_verify_{TOKEN}.txt")).header("host", host);
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{host}");
        assert_eq!(answer.body, TOKEN);
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn every_other_file_of_that_shape_is_unknown() {
    let house = House::new().await;
    for path in [
        "/WW_verify_AAAAAAAAAAAAAAAA.txt",
        "/WW_verify_Kq3vTz81mWcYp0Ls.TXT",
        "/ww_verify_Kq3vTz81mWcYp0Ls.txt",
        "/WW_verify_Kq3vTz81mWcYp0Ls.txt/",
        "/WW_verify_..%2fdata.key.txt",
        "/x/WW_verify_Kq3vTz81mWcYp0Ls.txt",
    ] {
        let answer = house.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.problem(), "request.not_found");
    }
}

#[tokio::test]
async fn it_is_read_and_not_written() {
    let house = House::new().await;
    let path = format!("/WW_verify_{TOKEN}.txt");
    let head = house
        .send(Request::head(&path).body(Body::empty()).unwrap())
        .await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    let post = house
        .send(Request::post(&path).body(Body::empty()).unwrap())
        .await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(post.header("allow"), "GET,HEAD");
    assert_eq!(post.problem(), "request.method_not_allowed");
}

#[tokio::test]
async fn the_file_is_loaded_at_the_start_and_not_by_name() {
    let house = House::new().await;
    let name = format!("WW_verify_{TOKEN}.txt");
    std::fs::remove_file(house.folder.path(&name)).unwrap();
    assert_eq!(house.get(&format!("/{name}")).await.body, TOKEN);
}
