//! What a call is: a row of the table, the request as it came, and what it is answered.
//!
//! In: query and body, read once. Out: values for the file of the call. It decides nothing.

use std::borrow::Cow;
use std::net::IpAddr;

use serde_json::Value;
use url::form_urlencoded;
use wecom_sdk::{DepartmentId, Timestamp};

use crate::world::{Allowed, Caller, Refusal, State};

/// A call that is carried out: its fields in the order of the documentation, and the rule.
pub(super) struct Done {
    pub(super) fields: Fields,
    pub(super) rule: &'static str,
}

/// The fields of an answer, besides `errcode` and `errmsg`.
pub(super) type Fields = Vec<(&'static str, Value)>;

pub(super) type Outcome = Result<Done, Refusal>;

/// How a call is carried out.
#[derive(Clone, Copy)]
pub(super) enum Run {
    /// Without a token.
    Open(fn(&mut State, &Visit<'_>) -> Outcome),
    /// With a token of one of these kinds.
    Token(Allowed, fn(&mut State, &Caller, &Visit<'_>) -> Outcome),
}

/// A row of the table.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of a table: each statement is true or false of a call by itself"
)]
pub(super) struct Api {
    pub(super) path: &'static str,
    pub(super) run: Run,
    /// Keys that come as `[]` when the call is refused (dossier 2).
    pub(super) empties: &'static [&'static str],
    /// The length of the random value the call may need.
    pub(super) draws: usize,
    /// Whether the call counts itself: a valid code is not counted (13.1).
    pub(super) counts_itself: bool,
    /// Whether 40014 comes without suffix (2.1).
    pub(super) has_bare_token_error: bool,
    /// Whether the switch `legacy` can take it away (6.2).
    pub(super) is_legacy: bool,
    /// Whether only so many may be under way at once (13.1).
    pub(super) is_few_at_once: bool,
}

impl Api {
    pub(super) const fn new(path: &'static str, run: Run) -> Self {
        Self {
            path,
            run,
            empties: &[],
            draws: 0,
            counts_itself: false,
            has_bare_token_error: false,
            is_legacy: false,
            is_few_at_once: false,
        }
    }

    pub(super) const fn drawing(mut self, length: usize) -> Self {
        self.draws = length;
        self
    }

    pub(super) const fn with_empties(mut self, keys: &'static [&'static str]) -> Self {
        self.empties = keys;
        self
    }

    pub(super) const fn counted_by_itself(mut self) -> Self {
        self.counts_itself = true;
        self
    }

    pub(super) const fn with_bare_token_error(mut self) -> Self {
        self.has_bare_token_error = true;
        self
    }

    pub(super) const fn few_at_once(mut self) -> Self {
        self.is_few_at_once = true;
        self
    }

    pub(super) const fn legacy(mut self) -> Self {
        self.is_legacy = true;
        self
    }
}

/// A request, read.
pub(super) struct Visit<'a> {
    pub(super) now: Timestamp,
    pub(super) path: &'static str,
    pub(super) address: IpAddr,
    pub(super) query: Query<'a>,
    pub(super) body: &'a Value,
    /// The random value drawn for this call.
    pub(super) fresh: &'a str,
}

/// The query of a call, decoded. Of a repeated parameter the first counts.
pub(super) struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Query<'a> {
    pub(super) fn parse(raw: &'a str) -> Self {
        Self(form_urlencoded::parse(raw.as_bytes()).collect())
    }

    /// A parameter that is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(key, _)| key == name)?;
        Some(found.1.as_ref()).filter(|value| !value.is_empty())
    }
}

impl Visit<'_> {
    /// `department_id` or `id` of the query.
    ///
    /// # Errors
    /// 60123 when it is there and no number.
    pub(super) fn department(&self, name: &str) -> Result<Option<DepartmentId>, Refusal> {
        let bad = Refusal::new(60123, "department.id_illegal (8.5, 13.4)");
        let id = self.query.get(name);
        let id = id.map(|id| id.parse().map(DepartmentId).map_err(|_| bad));
        id.transpose()
    }
}
