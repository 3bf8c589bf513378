//! Where a refusal leads: back to the scan page, to choosing another person, or to the page that had the link.

use super::{login_query, oauth_link};
use crate::browser::{Answer, Browser};
use crate::stage::Stage;

/// Where the way of a refusal leads.
#[track_caller]
fn way(page: &Answer) -> String {
    page.shows("怎么办");
    let way = page.between("<p><a href=\"", "\">← ");
    way.replace("&#38;", "&")
}

#[track_caller]
fn has_no_way(page: &Answer) {
    page.shows("怎么办");
    assert!(!page.body.contains("\">← "), "{}", page.body);
}

#[tokio::test]
async fn a_scan_that_was_refused_leads_back_to_the_scan_page() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop.referer = Some("http://127.0.0.1:8080/");
    let login = format!("/wwlogin/sso/login?{}", login_query(&[]));
    let shown = desktop.get(&login).await;
    // Whom the app does not see is marked before somebody chooses them.
    let sunqi = shown.between("value=\"member:sunqi\"", "</button>");
    assert!(sunqi.contains("不在可见范围"), "{sunqi}");
    let zhangsan = shown.between("value=\"member:zhangsan\"", "</button>");
    assert!(!zhangsan.contains("不在可见范围"), "{zhangsan}");
    let scan = shown.between("content=\"2; url=", "\"");
    let form = [("answer", "confirm"), ("person", "member:sunqi")];
    let refused = desktop.post(&scan, &form).await;
    refused.shows("无权限").shows("回到扫码页");
    assert_eq!(way(&refused), scan);
    desktop
        .get(&scan)
        .await
        .shows("请使用企业微信扫描二维码登录");
    let form = [("answer", "confirm"), ("person", "member:nobody")];
    assert_eq!(way(&desktop.post(&scan, &form).await), scan);
    let none = desktop.get("/_sandbox/scan/unknown").await;
    has_no_way(&none);
}

#[tokio::test]
async fn whoever_cannot_pass_may_be_somebody_else_and_come_back() {
    let stage = Stage::start().await;
    let mut phone = Browser::wecom(stage.addr());
    phone.become_person("member:sunqi").await;
    let link = oauth_link(&[("scope", "snsapi_privateinfo")]);
    let refused = phone.get(&link).await;
    refused
        .shows("你不在应用的可见范围内")
        .shows("换一个人再试");
    let asked = phone.get(&way(&refused)).await;
    asked.shows("你是谁？").shows("member:zhangsan");
    let next = asked.between("name=\"next\" value=\"", "\"");
    let next = next.replace("&#38;", "&");
    assert_eq!(next, link);
    let form = [("person", "member:zhangsan"), ("next", next.as_str())];
    let answer = phone.post("/_sandbox/person", &form).await;
    assert_eq!(answer.location(), link);
    phone.get(&link).await.shows("申请获取你的以下信息");
    // Only to places of ours.
    for next in ["https://elsewhere.example/", "//elsewhere.example"] {
        let asked = phone.get(&format!("/_sandbox/person?next={next}")).await;
        asked.shows("name=\"next\" value=\"/_sandbox/\"");
    }
}

#[tokio::test]
async fn a_wrong_link_leads_back_to_the_page_that_had_it() {
    let stage = Stage::start().await;
    let wrong = [
        oauth_link(&[("appid", "ww1")]),
        format!("/wwlogin/sso/login?{}", login_query(&[("appid", "ww1")])),
        "/wwopen/uriconfirm?err_type=domain_err&uri=http%3A%2F%2Fa.example%2F".to_owned(),
    ];
    for path in wrong {
        let mut phone = Browser::wecom(stage.addr());
        phone.referer = Some("http://127.0.0.1:8080/start");
        let refused = phone.get(&path).await;
        assert_eq!(way(&refused), "http://127.0.0.1:8080/start", "{path}");
        refused.shows("回到来处：http://127.0.0.1:8080");
        phone.referer = Some("javascript:alert(1)");
        has_no_way(&phone.get(&path).await);
    }
    // Whoever came from nowhere learns where the switch is.
    let mut desktop = Browser::desktop(stage.addr());
    desktop.origin = None;
    let login = format!("/wwlogin/sso/login?{}", login_query(&[]));
    let refused = desktop.get(&login).await;
    assert_eq!(way(&refused), "/_sandbox/switches#web_login");
}
