//! The words on the pages: `texts/zh.ftl` and `texts/en.ftl`, compiled in.
//!
//! One bundle per language, shared by all threads. A test holds the two files together (same
//! keys, same placeholders, no key without a use), so a missing text cannot reach a person; if
//! one did, they would see its key.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::Lang;

pub(super) const ZH: &str = include_str!("../../../texts/zh.ftl");
pub(super) const EN: &str = include_str!("../../../texts/en.ftl");

/// Every text in every language.
pub(super) struct Texts {
    zh: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Texts")
    }
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            zh: bundle(Lang::Zh, ZH),
            en: bundle(Lang::En, EN),
        }
    }

    /// The words of one language, to hand to a template.
    pub(super) fn words(&self, lang: Lang) -> Words<'_> {
        let bundle = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        Words { lang, bundle }
    }
}

/// A broken message is left out, and its key shows instead; the tests find it.
fn bundle(lang: Lang, source: &str) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // The pages isolate foreign names themselves, with <bdi>.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned());
    bundle.add_resource_overriding(resource.unwrap_or_else(|(partial, _)| partial));
    bundle
}

/// One language, as the templates use it. What it returns is plain text: templates escape it.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    lang: Lang,
    bundle: &'a FluentBundle<FluentResource>,
}

impl Words<'_> {
    pub(super) fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text of a key with one place filled in.
    pub(super) fn text_with(&self, key: &str, place: &str, value: &str) -> String {
        let mut args = FluentArgs::new();
        args.set(place, value);
        self.format(key, Some(&args))
    }

    /// The text of a notice: `expired` and `title` make `expired-title`.
    pub(super) fn part(&self, key: &str, part: &str) -> String {
        self.format(&format!("{key}-{part}"), None)
    }

    fn format(&self, key: &str, args: Option<&FluentArgs>) -> String {
        let pattern = self.bundle.get_message(key).and_then(|found| found.value());
        match pattern {
            Some(pattern) => self
                .bundle
                .format_pattern(pattern, args, &mut Vec::new())
                .into_owned(),
            None => key.to_owned(),
        }
    }
}
