//! Two-step verification (二次验证, dossier 10): its page and its range, as an admin sets them.
//!
//! In: a draft. Out: the setting, or every mistake at once. Who waits for verification is not decided here.

use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::CorpId;

use super::range::Range;
use super::{Mistakes, corp_of};
use crate::world::{State, TwoStep};

/// Page and range.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TwoStepDraft)]
pub(crate) struct Draft {
    /// The corp; the first one when absent.
    #[schema(value_type = Option<String>)]
    pub(crate) corp: Option<CorpId>,
    /// The verification page, or the OAuth link of the app that verifies; an empty text switches it off.
    pub(crate) url: String,
    /// 验证范围; nobody when absent.
    pub(crate) range: Option<Range>,
}

/// Sets page and range, or switches it off.
pub(crate) fn set(
    state: &mut State,
    draft: &Draft,
    mut mistakes: Mistakes,
) -> Result<(), Mistakes> {
    let Some(corp) = corp_of(state, draft.corp.as_ref(), &mut mistakes) else {
        return Err(mistakes);
    };
    let range = draft.range.as_ref();
    let range = range.map(|range| range.read(corp, "range", &mut mistakes));
    let set = TwoStep {
        url: draft.url.trim().to_owned(),
        range: range.unwrap_or_default(),
    };
    let is_off = set.url.is_empty();
    if !is_off && set.target().is_none() {
        mistakes.bad(
            "url",
            "not an http or https address",
            "不是 http 或 https 地址",
        );
    }
    mistakes.finish()?;
    corp.two_step = Some(set).filter(|_| !is_off);
    Ok(())
}
