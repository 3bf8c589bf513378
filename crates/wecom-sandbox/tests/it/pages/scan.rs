//! The scan: two screens, one answer.

use std::time::Duration;

use wecom_sandbox::Seed;
use wecom_sandbox::world::WebLoginRefusal;

use super::{code_in, login_query};
use crate::browser::Browser;
use crate::stage::Stage;

/// A desktop in front of a QR code, and the address it asks for news.
async fn waiting(stage: &Stage, page: &str) -> (Browser, String) {
    let mut desktop = Browser::desktop(stage.addr());
    desktop.referer = Some("http://127.0.0.1:8080/");
    let query = login_query(&[("state", "a@b")]);
    let shown = desktop.get(&format!("{page}?{query}")).await;
    let scan = shown.between("content=\"2; url=", "\"");
    (desktop, scan)
}

fn on_the_phone(scan: &str) -> String {
    let key = scan.strip_prefix("/_sandbox/scan/").unwrap();
    format!("/wwopen/sso/confirm2?k={key}")
}

const WEB_LOGIN: &str = "/wwlogin/sso/login";
const QR_CONNECT: &str = "/wwopen/sso/qrConnect";

#[tokio::test]
async fn the_phone_scans_and_confirms_and_the_desktop_goes_on() {
    let stage = Stage::start().await;
    for page in [WEB_LOGIN, QR_CONNECT] {
        let (mut desktop, scan) = waiting(&stage, page).await;
        let mut phone = Browser::wecom(stage.addr());
        phone.get(&on_the_phone(&scan)).await.shows("你是谁？");
        phone.become_person("member:zhangsan").await;
        let asked = phone.get(&on_the_phone(&scan)).await;
        asked.shows("确认登录「门户」").shows("127.0.0.1:8080");
        desktop.get(&scan).await.shows("已扫码");

        let action = asked.between("method=\"post\" action=\"", "\"");
        phone
            .post(&action, &[("answer", "confirm")])
            .await
            .shows("已登录");
        let answer = desktop.get(&scan).await;
        code_in(answer.location());
        assert!(answer.location().ends_with("&state=a%40b"));
    }
}

#[tokio::test]
async fn a_refusal_on_the_phone_comes_back_without_a_code() {
    let stage = Stage::start().await;
    for page in [WEB_LOGIN, QR_CONNECT] {
        let (mut desktop, scan) = waiting(&stage, page).await;
        let mut phone = Browser::wecom(stage.addr());
        phone.become_person("member:zhangsan").await;
        let asked = phone.get(&on_the_phone(&scan)).await;
        let action = asked.between("method=\"post\" action=\"", "\"");
        phone
            .post(&action, &[("answer", "refuse")])
            .await
            .shows("已取消");
        let answer = desktop.get(&scan).await;
        assert_eq!(answer.location(), "http://127.0.0.1:8080/cb?state=a%40b");
    }
}

#[tokio::test]
async fn a_switch_keeps_a_refused_web_login_here() {
    let mut seed = Seed::standard();
    seed.switches.web_login_refusal = WebLoginRefusal::Stay;
    let stage = Stage::start_with(seed).await;
    let (mut desktop, scan) = waiting(&stage, WEB_LOGIN).await;
    let answer = desktop.post(&scan, &[("answer", "refuse")]).await;
    assert_eq!(answer.location(), scan);
    desktop.get(&scan).await.shows("已取消登录");
    let (mut desktop, scan) = waiting(&stage, QR_CONNECT).await;
    desktop.post(&scan, &[("answer", "refuse")]).await;
    assert_eq!(
        desktop.get(&scan).await.location(),
        "http://127.0.0.1:8080/cb?state=a%40b"
    );
}

#[tokio::test]
async fn the_list_on_the_page_confirms_as_somebody() {
    let stage = Stage::start().await;
    let (mut desktop, scan) = waiting(&stage, WEB_LOGIN).await;
    let form = [("answer", "confirm"), ("person", "member:lisi")];
    let answer = desktop.post(&scan, &form).await;
    code_in(answer.location());
    let again = desktop.post(&scan, &form).await;
    assert_eq!(again.location(), scan, "one answer only");
    assert_eq!(desktop.get(&scan).await.location(), answer.location());
}

