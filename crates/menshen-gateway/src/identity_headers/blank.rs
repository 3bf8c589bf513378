//! A head with the identity headers in it, to be copied and filled.
//!
//! In: a head that is the same for everybody, once; then the values of one person. Out: the head with them. A
//! header map that is copied keeps its order, so each value goes to a place that is known: nothing is searched
//! for. Pure.

use http::header::COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::names::{ASSERTION, Fact};
use super::values::{Headers, NOTHING, Values};

#[cfg(test)]
mod tests;

/// What stands at one place of the head.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// The same for everybody.
    Fixed,
    /// A fact about the person.
    Fact(Fact),
    /// The signed assertion.
    Assertion,
    /// What the site may see of the caller's cookies.
    Cookie,
}

/// The head of an answer about nobody.
#[derive(Clone, Debug)]
pub(crate) struct Blank {
    head: HeaderMap,
    places: Box<[Place]>,
}

impl Blank {
    /// `head` with all identity headers of a site and `Cookie`, empty.
    pub(crate) fn new(mut head: HeaderMap, headers: &Headers) -> Self {
        headers.write(None, None, &mut head);
        head.insert(COOKIE, NOTHING);
        let place = |name: &HeaderName| match headers.fact(name) {
            Some(fact) => Place::Fact(fact),
            None if *name == ASSERTION => Place::Assertion,
            None if *name == COOKIE => Place::Cookie,
            None => Place::Fixed,
        };
        Self {
            places: head.iter().map(|(name, _)| place(name)).collect(),
            head,
        }
    }

    /// The head with these values in it; empty where nobody is named.
    pub(crate) fn fill(
        &self,
        values: Option<&Values>,
        assertion: Option<HeaderValue>,
        cookies: HeaderValue,
    ) -> HeaderMap {
        let mut head = self.head.clone();
        let (mut assertion, mut cookies) = (assertion, Some(cookies));
        for (value, place) in head.values_mut().zip(&self.places) {
            let new = match place {
                Place::Fixed => None,
                Place::Fact(fact) => values.map(|values| values.get(*fact).clone()),
                Place::Assertion => assertion.take(),
                Place::Cookie => cookies.take(),
            };
            if let Some(new) = new {
                *value = new;
            }
        }
        head
    }
}
