//! What an admin may do so often in a month (dossier 13.1).

use std::time::Duration;

use serde_json::json;
use wecom_sandbox::world::Frequency;

use super::{command, status};
use crate::client::Answer;
use crate::stage::{PORTAL, Stage};

async fn set_domain(stage: &Stage, domain: &str) -> Answer {
    let body = json!({ "agent": PORTAL, "oauth_domain": domain });
    command(stage, "POST", "agents/change", &body).await
}

#[tokio::test]
async fn the_twenty_first_trusted_domain_of_a_month_is_refused_for_thirty_days() {
    let stage = Stage::start().await;
    for number in 0..20 {
        let domain = format!("h{number}.example");
        assert_eq!(status(&set_domain(&stage, &domain).await), 204, "{number}");
        // The same again, and taking it away, is no new one.
        assert_eq!(status(&set_domain(&stage, &domain).await), 204);
    }
    let refused = set_domain(&stage, "one.too.many").await;
    assert_eq!(status(&refused), 409);
    assert!(refused.json().to_string().contains("85004"), "{refused:?}");
    let listed = stage.get("/_sandbox/api/corps").await.json();
    assert_eq!(
        listed[0]["agents"][0]["oauth_domain"], "h19.example",
        "nothing changed"
    );
    let bars = stage.get("/_sandbox/api/limits").await.json();
    assert_eq!(bars[0]["what"], "trusted domains (85004)");
    stage.clock.advance(Duration::from_hours(30 * 24 - 1));
    assert_eq!(status(&set_domain(&stage, "too.early").await), 409);
    stage.clock.advance(Duration::from_hours(1));
    assert_eq!(status(&set_domain(&stage, "in.time").await), 204);
}

#[tokio::test]
async fn a_bar_is_lifted_and_a_switch_takes_quotas_away() {
    let stage = Stage::with(|seed| seed.limits.domains_per_month = 1).await;
    assert_eq!(status(&set_domain(&stage, "a.example").await), 204);
    assert_eq!(status(&set_domain(&stage, "b.example").await), 409);
    command(&stage, "POST", "limits/lift", &json!({})).await;
    assert_eq!(status(&set_domain(&stage, "b.example").await), 204);
    let free = Stage::with(|seed| {
        seed.limits.domains_per_month = 0;
        seed.limits.agents = 0;
        seed.switches.frequency = Frequency::Unlimited;
    })
    .await;
    assert_eq!(status(&set_domain(&free, "a.example").await), 204);
    let new = json!({ "name": "新应用" });
    assert_eq!(
        status(&command(&free, "POST", "agents/create", &new).await),
        201
    );
}

#[tokio::test]
async fn apps_are_counted_as_they_stand_and_as_they_are_made() {
    let stage = Stage::with(|seed| {
        seed.limits.agents = 4;
        seed.limits.agents_per_month = 3;
    })
    .await;
    let new = json!({ "name": "新应用" });
    let create = async || status(&command(&stage, "POST", "agents/create", &new).await);
    assert_eq!([create().await, create().await], [201, 201]);
    assert_eq!(create().await, 409, "four are there");
    let last = json!({ "agent": 1_000_005 });
    assert_eq!(
        status(&command(&stage, "POST", "agents/remove", &last).await),
        204
    );
    assert_eq!(create().await, 201);
    assert_eq!(
        status(&command(&stage, "POST", "agents/remove", &last).await),
        204
    );
    assert_eq!(create().await, 409, "three were made this month");
    // One that is wrong in another way is not counted.
    let wrong = json!({ "name": "" });
    assert_eq!(
        status(&command(&stage, "POST", "agents/create", &wrong).await),
        400
    );
}
