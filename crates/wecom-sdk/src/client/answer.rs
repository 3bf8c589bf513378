//! A JSON answer, read strictly.
//!
//! One document, an object, no key twice, `errcode` a whole number: everything else is no answer of
//! WeCom. What the fields mean is decided by the calls; here they are only taken out.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;

use crate::error::{Diagnostics, Error, Kind};
use crate::ids::{DepartmentId, UserId};

/// An answer with errcode 0.
#[derive(Debug)]
pub(crate) struct Answer {
    call: &'static str,
    fields: Fields,
}

/// The fields of a JSON object, each key once. `Debug` shows the keys only: the values may be a
/// token or a person's data.
pub(crate) struct Fields(BTreeMap<String, Value>);

impl Answer {
    /// Reads the bytes; an errcode other than 0 is an error.
    pub(crate) fn parse(call: &'static str, bytes: &[u8]) -> Result<Self, Kind> {
        let fields: Fields = serde_json::from_slice(bytes)
            .map_err(|_| Kind::Unreadable("it is not one JSON object with each key once"))?;
        // Security: a missing, textual or broken number is no success.
        match fields.0.get("errcode").and_then(Value::as_i64) {
            Some(0) => Ok(Self { call, fields }),
            Some(errcode) => {
                let message = fields.0.get("errmsg").and_then(Value::as_str);
                let diagnostics = Diagnostics::parse(message.unwrap_or_default());
                Err(Kind::Rejected(errcode, diagnostics))
            }
            None => Err(Kind::Unreadable("errcode is not a whole number")),
        }
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Everything but the verdict, for who reads it elsewhere.
    pub(crate) fn into_fields(self) -> serde_json::Map<String, Value> {
        let fields = self.fields.0.into_iter();
        let said = |(name, _): &(String, Value)| !matches!(name.as_str(), "errcode" | "errmsg");
        fields.filter(said).collect()
    }

    /// The same answer with other secrets in it: what is shown of both must be the same.
    #[cfg(fuzzing)]
    pub(crate) fn with_other_secrets(&self) -> Self {
        let mut fields = self.fields.0.clone();
        for name in ["user_ticket", "tfa_code", "access_token", "ticket"] {
            if let Some(Value::String(text)) = fields.get_mut(name)
                && !text.is_empty()
            {
                "another".clone_into(text);
            }
        }
        Self {
            call: self.call,
            fields: Fields(fields),
        }
    }

    /// Takes what `read` finds; its fixed words become the error.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Fields) -> Result<T, &'static str>,
    ) -> Result<T, Error> {
        read(&self.fields).map_err(|why| Error::new(self.call, Kind::Unreadable(why)))
    }
}

impl Fields {
    /// The fields of an object inside the answer.
    pub(crate) fn of(value: &Value) -> Result<Self, &'static str> {
        let object = value.as_object().ok_or("something is not an object")?;
        let pairs = object
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()));
        Ok(Self(pairs.collect()))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// A text that somebody wrote something into; absent, `null` and `""` are all "not there".
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let text = self.get(key)?.as_str()?;
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A number that must be there, from 0 to 2^32 - 1.
    pub(crate) fn number(&self, key: &str) -> Result<u32, &'static str> {
        self.get(key)
            .and_then(as_u32)
            .ok_or("a number is missing or out of range")
    }

    /// A number that may be absent or `null`, but not something else.
    pub(crate) fn optional_number(&self, key: &str) -> Result<Option<u32>, &'static str> {
        match self.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => as_u32(value).map(Some).ok_or("a number is out of range"),
        }
    }

    /// A list of numbers; absent and `null` are the empty list.
    pub(crate) fn numbers(&self, key: &str) -> Result<Vec<u32>, &'static str> {
        let numbers = self.list(key)?.iter().map(as_u32);
        numbers
            .collect::<Option<_>>()
            .ok_or("a list holds something else than numbers")
    }

    /// A list of departments; absent and `null` are the empty list.
    pub(crate) fn departments(&self, key: &str) -> Result<Vec<DepartmentId>, &'static str> {
        Ok(self.numbers(key)?.into_iter().map(DepartmentId).collect())
    }

    /// A userid that must be there.
    pub(crate) fn user_id(&self, key: &str) -> Result<UserId, &'static str> {
        let text = self.get(key).and_then(Value::as_str);
        let text = text.ok_or("a userid is missing or not a text")?;
        UserId::parse(text).map_err(|_| "a userid has a wrong shape")
    }

    /// A list; absent and `null` are the empty list.
    pub(crate) fn list(&self, key: &str) -> Result<&[Value], &'static str> {
        match self.get(key) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(values)) => Ok(values),
            Some(_) => Err("a list is something else"),
        }
    }
}

fn as_u32(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EachKeyOnce)
    }
}

struct EachKeyOnce;

impl<'de> Visitor<'de> for EachKeyOnce {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            // Security: with two `userid` keys the reader and the writer may each see another person.
            if fields.insert(key, value).is_some() {
                return Err(A::Error::custom("a key appears twice"));
            }
        }
        Ok(Fields(fields))
    }
}