#[tokio::test]
async fn nobody_outside_the_visible_range_can_confirm() {
    let stage = Stage::start().await;
    let (mut desktop, scan) = waiting(&stage, WEB_LOGIN).await;
    let people = stage.world().read(|state, _| {
        let corp = state.corps.values().next().unwrap();
        corp.outsiders
            .iter()
            .map(|person| person.key().to_string())
            .collect::<Vec<_>>()
    });
    let outsiders = people.iter().map(String::as_str).chain(["member:sunqi"]);
    for key in outsiders {
        let answer = desktop
            .post(&scan, &[("answer", "confirm"), ("person", key)])
            .await;
        answer.shows("无权限");
    }
    let disabled = [("answer", "confirm"), ("person", "member:zhaoliu")];
    desktop
        .post(&scan, &disabled)
        .await
        .shows("disabled or has left");
    let nobody = [("answer", "confirm"), ("person", "member:nobody")];
    desktop
        .post(&scan, &nobody)
        .await
        .shows("nobody was chosen");
    desktop
        .get(&scan)
        .await
        .shows("请使用企业微信扫描二维码登录");

    let mut phone = Browser::wecom(stage.addr());
    phone.become_person("member:sunqi").await;
    phone.get(&on_the_phone(&scan)).await.shows("无权限");
}

#[tokio::test]
async fn a_qr_code_ends_and_another_one_can_be_had() {
    let stage = Stage::start().await;
    let (mut desktop, scan) = waiting(&stage, WEB_LOGIN).await;
    stage.clock.advance(Duration::from_secs(301));
    desktop.get(&scan).await.shows("二维码已过期");
    let late = [("answer", "confirm"), ("person", "member:lisi")];
    assert_eq!(desktop.post(&scan, &late).await.location(), scan);
    let mut phone = Browser::wecom(stage.addr());
    phone.become_person("member:lisi").await;
    phone.get(&on_the_phone(&scan)).await.shows("二维码已过期");

    let fresh = desktop.post(&scan, &[("answer", "again")]).await;
    assert_ne!(fresh.location(), scan);
    desktop.get(fresh.location()).await.shows("class=\"qr\"");
}

#[tokio::test]
async fn quick_login_is_offered_to_a_person_in_the_visible_range_only() {
    let stage = Stage::start().await;
    let (mut desktop, scan) = waiting(&stage, WEB_LOGIN).await;
    assert!(!desktop.get(&scan).await.body.contains("快速登录"));
    desktop.become_person("member:zhangsan").await;
    desktop
        .get(&scan)
        .await
        .shows("快速登录")
        .shows("value=\"member:zhangsan\"");
    desktop.become_person("member:sunqi").await;
    assert!(!desktop.get(&scan).await.body.contains("快速登录"));
}

#[tokio::test]
async fn another_site_cannot_confirm_for_the_person() {
    let stage = Stage::start().await;
    let (mut desktop, scan) = waiting(&stage, WEB_LOGIN).await;
    desktop.become_person("member:zhangsan").await;
    let confirm = scan.replace("/scan/", "/confirm2/");
    desktop.origin = Some("http://127.0.0.1:8080".to_owned());
    for path in [&scan, &confirm] {
        let form = [("answer", "confirm"), ("person", "member:zhangsan")];
        assert_eq!(desktop.post(path, &form).await.status, 403, "{path}");
    }
    desktop
        .get(&scan)
        .await
        .shows("请使用企业微信扫描二维码登录");
}

#[tokio::test]
async fn an_unknown_scan_is_a_page_that_says_so() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    desktop
        .get("/_sandbox/scan/nothing")
        .await
        .shows("该链接无法访问");
    desktop
        .get("/wwopen/sso/confirm2?k=nothing")
        .await
        .shows("该链接无法访问");
    desktop
        .get("/wwopen/sso/confirm2")
        .await
        .shows("该链接无法访问");
    let answer = desktop
        .post("/_sandbox/scan/nothing", &[("answer", "again")])
        .await;
    answer.shows("该链接无法访问");
}
