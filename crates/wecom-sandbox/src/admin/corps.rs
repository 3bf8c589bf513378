//! Corps: created, changed, taken out; and their contact sync, opened and closed.
//!
//! In: a draft of the console or the control API. Out: the changed state, or every mistake at once and nothing
//! changed. The last corp stays.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{CorpId, DepartmentId, Entropy, EntropyError, Timestamp};

use super::{Mistakes, check_name};
use crate::world::{ContactSync, Corp, Department, Holder, Members, Noted, State, TrustedIps, hex};

/// 企业名称: how long it may be is not on record.
const NAME: usize = 64;
/// How long secrets are in public samples (dossier 15.5).
const SECRET: usize = 43;

/// A corp. In a change, what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CorpDraft)]
pub(crate) struct Draft {
    /// 企业ID; a new corp draws one when absent.
    #[schema(value_type = Option<String>)]
    pub(crate) corp: Option<CorpId>,
    /// 企业名称; needed for a new one.
    pub(crate) name: Option<String>,
    /// Whether contact sync (通讯录同步) is open; closing it ends its tokens.
    pub(crate) contact_sync: Option<bool>,
    /// Another secret of contact sync; tokens of the old one end. One is drawn when it opens without.
    pub(crate) contact_sync_secret: Option<String>,
    /// 企业可信IP of contact sync: in force a minute later, at once when it opens.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) contact_sync_ips: Option<Vec<IpAddr>>,
}

/// What a corp needs of chance, drawn beforehand.
pub(crate) struct Drawn {
    id: String,
    secret: String,
}

impl Drawn {
    pub(crate) fn new(entropy: &Entropy) -> Result<Self, EntropyError> {
        Ok(Self {
            id: format!("ww{}", hex(&entropy.bytes::<8>()?)),
            secret: entropy.url_safe(SECRET)?,
        })
    }
}

/// Creates a corp with its root department, and gives its id.
pub(crate) fn create(
    state: &mut State,
    now: Timestamp,
    draft: Draft,
    drawn: Drawn,
    mut mistakes: Mistakes,
) -> Result<CorpId, Mistakes> {
    let id = draft.corp.clone();
    let id = id.or_else(|| CorpId::parse(drawn.id.as_str()).ok());
    let id = mistakes.needed("corp", id);
    if id.as_ref().is_some_and(|id| state.corps.contains_key(id)) {
        mistakes.taken("corp", "this id is taken", "这个企业ID已被占用");
    }
    mistakes.needed("name", draft.name.as_ref());
    let name = check(&draft, &mut mistakes).unwrap_or_default();
    mistakes.finish()?;
    let id = id.ok_or_else(Mistakes::default)?;
    let root = Department {
        id: DepartmentId(1),
        name: name.clone(),
        name_en: String::new(),
        parent: None,
        order: 0,
    };
    let mut corp = Corp {
        id: id.clone(),
        name,
        agents: BTreeMap::new(),
        contact_sync: None,
        departments: [(root.id, root)].into(),
        members: Members::default(),
        tags: Noted::default(),
        outsiders: Vec::new(),
        outsider_names: BTreeMap::new(),
        two_step: None,
    };
    apply_sync(&mut corp, now, draft, drawn.secret);
    state.corps.insert(id.clone(), corp);
    Ok(id)
}

/// Changes a corp.
pub(crate) fn change(
    state: &mut State,
    now: Timestamp,
    draft: Draft,
    drawn: Drawn,
    mut mistakes: Mistakes,
) -> Result<(), Mistakes> {
    let name = check(&draft, &mut mistakes);
    let id = super::corp_of(state, draft.corp.as_ref(), &mut mistakes).map(|corp| corp.id.clone());
    mistakes.finish()?;
    let Some(corp) = id.as_ref().and_then(|id| state.corps.get_mut(id)) else {
        return Ok(());
    };
    corp.name = name.unwrap_or_else(|| corp.name.clone());
    let before = sync_secret(corp);
    apply_sync(corp, now, draft, drawn.secret);
    let after = sync_secret(corp);
    if let Some(id) = id.filter(|_| before != after) {
        state.end_tokens(&id, Some(Holder::ContactSync));
    }
    Ok(())
}

/// Takes a corp out with all that is in it and all that was issued for it. The last one stays.
pub(crate) fn remove(state: &mut State, id: Option<&CorpId>) -> Result<(), Mistakes> {
    let mut mistakes = Mistakes::default();
    let known = id.filter(|id| state.corps.contains_key(*id));
    if known.is_none() {
        mistakes.absent("corp", "there is no such corp", "没有这个企业");
    } else if state.corps.len() == 1 {
        mistakes.taken("corp", "the last corp stays", "最后一个企业不能删除");
    }
    mistakes.finish()?;
    if let Some(id) = known {
        state.remove_corp(id);
    }
    Ok(())
}

fn sync_secret(corp: &Corp) -> Option<String> {
    let sync = corp.contact_sync.as_ref();
    sync.map(|sync| sync.secret.clone())
}

fn check(draft: &Draft, mistakes: &mut Mistakes) -> Option<String> {
    let secret = draft.contact_sync_secret.as_deref();
    if secret.is_some_and(|secret| secret.trim().is_empty()) {
        mistakes.bad(
            "contact_sync_secret",
            "a secret is not empty",
            "Secret 不能为空",
        );
    }
    check_name(draft.name.as_deref(), NAME, mistakes)
}

/// Opens, closes or changes contact sync.
fn apply_sync(corp: &mut Corp, now: Timestamp, draft: Draft, drawn: String) {
    if draft.contact_sync == Some(false) {
        corp.contact_sync = None;
    } else if let Some(sync) = &mut corp.contact_sync {
        if let Some(secret) = draft.contact_sync_secret {
            sync.secret = secret;
        }
        if let Some(ips) = draft.contact_sync_ips {
            sync.trusted_ips.save(now, ips);
        }
    } else if draft.contact_sync == Some(true) {
        corp.contact_sync = Some(ContactSync {
            secret: draft.contact_sync_secret.unwrap_or(drawn),
            created_at: now,
            trusted_ips: TrustedIps::in_force(draft.contact_sync_ips.unwrap_or_default()),
            reads_details: false,
            callback: None,
        });
    }
}
