//! Whether what was allowed would be allowed now: for what stays open after its request was judged.
//!
//! In: a judgement that let somebody signed in through. Out, as often as it is asked: whether the same person
//! would pass again. A session that ended is a no, and so is a session whose person was moved out of the
//! department that the rules ask for (S-049, S-066). A store that fails is not a no.

use std::sync::Arc;

use menshen_store::{Digest, SubjectId};
use wecom_sdk::Timestamp;

use super::site::Site;
use super::{Judge, Judgement};
use crate::access::rules::{Needs, Verdict};

/// What has to go on being true. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Stay {
    site: Arc<Site>,
    needs: Needs,
    session: Digest,
    subject_id: SubjectId,
}

impl Judgement {
    /// What this judgement rests on; nothing, where it rests on nobody.
    pub(crate) fn stay(&self) -> Option<Stay> {
        let is_allowed = self.verdict == Verdict::Allow;
        let who = self.who.as_ref().filter(|_| is_allowed)?;
        Some(Stay {
            site: Arc::clone(&self.site),
            needs: self.needs.clone(),
            session: who.digest,
            subject_id: who.subject_id,
        })
    }
}

impl Judge {
    /// Whether it is still so.
    pub(crate) async fn holds(&self, stay: &Stay, now: Timestamp) -> bool {
        match self.sessions.lookup_digest(&stay.session, now).await {
            Ok(Some(who)) => {
                let rules = &stay.site.config.rules;
                stay.site.is_connected_by(&who.connector_id)
                    && rules.admit(&stay.needs, &who.facts())
            }
            Ok(None) => false,
            Err(_) => true,
        }
    }
    /// Comes to an end when this process ends the session, or learns that it has ended.
    pub(crate) async fn ended(&self, stay: &Stay) {
        self.sessions.ended(stay.session, stay.subject_id).await;
    }
}
