//! The language of the console: Chinese or English, by the browser's wish or by the switch on each page.
//!
//! In: the headers of a request. Out: a language, which picks one of two texts that stand beside each other
//! where they are used. The pages that play WeCom keep WeCom's words.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;

use crate::page::browser;

/// The cookie of the switch.
pub(super) const COOKIE: &str = "wecom_sandbox_lang";

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    En,
    Zh,
}

impl Lang {
    /// The language of a switch's word.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        match word {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    fn of(headers: &HeaderMap) -> Self {
        let chosen = browser::cookie(headers, COOKIE);
        chosen
            .and_then(|word| Self::of_word(&word))
            .unwrap_or_else(|| Self::wished(headers))
    }

    /// The first of `Accept-Language` by weight that is one of ours; English for everybody else.
    fn wished(headers: &HeaderMap) -> Self {
        let wishes = headers.get(ACCEPT_LANGUAGE);
        let wishes = wishes.and_then(|wishes| wishes.to_str().ok());
        let mut best: Option<(f32, Self)> = None;
        for wish in wishes.unwrap_or_default().split(',') {
            let (tag, weight) = wish.split_once(';').unwrap_or((wish, "q=1"));
            let tag = tag.trim().to_ascii_lowercase();
            let lang = tag.split('-').next().and_then(Self::of_word);
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
            let weight: f32 = weight.parse().unwrap_or(0.0);
            if let Some(lang) = lang.filter(|_| weight > 0.0)
                && best.is_none_or(|(most, _)| weight > most)
            {
                best = Some((weight, lang));
            }
        }
        best.map_or(Self::En, |(_, lang)| lang)
    }

    /// The text in this language.
    pub(crate) fn say<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// For the `lang` attribute.
    pub(crate) fn tag(self) -> &'static str {
        self.say("en", "zh-CN")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Lang {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};

    use super::Lang;

    #[test]
    fn the_heaviest_wish_that_is_ours_decides() {
        for (wish, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en-US,en;q=0.9,zh-CN;q=0.8", Lang::En),
            ("fr,zh;q=0.3", Lang::Zh),
            ("en;q=0.2, zh;q=0.5", Lang::Zh),
            ("zh;q=0", Lang::En),
            ("zh;q=x", Lang::En),
            ("ja", Lang::En),
            ("", Lang::En),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, wish.parse().unwrap());
            assert_eq!(Lang::of(&headers), expected, "{wish}");
        }
    }

    #[test]
    fn the_switch_goes_before_the_wish() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "zh".parse().unwrap());
        headers.insert(header::COOKIE, "wecom_sandbox_lang=en".parse().unwrap());
        assert_eq!(Lang::of(&headers), Lang::En);
    }
}
