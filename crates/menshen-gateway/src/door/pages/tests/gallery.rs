//! Every page once, in both languages: for the snapshots and for the promises.

use wecom_sdk::Timestamp;

use super::super::style::STYLE;
use super::super::{
    DoorChoice, Home, Lang, Notice, PageContext, Pages, Personal, SignOut, Visitor,
};

pub(super) const REQUEST_ID: &str = "01jd3q8w7xk2m5n9";

const HQ: DoorChoice = DoorChoice {
    label: "总部 · 门户",
    first: "/_menshen/login?connector=hq&door=scan",
    is_scan: true,
    open: Some("/_menshen/login?connector=hq&door=link"),
};

/// A name for the file, and the page.
pub(super) type Shown = (String, String);

/// All pages in one language.
pub(super) fn all(lang: Lang) -> Vec<Shown> {
    let pages = Pages::new();
    let ctx = PageContext {
        lang,
        request_id: REQUEST_ID,
    };
    let mut shown = doors(&pages, &ctx);
    shown.extend(account(&pages, &ctx));
    for notice in Notice::ALL {
        let page = pages.notice(&ctx, notice, Some("/_menshen/login?return_to=%2F"));
        shown.push((notice.key().to_owned(), page.0));
    }
    let page = pages.notice(&ctx, Notice::Failed, None);
    shown.push(("failed-no-way-on".to_owned(), page.0));
    let visitor = Visitor {
        name: "张三",
        sign_out: "/_menshen/logout",
    };
    let refused = pages.notice_to(&ctx, Notice::SiteRefused, Some("/"), Some(visitor));
    shown.push(("site-refused-somebody".to_owned(), refused.0));
    shown
}

fn doors(pages: &Pages, ctx: &PageContext) -> Vec<Shown> {
    let other = DoorChoice {
        label: "华南分公司",
        first: "/_menshen/login?connector=south&door=scan",
        open: Some("/_menshen/login?connector=south&door=link"),
        ..HQ
    };
    let inside = |choice: DoorChoice<'static>, first| DoorChoice {
        first,
        is_scan: false,
        open: None,
        ..choice
    };
    let in_wecom = [
        inside(HQ, "/_menshen/login?connector=hq"),
        inside(other, "/_menshen/login?connector=south"),
    ];
    let one = pages.choose_door(ctx, &[HQ]);
    let several = pages.choose_door(ctx, &[HQ, other]);
    let several_in_wecom = pages.choose_door(ctx, &in_wecom);
    let address = "https://login.example.com/_menshen/login?connector=hq&return_to=%2Fwiki";
    let open = pages.open_in_wecom(ctx, address);
    vec![
        ("choose-door".to_owned(), one.0),
        ("choose-door-several".to_owned(), several.0),
        (
            "choose-door-several-in-wecom".to_owned(),
            several_in_wecom.0,
        ),
        ("open-in-wecom".to_owned(), open.0),
    ]
}

fn account(pages: &Pages, ctx: &PageContext) -> Vec<Shown> {
    let sign_out = SignOut {
        name: Some("张三"),
        action: "/_menshen/logout",
        csrf_token: "c3JmLXRva2VuLW9mLXRoZS1wYWdl",
        stay: "/",
    };
    let nobody = SignOut {
        name: None,
        ..sign_out
    };
    let departments = [
        vec!["总部".to_owned(), "研发部".to_owned()],
        vec!["总部".to_owned(), "研发部".to_owned(), "平台组".to_owned()],
    ];
    let home = Home {
        name: "张三",
        user_id: "zhangsan",
        position: Some("工程师"),
        departments: &departments,
        corp: "ww5f1e2d3c4b5a6978",
        connector: Some("总部 · 门户"),
        personal: Personal::default(),
        is_scan: true,
        signed_in_at: Timestamp::from_seconds(1_795_000_000),
        expires_at: Timestamp::from_seconds(1_795_604_800),
        site: None,
        sign_out: "/_menshen/logout",
        csrf_token: "c3JmLXRva2VuLW9mLXRoZS1wYWdl",
    };
    let beside_a_site = Home {
        personal: Personal {
            email: Some("zhangsan@example.com"),
            mobile: Some("+8613800000001"),
            is_female: Some(false),
            address: Some("广州市海珠区新港中路"),
            ..Personal::default()
        },
        is_scan: false,
        site: Some("/"),
        ..home
    };
    let out = pages.home_signed_out(ctx, "/_menshen/login?return_to=%2F");
    vec![
        ("sign-out".to_owned(), pages.sign_out(ctx, &sign_out).0),
        ("sign-out-nobody".to_owned(), pages.sign_out(ctx, &nobody).0),
        ("home".to_owned(), pages.home(ctx, &home).0),
        (
            "home-beside-a-site".to_owned(),
            pages.home(ctx, &beside_a_site).0,
        ),
        ("home-signed-out".to_owned(), out.0),
    ]
}

#[test]
fn every_page_reads_as_reviewed() {
    for lang in Lang::ALL {
        for (name, html) in all(lang) {
            let style = STYLE.trim_end_matches('\n');
            let short = html.replace(style, "/* style.css */");
            insta::assert_snapshot!(format!("{name}.{}", lang.tag()), short);
        }
    }
}
