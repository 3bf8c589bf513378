//! What is answered to somebody whom the rules of a site do not admit.
//!
//! In: a judgement that is a no. Out: a failure whose page says who is signed in and leads on: to the site's
//! front page, where that is open to them, and to the sign-out. The rules that decided are for the log only.

use super::Judgement;
use super::assertion::decode;
use crate::access::path::Path;
use crate::access::rules::Verdict;
use crate::config::Fact;
use crate::door::{Failure, codes};

/// The front page of a site.
const FRONT: &str = "/";

impl Judgement {
    /// The failure for a verdict that is a no to a known person, or to everybody.
    pub(crate) fn refused(&self) -> Failure {
        let mut failure = Failure::new(codes::SITE_REFUSED).with_detail(self.explanation());
        if self.is_front_open() {
            failure = failure.with_way_on(FRONT);
        }
        match self.name() {
            Some(name) => failure.with_person(name),
            None => failure,
        }
    }

    /// Whether the same person may open the front page. If that is what they asked for, they may not.
    fn is_front_open(&self) -> bool {
        let Ok(path) = Path::parse(FRONT) else {
            return false;
        };
        let rules = &self.site.config.rules;
        let facts = self.who.as_ref().map(|who| who.facts());
        let needs = rules.needs("GET", &path);
        let verdict = rules.decide(&needs, &path, facts.as_ref());
        matches!(verdict, Verdict::Public | Verdict::Allow)
    }

    /// Who is signed in, as people call them; else by userid.
    fn name(&self) -> Option<String> {
        let values = &self.who.as_ref()?.values;
        let known = |fact| decode(values.get(fact).to_str().unwrap_or_default());
        let mut names = [Fact::Name, Fact::User].into_iter().map(known);
        names.find(|name| !name.is_empty())
    }
}
