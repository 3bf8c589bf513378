//! A corp's own fields of a member (自定义字段, dossier 8.2) as lines of a text: `Name = text`, or
//! `Name = https://… | title` for the address of a page.
//!
//! In: the fields, or what was typed. Out: the lines, or the fields as seeds write them. Whether a field is
//! right is judged where the control API's are: in `admin`.

use crate::admin::Mistakes;
use crate::world::{ExtAttr, ExtValue, WrittenExtAttr};

/// The name of the field in the form, and in an admin's draft.
pub(super) const NAME: &str = "ext_attrs";

/// The lines for what is there.
pub(super) fn lines(fields: &[ExtAttr]) -> String {
    let lines = fields.iter().map(|field| match &field.value {
        ExtValue::Text(text) => format!("{} = {text}", field.name),
        ExtValue::Web { url, title } => format!("{} = {url} | {title}", field.name),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What was typed. A line without a name and a value is a mistake.
pub(super) fn read(typed: &str, mistakes: &mut Mistakes) -> Vec<WrittenExtAttr> {
    let lines = typed.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty());
    let fields = lines.filter_map(|line| {
        let field = line.split_once('=');
        let field = field.map(|(name, value)| one(name.trim(), value.trim()));
        let is_named = field.as_ref().is_some_and(|field| !field.name.is_empty());
        if !is_named {
            let en = format!("`{line}` is not `Name = text`");
            mistakes.bad(NAME, en, format!("“{line}”应写作“名称 = 内容”"));
        }
        field.filter(|_| is_named)
    });
    fields.collect()
}

fn one(name: &str, value: &str) -> WrittenExtAttr {
    let name = name.to_owned();
    let is_address = value.starts_with("https://") || value.starts_with("http://");
    match value.split_once('|').filter(|_| is_address) {
        Some((url, title)) => WrittenExtAttr {
            name,
            url: Some(url.trim().to_owned()),
            title: Some(title.trim().to_owned()),
            text: None,
        },
        None => WrittenExtAttr {
            name,
            text: Some(value.to_owned()),
            ..WrittenExtAttr::default()
        },
    }
}
