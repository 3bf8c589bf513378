//! Everything that is wrong with a draft, field by field, in English and Chinese.
//!
//! In: findings, one after the other. Out: the list, and what kind of refusal it amounts to. It never stops at
//! the first.

/// What kind of mistake it is; the control API answers each with another status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The value cannot be.
    Bad,
    /// It collides with something that is there.
    Taken,
    /// What it means is not there.
    Absent,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The field of the draft.
    pub(crate) field: &'static str,
    pub(crate) kind: Kind,
    pub(crate) en: String,
    pub(crate) zh: String,
}

/// The mistakes found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// The random source failed; nothing was done.
    pub(crate) fn no_chance() -> Self {
        let mut mistakes = Self::default();
        mistakes.bad("entropy", "the random source failed", "随机源出错");
        mistakes
    }

    pub(crate) fn bad(
        &mut self,
        field: &'static str,
        en: impl Into<String>,
        zh: impl Into<String>,
    ) {
        self.add(field, Kind::Bad, en.into(), zh.into());
    }

    pub(crate) fn taken(&mut self, field: &'static str, en: &str, zh: &str) {
        self.add(field, Kind::Taken, en.to_owned(), zh.to_owned());
    }

    pub(crate) fn absent(&mut self, field: &'static str, en: &str, zh: &str) {
        self.add(field, Kind::Absent, en.to_owned(), zh.to_owned());
    }

    fn add(&mut self, field: &'static str, kind: Kind, en: String, zh: String) {
        self.0.push(Mistake {
            field,
            kind,
            en,
            zh,
        });
    }

    /// A field that must be there; says so unless it was found unreadable before.
    pub(crate) fn needed<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.has(field) {
            self.bad(field, "this is needed", "此项必填");
        }
        value
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.iter().any(|mistake| mistake.field == field)
    }

    pub(crate) fn list(&self) -> &[Mistake] {
        &self.0
    }

    /// Fails when there is any.
    pub(crate) fn finish(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}
