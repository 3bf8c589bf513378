//! A form of the console: fields with what was typed, and every mistake at the field it belongs to.
//!
//! In: values and mistakes. Out: what one template draws for every form. After a mistake the input is kept.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::frame::{Frame, show_with};
use crate::admin::Mistakes;
use crate::page::fields::Fields;

/// How a field is filled in.
#[derive(Clone, Debug)]
pub(super) enum Input {
    Text,
    /// A text of several lines.
    Area,
    /// A whole number.
    Number,
    /// One of these.
    Select(Vec<Choice>),
    /// Any of these.
    Checks(Vec<Choice>),
}

/// One of several values.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_chosen: bool,
}

/// A field.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) value: String,
    pub(super) input: Input,
    pub(super) mistakes: Vec<String>,
}

/// A button that takes the thing away, as a form of its own.
#[derive(Clone, Debug)]
pub(super) struct Removal {
    pub(super) action: String,
    pub(super) label: String,
    pub(super) hidden: Vec<(&'static str, String)>,
}

/// A form, as its page draws it.
#[derive(Template)]
#[template(path = "console/edit.html")]
pub(super) struct Form {
    pub(super) frame: Frame,
    pub(super) title: String,
    pub(super) lead: String,
    pub(super) action: &'static str,
    /// What the button says.
    pub(super) submit: String,
    pub(super) back: String,
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) fields: Vec<Field>,
    pub(super) removal: Option<Removal>,
    /// Mistakes that belong to no field.
    pub(super) others: Vec<String>,
}

impl Form {
    /// Puts each mistake to its field.
    pub(super) fn with(mut self, mistakes: &Mistakes) -> Self {
        self.others = spread(&self.frame, &mut self.fields, mistakes);
        self
    }

    fn is_wrong(&self) -> bool {
        !self.others.is_empty() || self.fields.iter().any(|field| !field.mistakes.is_empty())
    }

    /// The page: 200, or 422 when there are mistakes.
    pub(super) fn page(&self) -> Response {
        let status = if self.is_wrong() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        };
        show_with(status, self)
    }
}

/// Puts each mistake to its field; those that belong to none are left over.
pub(super) fn spread(frame: &Frame, fields: &mut [Field], mistakes: &Mistakes) -> Vec<String> {
    let mut others = Vec::new();
    for mistake in mistakes.list() {
        let text = frame.say(&mistake.en, &mistake.zh).to_owned();
        // A group of fields, as `visible_members`, answers for its whole.
        let is_it = |field: &&mut Field| {
            let rest = field.name.strip_prefix(mistake.field);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        match fields.iter_mut().find(is_it) {
            Some(field) => field.mistakes.push(text),
            None => others.push(text),
        }
    }
    others
}

/// Makes fields from what was typed, or from what is there.
pub(super) struct Maker<'a> {
    pub(super) frame: &'a Frame,
    pub(super) values: &'a Fields,
}

impl Maker<'_> {
    fn field(&self, name: &'static str, label: (&str, &str), input: Input) -> Field {
        Field {
            name,
            label: self.frame.say(label.0, label.1).to_owned(),
            hint: String::new(),
            value: self.values.text(name).to_owned(),
            input,
            mistakes: Vec::new(),
        }
    }

    pub(super) fn text(&self, name: &'static str, label: (&str, &str)) -> Field {
        self.field(name, label, Input::Text)
    }

    pub(super) fn area(&self, name: &'static str, label: (&str, &str)) -> Field {
        self.field(name, label, Input::Area)
    }

    pub(super) fn number(&self, name: &'static str, label: (&str, &str)) -> Field {
        self.field(name, label, Input::Number)
    }

    /// The number of a new thing; one that is there keeps its own.
    pub(super) fn number_of_new(&self, name: &'static str) -> Vec<Field> {
        if !self.values.text("was").is_empty() {
            return Vec::new();
        }
        let hint = ("left empty: the next free number", "留空则自动编号");
        let field = self.number(name, ("Number", "编号"));
        vec![field.hint(self.frame.say(hint.0, hint.1))]
    }

    /// Members by name.
    pub(super) fn user_ids(&self, name: &'static str, label: (&str, &str)) -> Field {
        let hint = ("userids, with commas between", "成员账号，用逗号分隔");
        self.area(name, label).hint(self.frame.say(hint.0, hint.1))
    }

    pub(super) fn select(
        &self,
        name: &'static str,
        label: (&str, &str),
        choices: Vec<(String, String)>,
    ) -> Field {
        let chosen = self.values.text(name);
        let choices = choices.into_iter().map(|(value, label)| Choice {
            is_chosen: value == chosen,
            value,
            label,
        });
        self.field(name, label, Input::Select(choices.collect()))
    }

    /// Boxes to tick; with more than `MOST_BOXES` of them a line of ids to type.
    pub(super) fn checks(
        &self,
        name: &'static str,
        label: (&str, &str),
        choices: Vec<(String, String)>,
    ) -> Field {
        let chosen = words(self.values, name);
        if choices.len() > MOST_BOXES {
            let mut field = self.text(name, label);
            field.value = chosen.join(", ");
            return field.hint(
                self.frame
                    .say("ids, with commas between", "编号，用逗号分隔"),
            );
        }
        let choices = choices.into_iter().map(|(value, label)| Choice {
            is_chosen: chosen.contains(&value),
            value,
            label,
        });
        self.field(name, label, Input::Checks(choices.collect()))
    }
}

/// More boxes than these nobody reads.
const MOST_BOXES: usize = 60;

impl Field {
    pub(super) fn hint(mut self, text: &str) -> Self {
        text.clone_into(&mut self.hint);
        self
    }
}

/// Every word of a field that may come several times or hold a list: commas, spaces and lines part them.
pub(super) fn words(values: &Fields, name: &'static str) -> Vec<String> {
    let parts = values.all(name).flat_map(|text| {
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；' | '、'))
    });
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A field's words, each parsed; those that cannot be are mistakes.
pub(super) fn parsed<T: std::str::FromStr>(
    values: &Fields,
    name: &'static str,
    mistakes: &mut Mistakes,
    what: (&str, &str),
) -> Vec<T> {
    let words = words(values, name);
    let parse = |word: &String| {
        let value = word.parse().ok();
        if value.is_none() {
            let en = format!("`{word}` is not {}", what.0);
            mistakes.bad(name, en, format!("“{word}”不是{}", what.1));
        }
        value
    };
    words.iter().filter_map(parse).collect()
}

/// A field that holds one value or none.
pub(super) fn one<T: std::str::FromStr>(
    values: &Fields,
    name: &'static str,
    mistakes: &mut Mistakes,
    what: (&str, &str),
) -> Option<T> {
    let text = values.text(name).trim();
    if text.is_empty() {
        return None;
    }
    let value = text.parse().ok();
    if value.is_none() {
        let en = format!("`{text}` is not {}", what.0);
        mistakes.bad(name, en, format!("“{text}”不是{}", what.1));
    }
    value
}

pub(super) const NUMBER: (&str, &str) = ("a whole number", "整数");
pub(super) const USER_ID: (&str, &str) = (
    "a userid: 1 to 64 letters, digits, _ - @ .",
    "成员账号：1–64 个字母、数字或 _ - @ .",
);
