//! What holds for every page.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::style::STYLE;
use super::super::{Lang, Pages};
use super::gallery::{REQUEST_ID, all};

fn each_page(check: impl Fn(&str, &str)) {
    for lang in Lang::ALL {
        for (name, html) in all(lang) {
            check(&name, &html);
        }
    }
}

#[test]
fn no_page_has_a_script_or_an_outside_resource() {
    each_page(|name, html| {
        for word in [
            "<script", "<iframe", "<img", " src=", "@import", "url(", " style=", " onload=",
        ] {
            assert!(!html.contains(word), "{name} has {word}");
        }
    });
}

#[test]
fn the_policy_names_the_style_of_every_page_by_its_hash() {
    let policy = Pages::new().content_security_policy().to_owned();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    each_page(|name, html| {
        let (_, rest) = html.split_once("<style>").unwrap();
        let (style, _) = rest.split_once("</style>").unwrap();
        let hash = STANDARD.encode(digest::digest(&digest::SHA256, style.as_bytes()));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{name}");
    });
}

#[test]
fn the_style_stays_small() {
    assert!(STYLE.len() < 6 * 1024, "{} bytes", STYLE.len());
}

#[test]
fn every_page_says_its_language_and_has_one_heading_and_one_main() {
    for lang in Lang::ALL {
        for (name, html) in all(lang) {
            let tag = format!(r#"<html lang="{}">"#, lang.tag());
            assert!(html.contains(&tag), "{name}");
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
            assert_eq!(html.matches("<main>").count(), 1, "{name}");
            assert!(!html.contains("<title> ·"), "{name} has no title");
        }
    }
}

#[test]
fn every_notice_shows_the_request_id() {
    let pages = all(Lang::En);
    let failed = pages.iter().find(|(name, _)| name == "failed").unwrap();
    let shown = format!("<code>{REQUEST_ID}</code>");
    assert!(failed.1.contains(&shown), "{}", failed.1);
}
