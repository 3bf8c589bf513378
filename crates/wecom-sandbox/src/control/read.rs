//! How a control call is read: JSON only, unknown keys refused, mistakes named by key.
//!
//! In: a request. Out: a typed body, or a problem. Security: the content type is checked before the
//! body, so that a form of a foreign site (which cannot send this type) is never carried out.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::problem::{Mistake, Problem};

const BODY_LIMIT: usize = 1024 * 1024;

/// A JSON body.
pub(super) struct Command<T>(pub(super) T);

/// A body that says nothing: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Command<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
            let title = "send the body as application/json";
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content_type",
                title,
            ));
        }
        let bytes = read_all(request.into_body()).await?;
        // The reader would take a list for a body whose keys may all be absent.
        if bytes.trim_ascii_start().first() == Some(&b'[') {
            let mistake = Mistake {
                line: None,
                key: ".".to_owned(),
                problem: "a list, where an object is wanted".to_owned(),
                remedy: "see /_sandbox/api/openapi.json".to_owned(),
            };
            let problem = Problem::bad("body", "the body is not what this call takes");
            return Err(problem.with(vec![mistake]));
        }
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let mistake = Mistake {
                line: None,
                key: error.path().to_string(),
                problem: error.inner().to_string(),
                remedy: "see /_sandbox/api/openapi.json".to_owned(),
            };
            Problem::bad("body", "the body is not what this call takes").with(vec![mistake])
        })?;
        reader
            .end()
            .map_err(|_| Problem::bad("body", "there is something after the JSON"))?;
        Ok(Self(value))
    }
}

async fn read_all(body: Body) -> Result<Vec<u8>, Problem> {
    let body = Limited::new(body, BODY_LIMIT).collect().await;
    let too_large = |_| {
        let title = "the body is longer than 1 MiB, or broke off";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_size", title)
    };
    Ok(body.map_err(too_large)?.to_bytes().into())
}
