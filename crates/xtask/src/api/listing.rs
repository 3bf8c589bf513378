//! What a crate shows to others, a line each: items by the path they are reached at, fields, variants, methods,
//! and the traits that are implemented.
//!
//! In: rustdoc's JSON. Out: lines, sorted, each once. What is hidden or private is not in the JSON; what every type
//! gets by itself is left out, but for `Send` and `Sync`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::text::Texts;

/// Every line of the API.
pub(super) fn lines(described: &Value) -> Vec<String> {
    let mut listing = Listing {
        index: &described["index"],
        texts: Texts::of(described),
        lines: BTreeSet::new(),
    };
    listing.item("", &described["root"], None);
    listing.lines.into_iter().collect()
}

struct Listing<'a> {
    index: &'a Value,
    texts: Texts<'a>,
    lines: BTreeSet<String>,
}

impl<'a> Listing<'a> {
    fn found(&self, id: &Value) -> Option<&'a Value> {
        self.index.get(id.to_string())
    }

    fn line(&mut self, path: &str, what: &str) {
        let words: Vec<&str> = what.split_whitespace().collect();
        self.lines.insert(format!("{path}: {}", words.join(" ")));
    }

    /// An item below a path; `renamed` is the name that a `pub use` gives it.
    fn item(&mut self, above: &str, id: &Value, renamed: Option<&str>) {
        let Some(item) = self.found(id) else { return };
        let Some((kind, inner)) = item["inner"].as_object().and_then(|one| one.iter().next())
        else {
            return;
        };
        let name = renamed
            .or_else(|| item["name"].as_str())
            .unwrap_or_default();
        let path = if above.is_empty() {
            name.to_owned()
        } else {
            format!("{above}::{name}")
        };
        match kind.as_str() {
            "module" => self.each(&path, &inner["items"]),
            "use" => self.reexport(above, inner),
            "struct" | "enum" | "union" => self.data(&path, kind, item, inner),
            "variant" => {
                // Its fields have lines of their own below; the numbers by which rustdoc knows them move with
                // every other item.
                self.line(&path, &format!("variant {}", shape(&inner["kind"])));
                self.each(&path, &inner["kind"]["tuple"]);
                self.each(&path, &inner["kind"]["struct"]["fields"]);
            }
            "trait" => {
                let shown = strip(inner, &["items", "implementations"]);
                self.line(&path, &format!("trait{}", self.texts.of_value(&shown)));
                self.each(&path, &inner["items"]);
            }
            "function" => {
                let text = self.texts.of_function(inner);
                self.line(&path, &text);
            }
            "struct_field" => {
                let text = format!("field {}", self.texts.of_value(inner));
                self.line(&path, &text);
            }
            other => {
                let text = format!("{other} {}", self.texts.of_value(inner));
                self.line(&path, &text);
            }
        }
    }

    fn each(&mut self, path: &str, ids: &Value) {
        for id in ids.as_array().into_iter().flatten() {
            self.item(path, id, None);
        }
    }

    fn reexport(&mut self, above: &str, inner: &Value) {
        if inner["is_glob"] == true || self.found(&inner["id"]).is_none() {
            let text = format!("use {}", inner["source"].as_str().unwrap_or_default());
            self.line(above, &text);
            return;
        }
        self.item(above, &inner["id"], inner["name"].as_str());
    }

    fn data(&mut self, path: &str, kind: &str, item: &Value, inner: &Value) {
        let attributes = item["attrs"].as_array().into_iter().flatten();
        let is_open = attributes
            .into_iter()
            .any(|attribute| attribute == "non_exhaustive");
        let open = if is_open { " non_exhaustive" } else { "" };
        // A tuple's private fields are null.
        let tuple = inner["kind"]["tuple"].as_array();
        let hidden = inner["kind"]["plain"]["has_stripped_fields"] == true
            || tuple.is_some_and(|fields| fields.contains(&Value::Null));
        let hidden = if hidden { " with private fields" } else { "" };
        let generics = self.texts.of_value(&inner["generics"]);
        self.line(path, &format!("{kind}{open}{hidden}{generics}"));
        self.each(path, &inner["kind"]["plain"]["fields"]);
        self.each(path, &inner["kind"]["tuple"]);
        self.each(path, &inner["variants"]);
        for id in inner["impls"].as_array().into_iter().flatten() {
            self.implementation(path, id);
        }
    }

    fn implementation(&mut self, path: &str, id: &Value) {
        let Some(inner) = self.found(id).map(|item| &item["inner"]["impl"]) else {
            return;
        };
        if !inner["blanket_impl"].is_null() {
            return;
        }
        let of = &inner["trait"];
        if of.is_null() {
            self.each(path, &inner["items"]);
            return;
        }
        let name = self.texts.of_path(of);
        let is_ours = !inner["is_synthetic"].as_bool().unwrap_or_default();
        let is_shown = is_ours || matches!(name.rsplit("::").next(), Some("Send" | "Sync"));
        if !is_shown || name.ends_with("StructuralPartialEq") {
            return;
        }
        let not = if inner["is_negative"] == true {
            "!"
        } else {
            ""
        };
        let generics = self.texts.of_value(&inner["generics"]);
        let whom = self.texts.of_value(&inner["for"]);
        self.line(path, &format!("impl{generics} {not}{name} for {whom}"));
        for id in inner["items"].as_array().into_iter().flatten() {
            let found = self
                .found(id)
                .filter(|item| !item["inner"]["assoc_type"].is_null());
            if let Some(item) = found {
                let kind = self.texts.of_value(&item["inner"]["assoc_type"]["type"]);
                let alias = item["name"].as_str().unwrap_or_default();
                self.line(path, &format!("{name}::{alias} = {kind}"));
            }
        }
    }
}

/// The same object without some of its fields.
fn strip(value: &Value, names: &[&str]) -> Value {
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, _| !names.contains(&name.as_str()));
    }
    value
}

/// `plain`, `tuple` or `struct`.
fn shape(kind: &Value) -> &str {
    let named = || kind.as_object()?.keys().next().map(String::as_str);
    kind.as_str()
        .or_else(named)
        .unwrap_or("of an unknown shape")
}
