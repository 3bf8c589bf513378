//! The fields of an event as they came: names, and texts or further fields.
//!
//! Plain values with questions. They know nothing of events, and show no text by themselves.

use std::fmt;

/// The fields of an event, in their order. `Debug` shows the names only: an event describes people.
///
/// ```
/// use wecom_sdk::event::EventFields;
///
/// let fields = EventFields::parse("<xml><Event>x</Event><News><Id>7</Id></News></xml>")?;
/// assert_eq!(fields.names().collect::<Vec<_>>(), ["Event", "News"]);
/// assert_eq!(fields.fields("News").and_then(|news| news.text("Id")), Some("7"));
/// # Ok::<(), wecom_sdk::event::InvalidXml>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EventFields(Vec<(String, FieldValue)>);

/// What a field holds.
///
/// ```
/// use wecom_sdk::event::{EventFields, FieldValue};
///
/// // Inside a field names may come again, at the top they may not.
/// let fields =
///     EventFields::parse("<xml><List><Item>a</Item><Item><Id>7</Id></Item></List></xml>")?;
/// let list = fields.fields("List").unwrap();
/// let items: Vec<&FieldValue> = list.each("Item").collect();
/// assert!(matches!(items[0], FieldValue::Text(text) if text == "a"));
/// assert!(matches!(items[1], FieldValue::Fields(inner) if inner.text("Id") == Some("7")));
/// # Ok::<(), wecom_sdk::event::InvalidXml>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A text, perhaps empty.
    Text(String),
    /// Further fields.
    Fields(EventFields),
}

impl EventFields {
    /// The names, in the order in which they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The text of a field; `None` if it is absent, there more than once, or holds fields.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.only(name)? {
            FieldValue::Text(text) => Some(text),
            FieldValue::Fields(_) => None,
        }
    }

    /// The fields inside a field; `None` if it is absent, there more than once, or holds a text.
    #[must_use]
    pub fn fields(&self, name: &str) -> Option<&Self> {
        match self.only(name)? {
            FieldValue::Fields(fields) => Some(fields),
            FieldValue::Text(_) => None,
        }
    }

    /// Every field of a name that may repeat, such as the `Item`s of a list.
    pub fn each<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f FieldValue> {
        let named = self.0.iter().filter(move |(other, _)| other == name);
        named.map(|(_, value)| value)
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn only(&self, name: &str) -> Option<&FieldValue> {
        let mut named = self.0.iter().filter(|(other, _)| other == name);
        let (_, value) = named.next()?;
        named.next().is_none().then_some(value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.each(name).next().is_some()
    }

    pub(super) fn push(&mut self, name: String, value: FieldValue) {
        self.0.push((name, value));
    }
}

impl fmt::Debug for EventFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(…)"),
            Self::Fields(fields) => fields.fmt(f),
        }
    }
}
