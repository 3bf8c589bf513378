//! The description of the control API against the API itself: every path, every method, every key of a body.
//! A validator from outside judges its form in the walks of foreign programs.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{command_text, status};
use crate::client::{request, send};
use crate::stage::Stage;

const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

async fn description(stage: &Stage) -> Value {
    stage.get("/_sandbox/api/openapi.json").await.json()
}

/// Each described operation: path, method, operation.
fn operations(description: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = description["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    operations.collect()
}

#[tokio::test]
async fn every_path_and_method_that_is_served_is_described_and_the_other_way_round() {
    let stage = Stage::start().await;
    let description = description(&stage).await;
    let described = operations(&description);
    let served = wecom_sandbox::paths().into_iter();
    let served: Vec<_> = served
        .filter(|path| path.starts_with("/_sandbox/api/"))
        .collect();
    let paths: BTreeSet<_> = described.iter().map(|(path, _, _)| *path).collect();
    assert_eq!(paths, served.iter().copied().collect());
    for path in served {
        for method in METHODS {
            let is_described = described
                .iter()
                .any(|(known, other, _)| *known == path && *other == method);
            // Without a content type no change is carried out: whoever answers at all says 415.
            let asked = request(&method.to_uppercase(), &path.replace("{id}", "1"), "");
            let answer = send(stage.addr(), asked).await.unwrap();
            let is_served = status(&answer) != 405;
            assert_eq!(
                is_described,
                is_served,
                "{method} {path}: {}",
                status(&answer)
            );
        }
    }
}

#[tokio::test]
async fn every_operation_has_a_name_a_sentence_and_only_answers_that_are_described() {
    let stage = Stage::start().await;
    let description = description(&stage).await;
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&description) {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name.to_owned()), "{name} is there twice");
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{method} {path}"
        );
        if method == "get" {
            let answer = stage.get(&path.replace("{id}", "1")).await;
            assert!(
                operation["responses"].get(answer.status.as_str()).is_some(),
                "{method} {path}"
            );
        } else {
            for code in ["400", "413", "415"] {
                assert!(
                    operation["responses"].get(code).is_some(),
                    "{method} {path} {code}"
                );
            }
        }
    }
}

/// A reader that meets an unknown key names the known ones.
fn known_keys(problem: &str) -> BTreeSet<String> {
    let (_, expected) = problem.split_once("unknown field `no_such_key`").unwrap();
    expected
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn the_keys_of_every_body_are_those_that_the_reader_knows() {
    let stage = Stage::start().await;
    let description = description(&stage).await;
    for (path, method, operation) in operations(&description) {
        if method == "get" {
            continue;
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let schema = &description["components"]["schemas"][name];
        let properties = schema["properties"].as_object();
        let described: BTreeSet<_> = properties
            .into_iter()
            .flatten()
            .map(|(key, _)| key.clone())
            .collect();
        let place = path
            .trim_start_matches("/_sandbox/api/")
            .replace("{id}", "1");
        let answer = command_text(
            &stage,
            &method.to_uppercase(),
            &place,
            r#"{"no_such_key":1}"#,
        )
        .await;
        assert_eq!(status(&answer), 400, "{method} {path}");
        let problem = answer.json();
        let told = problem["mistakes"][0]["problem"].as_str().unwrap();
        assert_eq!(known_keys(told), described, "{method} {path} {name}");
        assert_eq!(schema["additionalProperties"], Value::Bool(false), "{name}");
    }
}
