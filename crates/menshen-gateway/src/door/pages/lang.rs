//! Which language a page speaks, from `Accept-Language` (RFC 9110, section 12.5.4).
//!
//! A header goes in, a language comes out; what cannot be read asks for nothing. It never fails.

/// A header longer than this is not read: no browser sends one.
const HEADER_LENGTH: usize = 1024;

/// A language we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    /// Chinese; also the answer to somebody who asks for neither.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both, the default first.
    #[cfg(test)]
    pub(super) const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Reads `Accept-Language`: the highest weight wins, the earlier one between equals.
    pub(crate) fn from_accept_language(header: Option<&str>) -> Self {
        let header = header.filter(|value| value.len() <= HEADER_LENGTH);
        let mut best = (Self::Zh, 0);
        for entry in header.unwrap_or_default().split(',') {
            if let Some((lang, weight)) = read_entry(entry)
                && weight > best.1
            {
                best = (lang, weight);
            }
        }
        best.0
    }

    /// The value of the `lang` attribute.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

/// `en-GB;q=0.8` → English, 800. `*` asks for nothing in particular, so it says nothing.
fn read_entry(entry: &str) -> Option<(Lang, u16)> {
    let mut parts = entry.split(';').map(str::trim);
    let range = parts.next()?;
    let primary = range.split('-').next()?;
    let lang = if primary.eq_ignore_ascii_case("zh") {
        Lang::Zh
    } else if primary.eq_ignore_ascii_case("en") {
        Lang::En
    } else {
        return None;
    };
    let weight = match parts.next() {
        None | Some("") => 1000,
        Some(parameter) => read_weight(parameter)?,
    };
    Some((lang, weight))
}

/// `q=0.8` → 800. At most three digits after the point; anything else is no weight at all.
fn read_weight(parameter: &str) -> Option<u16> {
    let value = parameter
        .strip_prefix("q=")
        .or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}
