//! What goes wrong in a control call, as an RFC 9457 problem.
//!
//! In: a named mistake. Out: a status and a JSON body of type `application/problem+json`.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::admin::{Kind, Mistakes};
use crate::seed::SeedMistakes;
use crate::world::{ConsentError, ScanError};

/// A problem.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// `urn:wecom-sandbox:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The HTTP status.
    status: u16,
    /// A stable word.
    code: &'static str,
    /// What is wrong.
    title: String,
    /// Each mistake, where there can be several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mistakes: Vec<Mistake>,
}

/// One of several mistakes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Mistake {
    /// The line of the text, from 1, where there is a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<usize>,
    /// The key, as a path.
    pub(super) key: String,
    /// What is wrong.
    pub(super) problem: String,
    /// What to do.
    pub(super) remedy: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, title: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:wecom-sandbox:problem:{code}"),
            status: status.as_u16(),
            code,
            title: title.into(),
            mistakes: Vec::new(),
        }
    }

    pub(super) fn not_found(code: &'static str, title: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, title)
    }

    pub(super) fn bad(code: &'static str, title: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, title)
    }

    pub(super) fn with(mut self, mistakes: Vec<Mistake>) -> Self {
        self.mistakes = mistakes;
        self
    }

    /// The random source failed; nothing was done.
    pub(super) fn entropy() -> Self {
        let title = "the random source failed";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "entropy", title)
    }
}

impl From<SeedMistakes> for Problem {
    fn from(mistakes: SeedMistakes) -> Self {
        let mistakes = mistakes.0.into_iter().map(|mistake| Mistake {
            line: Some(mistake.line),
            key: mistake.key,
            problem: mistake.problem,
            remedy: mistake.remedy,
        });
        Self::bad("seed", "the seed has mistakes").with(mistakes.collect())
    }
}

impl From<Mistakes> for Problem {
    fn from(mistakes: Mistakes) -> Self {
        let list = mistakes.list();
        let has = |kind: Kind| list.iter().any(|mistake| mistake.kind == kind);
        let status = if has(Kind::Absent) {
            StatusCode::NOT_FOUND
        } else if has(Kind::Bad) {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::CONFLICT
        };
        let first = list.first();
        let code = first.map_or("draft", |mistake| mistake.field);
        let title = first.map_or("this cannot be", |mistake| &mistake.en);
        let mistakes = list.iter().map(|mistake| Mistake {
            line: None,
            key: mistake.field.to_owned(),
            problem: mistake.en.clone(),
            remedy: "see /_sandbox/api/corps for what there is".to_owned(),
        });
        Self::new(status, code, title).with(mistakes.collect())
    }
}

impl From<ScanError> for Problem {
    fn from(error: ScanError) -> Self {
        let status = match error {
            ScanError::Unknown => StatusCode::NOT_FOUND,
            ScanError::Expired | ScanError::Answered => StatusCode::CONFLICT,
            ScanError::NotVisible | ScanError::CannotSignIn(_) => StatusCode::FORBIDDEN,
        };
        Self::new(status, "scan", error.rule())
    }
}

impl From<ConsentError> for Problem {
    fn from(error: ConsentError) -> Self {
        match error {
            ConsentError::Unknown => Self::not_found("consent", "there is no such consent page"),
            ConsentError::Answered => {
                let title = "this consent page was answered before";
                Self::new(StatusCode::CONFLICT, "consent", title)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        // A problem is texts and numbers; writing it cannot fail.
        let body = serde_json::to_string(&self).unwrap_or_default();
        (status, kind, body).into_response()
    }
}
