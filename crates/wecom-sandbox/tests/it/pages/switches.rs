//! The page of switches, and the seed as a file.

use wecom_sandbox::Seed;
use wecom_sandbox::world::{FieldOrder, Frequency, Switches};

use crate::browser::Browser;
use crate::stage::{PORTAL, Stage};

fn turned(stage: &Stage) -> Vec<(&'static str, &'static str)> {
    let present = stage.world().read(|state, _| state.switches.list());
    let defaults = Switches::default().list();
    let pairs = present.into_iter().zip(defaults);
    pairs
        .filter_map(|(now, default)| (now != default).then_some(now))
        .collect()
}

#[tokio::test]
async fn every_switch_and_word_is_there_with_the_present_word_chosen() {
    let stage = Stage::start().await;
    stage
        .world()
        .change(|state, _| state.switches.frequency = Frequency::Unlimited);
    let mut desktop = Browser::desktop(stage.addr());
    for (language, saved) in [("en", "Save"), ("zh", "保存")] {
        desktop.language = language;
        let page = desktop.get("/_sandbox/switches").await;
        page.shows(saved);
        let present = stage.world().read(|state, _| state.switches.list());
        for ((name, words), (_, word)) in Switches::NAMES.iter().zip(present) {
            for each in *words {
                let checked = if *each == word { " checked" } else { "" };
                page.shows(&format!(
                    "<input type=\"radio\" name=\"{name}\" value=\"{each}\"{checked}>"
                ));
            }
        }
    }
    let page = desktop.get("/_sandbox/switches").await;
    assert_eq!(page.body.matches("class=\"badge on\"").count(), 1);
}

#[tokio::test]
async fn a_form_turns_the_switches_of_its_chapter_and_no_others() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let form = [("field_order", "documented"), ("hint", "old")];
    let answer = desktop.post("/_sandbox/switches", &form).await;
    assert_eq!(
        answer.location(),
        "/_sandbox/switches?saved=answers#answers"
    );
    assert_eq!(
        turned(&stage),
        [("hint", "old"), ("field_order", "documented")]
    );
    let page = desktop.get("/_sandbox/switches?saved=answers").await;
    page.shows("role=\"status\"").shows("Saved");
    // It holds at once, for the calls too.
    let order = stage.world().read(|state, _| state.switches.field_order);
    assert_eq!(order, FieldOrder::Documented);
    let token = stage.token(PORTAL).await;
    let path = format!("/cgi-bin/tag/list?access_token={token}");
    let answer = stage.get(&path).await;
    let body = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(
        body.starts_with("{\"errcode\":0,\"errmsg\":\"ok\""),
        "{body}"
    );
    let answer = desktop.post("/_sandbox/switches/defaults", &[]).await;
    assert_eq!(answer.location(), "/_sandbox/switches?saved=defaults");
    assert_eq!(turned(&stage), []);
}

#[tokio::test]
async fn a_word_that_is_none_changes_nothing_and_a_foreign_form_neither() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let form = [("hint", "old"), ("field_order", "sorted")];
    let page = desktop.post("/_sandbox/switches", &form).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("role=\"alert\""), "{}", page.body);
    assert!(page.body.contains("`sorted` is no word"), "{}", page.body);
    assert_eq!(turned(&stage), []);
    desktop.origin = Some("http://elsewhere.example".to_owned());
    let form = [("hint", "old")];
    let page = desktop.post("/_sandbox/switches", &form).await;
    assert_eq!((page.status, turned(&stage)), (403, vec![]));
    let page = desktop.post("/_sandbox/switches/defaults", &[]).await;
    assert_eq!(page.status, 403);
}

#[tokio::test]
async fn the_seed_is_downloaded_as_a_file_that_can_be_read_again() {
    let stage = Stage::start().await;
    let mut desktop = Browser::desktop(stage.addr());
    let page = desktop.get("/_sandbox/").await;
    page.shows("href=\"/_sandbox/seed.toml\" download");
    let file = desktop.get("/_sandbox/seed.toml").await;
    assert_eq!(file.status, 200);
    let kind = file.header("content-type").unwrap();
    assert_eq!(kind, "application/toml; charset=utf-8");
    let named = file.header("content-disposition");
    assert_eq!(named, Some("attachment; filename=\"seed.toml\""));
    file.shows("[[corp]]").shows("sandbox-secret-1000002");
    assert!(Seed::parse(&file.body).is_ok(), "{}", file.body);
    let json = stage.get("/_sandbox/api/seed").await.json();
    assert_eq!(json["toml"], file.body);
}
