//! Any address and any `Host` lines: one host or none, whoever reads it (S-021, S-035); and any description that a
//! proxy sends: one request or none (S-024, S-033).
//!
//! The input is text: the version, the address, and then a line for each header, name and value.
#![no_main]

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use libfuzzer_sys::fuzz_target;
use menshen_gateway::fuzzing::{described, normal_host, settled_host};
use url::Url;

fn headers(text: &str) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in text.lines().take(12) {
        let (name, value) = line.split_once(": ")?;
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_str(value).ok()?);
    }
    Some(headers)
}

/// A normal host is its own normal form, and the one that browsers make of what was sent.
fn check_normal(sent: &str, normal: &str) {
    assert_eq!(normal_host(normal).as_deref(), Some(normal), "{sent}");
    assert!(
        !normal.bytes().any(|byte| byte.is_ascii_uppercase()),
        "{normal}"
    );
    assert!(
        !normal.ends_with(['.', ':']) && !normal.ends_with(":443"),
        "{normal}"
    );
    assert!(normal.is_ascii() && !normal.contains(['/', '\\', '@', '?', '#', '%', ' ', ',']));
    for other in [sent.to_ascii_uppercase(), sent.to_ascii_lowercase()] {
        assert_eq!(normal_host(&other).as_deref(), Some(normal), "{other}");
    }
    let Ok(url) = Url::parse(&format!("https://{sent}/")) else {
        return;
    };
    let name = url.host_str().expect("https has a host");
    let name = name.strip_suffix('.').unwrap_or(name);
    let bare = sent.split(':').next().unwrap_or_default();
    // Browsers read `1.2` and `0x7f.1` as addresses; to us they are names that no site has.
    let last = bare
        .trim_end_matches('.')
        .rsplit('.')
        .next()
        .unwrap_or_default();
    if last.starts_with(|letter: char| letter.is_ascii_digit()) {
        return;
    }
    let port = url
        .port()
        .map_or_else(String::new, |port| format!(":{port}"));
    assert_eq!(format!("{name}{port}"), normal, "{sent}");
}

fn check_settled(target: &Uri, headers: &HeaderMap, is_http2: bool) {
    let settled = settled_host(target.clone(), headers.clone(), is_http2);
    let named: Vec<&str> = headers
        .get_all("host")
        .iter()
        .map(|value| value.to_str().unwrap_or("\n"))
        .chain(target.authority().map(http::uri::Authority::as_str))
        .collect();
    match settled {
        Some(host) => {
            assert!(!named.is_empty() && headers.get_all("host").iter().count() < 2);
            for name in named {
                check_normal(name, &host);
            }
        }
        None => {
            // One plain host is never refused.
            let is_one =
                matches!(named.as_slice(), [_]) && (is_http2 || headers.contains_key("host"));
            assert!(!is_one || normal_host(named[0]).is_none(), "{named:?}");
        }
    }
}

fn check_described(headers: &HeaderMap) {
    let Some((host, method, target)) = described(headers) else {
        return;
    };
    let only = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let value = values.next();
        assert!(values.next().is_none(), "{name} came twice");
        value.map(|value| value.to_str().expect("it was read"))
    };
    for (name, read) in [
        ("x-forwarded-host", &host),
        ("x-forwarded-method", &method),
        ("x-original-method", &method),
        ("x-forwarded-uri", &target),
    ] {
        assert!(only(name).is_none_or(|value| value == read), "{name}");
    }
    match only("x-original-url") {
        Some(url) => assert!(
            [
                format!("http://{host}{target}"),
                format!("https://{host}{target}")
            ]
            .contains(&url.to_owned())
        ),
        None => assert!(only("x-forwarded-host").is_some() && only("x-forwarded-uri").is_some()),
    }
    assert!(
        only("x-forwarded-method")
            .or(only("x-original-method"))
            .is_some()
    );
    assert!(!host.is_empty() && !method.is_empty() && !target.is_empty());
}

fuzz_target!(|text: &str| {
    let mut parts = text.splitn(3, '\n');
    let (Some(version), Some(target), Some(rest)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    if let Some(normal) = normal_host(target) {
        check_normal(target, &normal);
    }
    let Some(headers) = headers(rest) else { return };
    check_described(&headers);
    if let Ok(target) = target.parse::<Uri>() {
        check_settled(&target, &headers, version == "2");
    }
});
