//! A door for the fuzz targets to what has no public name: any bytes as the answer of every call.
//!
//! Exists only under `--cfg fuzzing`, which cargo-fuzz sets. In: bytes. Out: how many calls took them for
//! an answer. Nothing is called, and nothing of this is ever published.

use crate::api::agent::Agent;
use crate::api::auth::{UserDetail, Visitor};
use crate::api::contact::department::{Department, DepartmentNode};
use crate::api::contact::member::Member;
use crate::api::contact::members::{self, MemberName};
use crate::api::contact::tag::{Tag, TagName};
use crate::api::two_step::TfaInfo;
use crate::client::{Answer, Fields};
use crate::error::{Diagnostics, Error, Kind};

/// Reads `bytes` as the answer of every call, and looks whether what came of it shows a secret.
#[must_use]
pub fn answers(bytes: &[u8]) -> usize {
    let answer = match Answer::parse("fuzz", bytes) {
        Ok(answer) => answer,
        Err(kind) => {
            let error = Error::new("fuzz", kind);
            assert!(error.is_unreadable() || error.is_rejected());
            assert_ne!(error.errcode(), Some(0), "a success that is an error");
            let is_of_hint = |b: u8| b.is_ascii_hexdigit() || b == b'_';
            let hint = error.hint().unwrap_or_default();
            assert!(hint.len() <= 64 && hint.bytes().all(is_of_hint), "{hint}");
            // Nothing of WeCom's text is in the words: they are those of the number alone.
            if let Some(errcode) = error.errcode() {
                let bare = Error::new("fuzz", Kind::Rejected(errcode, Diagnostics::default()));
                assert_eq!(error.to_string(), bare.to_string());
            }
            return 0;
        }
    };
    let token = crate::access_token::read_for_fuzzing(&answer);
    let outcomes = [
        shown(&answer, Visitor::read),
        shown(&answer, UserDetail::read),
        shown(&answer, Member::read),
        shown(&answer, MemberName::read),
        shown(&answer, Department::read),
        shown(&answer, DepartmentNode::read),
        shown(&answer, Tag::read),
        shown(&answer, TagName::read),
        shown(&answer, Agent::read),
        shown(&answer, TfaInfo::read),
        shown(&answer, members::page),
        shown(&answer, crate::api::addresses::read),
    ];
    outcomes
        .into_iter()
        .chain([token])
        .filter(|is_read| *is_read)
        .count()
}

fn shown<T: std::fmt::Debug>(
    answer: &Answer,
    read: impl Fn(&Fields) -> Result<T, &'static str>,
) -> bool {
    let outcome = answer.read(&read);
    let other = answer.with_other_secrets().read(&read);
    assert_eq!(
        format!("{outcome:?}"),
        format!("{other:?}"),
        "a secret is shown"
    );
    outcome.is_ok()
}
