//! HTML cut into tags and text.
//!
//! In: the source of a page of ours or of the sandbox. Out: tokens, entities resolved. It is no HTML parser for
//! the world: it runs nothing, repairs nothing, and knows the few entities that those pages use.

/// A piece of a page.
#[derive(Debug)]
pub(super) enum Token {
    Text(String),
    Open(String, Attributes),
    Close(String),
}

/// The attributes of a tag, names in lower case, values decoded.
#[derive(Debug, Default)]
pub(super) struct Attributes(Vec<(String, String)>);

impl Attributes {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// Cuts a page up.
pub(super) fn tokens(html: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        found.push(Token::Text(decode(&rest[..at])));
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = cut_tag(&rest[1..]);
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            found.push(Token::Close(name.trim().to_ascii_lowercase()));
        } else if !tag.starts_with('!') {
            let (name, attributes) = read_tag(tag);
            // What stands inside is not markup.
            let raw = matches!(name.as_str(), "style" | "script").then(|| format!("</{name}"));
            found.push(Token::Open(name, attributes));
            if let Some(end) = raw.and_then(|end| rest.find(&end)) {
                found.push(Token::Text(rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
    }
    found.push(Token::Text(decode(rest)));
    found
}

/// Cuts at the `>` that ends a tag, quotes respected.
fn cut_tag(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return (&text[..at], &text[at + 1..]),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    (text, "")
}

fn read_tag(tag: &str) -> (String, Attributes) {
    let tag = tag.trim_end_matches('/');
    let end = tag.find(char::is_whitespace).unwrap_or(tag.len());
    let mut attributes = Attributes::default();
    let mut rest = tag[end..].trim_start();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let value = match rest.strip_prefix('=') {
            None => "",
            Some(after) => {
                let (value, after) = cut_value(after.trim_start());
                rest = after.trim_start();
                value
            }
        };
        attributes.0.push((name, decode(value)));
    }
    (tag[..end].to_ascii_lowercase(), attributes)
}

fn cut_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}

fn decode(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').unwrap_or(0);
        if let Some(c) = character(rest.get(1..end).unwrap_or_default()) {
            out.push(c);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some(' '),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}
