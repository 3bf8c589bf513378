//! Which addresses may receive secrets.

use url::Url;

use super::Endpoints;

fn with_api(api: &str) -> Result<(), &'static str> {
    Endpoints {
        api: Url::parse(api).unwrap(),
        ..Endpoints::default()
    }
    .check()
}

#[test]
fn s_189_plain_http_goes_to_loopback_only() {
    for api in [
        "https://qyapi.weixin.qq.com",
        "https://relay.example.com/wecom/",
        "http://127.0.0.1:7700",
        "http://127.8.9.10",
        "http://[::1]:7700",
        "http://localhost:7700",
    ] {
        assert_eq!(with_api(api), Ok(()), "{api}");
    }
    for api in [
        "http://qyapi.weixin.qq.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://localhost.example.com",
        "http://api.localhost",
        "http://127.0.0.1.example.com",
        "http://[::ffff:127.0.0.1]",
        "ftp://127.0.0.1",
        "unix:/run/wecom",
        "https://user@qyapi.weixin.qq.com",
        "https://qyapi.weixin.qq.com/?debug=1",
        "https://qyapi.weixin.qq.com/#x",
    ] {
        assert!(with_api(api).is_err(), "{api}");
    }
}

#[test]
fn the_old_qr_page_has_its_own_host_only_at_wecom() {
    assert_eq!(
        Endpoints::default().old_qr().as_str(),
        "https://open.work.weixin.qq.com/"
    );
    let sandbox = Endpoints::all_at(&Url::parse("http://127.0.0.1:7700/").unwrap());
    assert_eq!(sandbox.old_qr().as_str(), "http://127.0.0.1:7700/");
}
