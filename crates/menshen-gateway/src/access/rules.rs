//! Who may open which path of a site.
//!
//! In: method, path, and what is known of the person if somebody is signed in. Out: a verdict, and
//! the rules that made it. The first rule that matches decides; behind it come those for the very
//! same paths, and then every one of them must agree (the most restrictive wins a tie). A path that
//! can be read in several ways, or that only letter case keeps from a rule, needs the consent of the
//! rules of every reading: a rule that opens is taken narrowly, a rule that closes widely.

use wecom_sdk::CorpId;

use super::method::Methods;
use super::path::Path;
use super::pattern::Pattern;
use super::term::{Allow, Facts};

#[cfg(test)]
mod tests;

/// The rules of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The one corp that departments, tags and userids are of; `None` when there are several, and then
    /// no word goes by them.
    pub(crate) corp_id: Option<CorpId>,
    /// For paths without a rule.
    pub(crate) allow: Allow,
    /// In their order.
    pub(crate) list: Box<[Rule]>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The paths it is for.
    pub(crate) path: Pattern,
    /// The methods it is for.
    pub(crate) methods: Methods,
    /// Who may pass.
    pub(crate) allow: Allow,
}

/// What may happen with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Open to everybody.
    Public,
    /// Open to this person.
    Allow,
    /// Nobody is signed in; signing in may help.
    SignIn,
    /// Closed to this person, or to everybody.
    Refuse,
}

/// Which part of a site's rules: the index of a rule, or `None` for the site's own `allow`.
pub(crate) type Part = Option<usize>;

/// The parts of a site's rules that a request needs the consent of. At least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needs {
    first: Part,
    more: Vec<Part>,
}

impl Needs {
    /// All of them; the one that a narrow reading finds is the first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Part> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    fn add(&mut self, part: Part) {
        if self.first != part && !self.more.contains(&part) {
            self.more.push(part);
        }
    }
}

impl Rules {
    /// What a request needs the consent of.
    pub(crate) fn needs(&self, method: &str, path: &Path<'_>) -> Needs {
        let mut needs = Needs {
            first: self.first(|rule| rule.matches(method, path.canonical())),
            more: Vec::new(),
        };
        // The usual site has no rules, and the usual path one reading.
        if self.list.is_empty() {
            return needs;
        }
        let is_like_get = self.is_like_get(method, needs.first);
        for reading in path.readings() {
            self.add_all(&mut needs, |rule| rule.matches(method, reading));
            self.add_all(&mut needs, |rule| rule.touches(method, reading));
            if is_like_get {
                self.add_all(&mut needs, |rule| rule.touches("GET", reading));
            }
        }
        // Security: what can be read in two ways is never public (S-019, S-025); it is open to those
        // for whom the site is, unless nothing of the site is closed at all.
        if !path.is_clear() && needs.iter().any(|part| self.allow(part).is_public()) {
            needs.add(None);
        }
        needs
    }

    /// What may happen, given the needs and who is signed in.
    pub(crate) fn decide(
        &self,
        needs: &Needs,
        path: &Path<'_>,
        person: Option<&Facts<'_>>,
    ) -> Verdict {
        let is_safe = path.is_clear() || self.is_open();
        if is_safe && needs.iter().all(|part| self.allow(part).is_public()) {
            return Verdict::Public;
        }
        let is_closed = |part| matches!(self.allow(part), Allow::Any(terms) if terms.is_empty());
        match person {
            _ if needs.iter().any(is_closed) => Verdict::Refuse,
            None => Verdict::SignIn,
            Some(facts) if self.admit(needs, facts) => Verdict::Allow,
            Some(_) => Verdict::Refuse,
        }
    }

    /// Whether all parts that have a say admit a person.
    pub(crate) fn admit(&self, needs: &Needs, facts: &Facts<'_>) -> bool {
        needs.iter().all(|part| self.admits(part, facts))
    }

    /// A part in words: which rule, and whom it admits.
    pub(crate) fn name(&self, part: Part) -> String {
        let allow = self.allow(part);
        match part.and_then(|index| self.list.get(index)) {
            Some(rule) if rule.methods == Methods::default() => {
                format!("the rule for {} (allow: {allow})", rule.path)
            }
            Some(rule) => format!(
                "the rule for {} {} (allow: {allow})",
                rule.methods, rule.path
            ),
            None => format!("the site's own allow ({allow})"),
        }
    }

    /// Who a part admits.
    pub(crate) fn allow(&self, part: Part) -> &Allow {
        part.and_then(|index| self.list.get(index))
            .map_or(&self.allow, |rule| &rule.allow)
    }

    /// Whether a part admits a person.
    pub(crate) fn admits(&self, part: Part, facts: &Facts<'_>) -> bool {
        let is_of_the_corp = |corp_id: &CorpId| corp_id.as_str() == facts.corp_id;
        match self.allow(part) {
            Allow::Public => true,
            Allow::Any(terms) => terms.iter().any(|term| {
                // Security: numbers and userids of one corp mean nothing in another.
                let is_at_home =
                    !term.is_of_one_corp() || self.corp_id.as_ref().is_some_and(is_of_the_corp);
                is_at_home && term.admits(facts)
            }),
        }
    }

    /// The rules that can never decide anything, each with an earlier one that is for all of its
    /// requests.
    pub(crate) fn shadowed(&self) -> Vec<(usize, usize)> {
        let earlier = |(index, rule): (usize, &Rule)| {
            let found = self.list[..index]
                .iter()
                .position(|other| other.hides(rule));
            found.map(|other| (index, other))
        };
        self.list.iter().enumerate().filter_map(earlier).collect()
    }

    /// Whether this is a `HEAD` of which no rule speaks by its name. Servers answer it as they answer `GET`, less
    /// the body: what is closed to the one is closed to the other (S-026).
    fn is_like_get(&self, method: &str, first: Part) -> bool {
        let rule = first.and_then(|index| self.list.get(index));
        let is_named = rule.is_some_and(|rule| rule.methods.name(method));
        method.eq_ignore_ascii_case("HEAD") && !is_named
    }

    /// Whether the whole site is public, so that no path can be mistaken for a closed one.
    fn is_open(&self) -> bool {
        self.allow.is_public() && self.list.iter().all(|rule| rule.allow.is_public())
    }

    fn first(&self, matches: impl Fn(&Rule) -> bool) -> Part {
        self.list.iter().position(matches)
    }

    /// Adds the first rule that matches, and those behind it that are for the very same paths.
    fn add_all(&self, needs: &mut Needs, matches: impl Fn(&Rule) -> bool) {
        let Some(first) = self.first(&matches) else {
            return needs.add(None);
        };
        needs.add(Some(first));
        for (index, rule) in self.list.iter().enumerate().skip(first + 1) {
            if rule.path == self.list[first].path && matches(rule) {
                needs.add(Some(index));
            }
        }
    }
}

impl Rule {
    fn matches(&self, method: &str, path: &str) -> bool {
        self.methods.contain(method) && self.path.matches(path)
    }

    fn touches(&self, method: &str, path: &str) -> bool {
        self.methods.contain_loosely(method) && self.path.touches(path)
    }

    /// Whether the later rule never gets a say, or never gets to open what it is meant to open.
    fn hides(&self, later: &Self) -> bool {
        let is_over = if later.allow.is_public() {
            self.path.covers_loosely(&later.path)
        } else {
            self.path.covers(&later.path)
        };
        is_over && self.methods.cover(&later.methods)
    }
}
