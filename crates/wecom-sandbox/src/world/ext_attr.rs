//! A corp's own fields of its members (自定义字段), which WeCom calls `extattr` in answers and `ExtAttr` in
//! events (dossier 8.2, 12.6).
//!
//! In: a name with a text, or with the address and title of a page. Out: the field. It is never a sensitive
//! one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What such a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExtValue {
    /// 文本, type 0.
    Text(String),
    /// 网页, type 1.
    Web {
        /// Where it leads.
        url: String,
        /// What it is called.
        title: String,
    },
}

/// One of a member's fields that only this corp has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtAttr {
    /// 字段名称
    pub name: String,
    /// What it holds.
    pub value: ExtValue,
}

/// The same as seeds and the control API write it: `text`, or `url` and `title`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExtAttr)]
pub(crate) struct Written {
    /// 字段名称
    pub(crate) name: String,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The address of a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
}

impl ExtAttr {
    /// `None` when there is no name, or neither a text nor an address, or both.
    pub(crate) fn read(written: Written) -> Option<Self> {
        let value = match (written.text, written.url, written.title) {
            (Some(text), None, None) => ExtValue::Text(text),
            (None, Some(url), title) => ExtValue::Web {
                url,
                title: title.unwrap_or_default(),
            },
            _ => return None,
        };
        let name = written.name;
        (!name.trim().is_empty()).then_some(Self { name, value })
    }

    pub(crate) fn written(&self) -> Written {
        let name = self.name.clone();
        match self.value.clone() {
            ExtValue::Text(text) => Written {
                name,
                text: Some(text),
                ..Written::default()
            },
            ExtValue::Web { url, title } => Written {
                name,
                url: Some(url),
                title: Some(title),
                text: None,
            },
        }
    }

    /// The number on the wire.
    pub(crate) fn kind(&self) -> u8 {
        match self.value {
            ExtValue::Text(_) => 0,
            ExtValue::Web { .. } => 1,
        }
    }
}
