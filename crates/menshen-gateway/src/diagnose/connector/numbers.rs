//! The numbers of departments and tags, which rules go by, with the names that people know.
//!
//! In: a client of a connector. Out: one finding that lists what the agent may see, or nothing where WeCom does
//! not say. It judges nothing.

use std::fmt::Write as _;

use wecom_sdk::Client;

use super::super::finding::{Finding, Level};

/// More of them would fill the screen.
const SHOWN: usize = 20;

/// Lists them.
pub(super) async fn try_out(about: &str, client: &Client) -> Option<Finding> {
    let departments = client.departments(None).await.ok()?;
    let departments = departments.into_iter();
    let departments = departments.map(|each| (each.node.id.to_string(), each.name));
    let mut what = list("department", &departments.collect::<Vec<_>>());
    if let Ok(tags) = client.tags().await {
        let tags = tags.into_iter();
        let tags: Vec<_> = tags
            .map(|tag| (tag.id.to_string(), Some(tag.name)))
            .collect();
        // Writing into a string cannot fail.
        let _ = write!(what, "; {}", list("tag", &tags));
    }
    Some(Finding::new(
        Level::Good,
        about,
        format!("for rules: {what}"),
    ))
}

/// `department:1 总部, department:2 研发部`
fn list(word: &str, numbered: &[(String, Option<String>)]) -> String {
    if numbered.is_empty() {
        return format!("no {word} that this agent may see");
    }
    let shown = numbered.iter().take(SHOWN);
    let shown = shown.map(|(number, name)| {
        let name = name.as_deref().unwrap_or("(no name)");
        format!("{word}:{number} {name}")
    });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if let Some(more @ 1..) = numbered.len().checked_sub(SHOWN) {
        let _ = write!(text, " and {more} more");
    }
    text
}
