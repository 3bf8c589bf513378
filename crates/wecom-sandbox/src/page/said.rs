//! One sentence of the sandbox's own in both languages: its pages that play WeCom keep WeCom's words, and say
//! what is theirs in English and in Chinese.

/// A text in English and in Chinese.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) en: String,
    pub(crate) zh: String,
}

impl<E: Into<String>, Z: Into<String>> From<(E, Z)> for Said {
    fn from((en, zh): (E, Z)) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }
}
