//! Forms: what they hold and what a press of a button would send.
//!
//! In: the tokens of a page. Out: its forms, with the values that are set. Never: invents a field that the
//! page does not have, or sends anything.

use super::token::Attributes;

/// A field.
#[derive(Clone, Debug)]
pub(super) struct Control {
    name: String,
    value: String,
    is_tickable: bool,
    is_sent: bool,
}

/// A button that sends a form.
#[derive(Clone, Debug)]
pub(super) struct Button {
    pub(super) text: String,
    name: Option<String>,
    value: String,
    action: Option<String>,
}

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    action: String,
    is_post: bool,
    pub(super) controls: Vec<Control>,
    pub(super) buttons: Vec<Button>,
}

/// What a press of a button sends.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Where to, as written.
    pub action: String,
    /// POST, else GET.
    pub is_post: bool,
    /// The fields.
    pub fields: Vec<(String, String)>,
}

impl Form {
    pub(super) fn open(attributes: &Attributes) -> Self {
        let method = attributes.get("method").unwrap_or("get");
        Self {
            action: attributes.get("action").unwrap_or_default().to_owned(),
            is_post: method.eq_ignore_ascii_case("post"),
            controls: Vec::new(),
            buttons: Vec::new(),
        }
    }

    /// Whether it has a button that says this.
    pub fn has_button(&self, text: &str) -> bool {
        self.button(text).is_some()
    }

    /// The value of a field as it would be sent.
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut sent = self.controls.iter().filter(|control| control.is_sent);
        Some(sent.find(|control| control.name == name)?.value.as_str())
    }

    /// Writes a value into a field.
    pub fn fill(&mut self, name: &str, value: &str) {
        let control = self
            .controls
            .iter_mut()
            .find(|control| control.name == name);
        let control = control.unwrap_or_else(|| panic!("the form has no field {name}"));
        value.clone_into(&mut control.value);
    }

    /// Ticks or unticks a box: the one of this name, or of this value where several share a name.
    pub fn tick(&mut self, which: &str, on: bool) {
        let mut boxes = self
            .controls
            .iter_mut()
            .filter(|control| control.is_tickable);
        let control = boxes.find(|control| control.name == which || control.value == which);
        control
            .unwrap_or_else(|| panic!("the form has no box {which}"))
            .is_sent = on;
    }

    /// What a press of the button sends.
    pub fn press(&self, text: &str) -> Submission {
        let button = self
            .button(text)
            .unwrap_or_else(|| panic!("no button {text}"));
        let mut fields: Vec<_> = self
            .controls
            .iter()
            .filter(|control| control.is_sent)
            .map(|control| (control.name.clone(), control.value.clone()))
            .collect();
        fields.extend(button.name.clone().map(|name| (name, button.value.clone())));
        Submission {
            action: button.action.clone().unwrap_or_else(|| self.action.clone()),
            is_post: self.is_post,
            fields,
        }
    }

    fn button(&self, text: &str) -> Option<&Button> {
        self.buttons
            .iter()
            .find(|button| button.text.contains(text))
    }
}

impl Control {
    pub(super) fn read(attributes: &Attributes) -> Option<Self> {
        let kind = attributes.get("type").unwrap_or("text");
        let is_tickable = matches!(kind, "checkbox" | "radio");
        let is_dead = attributes.get("disabled").is_some() || matches!(kind, "button" | "reset");
        Some(Self {
            name: attributes.get("name")?.to_owned(),
            value: attributes
                .get("value")
                .unwrap_or(if is_tickable { "on" } else { "" })
                .to_owned(),
            is_tickable,
            is_sent: !is_dead && (!is_tickable || attributes.get("checked").is_some()),
        })
    }
}

impl Button {
    pub(super) fn open(attributes: &Attributes) -> Self {
        Self {
            text: String::new(),
            name: attributes.get("name").map(str::to_owned),
            value: attributes.get("value").unwrap_or_default().to_owned(),
            action: attributes.get("formaction").map(str::to_owned),
        }
    }

    pub(super) fn input(attributes: &Attributes) -> Self {
        let mut button = Self::open(attributes);
        button.text.clone_from(&button.value);
        button
    }
}
