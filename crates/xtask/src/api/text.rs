//! Types, bounds and functions as short texts, from rustdoc's JSON.
//!
//! In: a node. Out: Rust as far as it is short, else the names and values of the node, so that nothing that makes a
//! difference is lost. Our own types go by their last name: in which private file they lie is nobody's business.

use serde_json::Value;

/// Writes nodes.
pub(super) struct Texts<'a> {
    paths: &'a Value,
}

impl<'a> Texts<'a> {
    pub(super) fn of(described: &'a Value) -> Self {
        Self {
            paths: &described["paths"],
        }
    }

    /// A function without the names of its parameters: they bind nobody.
    pub(super) fn of_function(&self, function: &Value) -> String {
        let header = &function["header"];
        let word = |name: &str, text| if header[name] == true { text } else { "" };
        let sig = &function["sig"];
        let inputs = sig["inputs"].as_array().into_iter().flatten();
        let inputs: Vec<_> = inputs.map(|input| self.of_value(&input[1])).collect();
        let output = match &sig["output"] {
            Value::Null => String::new(),
            output => format!(" -> {}", self.of_value(output)),
        };
        let default = if function["has_body"] == true {
            ""
        } else {
            "required "
        };
        format!(
            "{default}{}{}{}fn{}({}){output}",
            word("is_const", "const "),
            word("is_async", "async "),
            word("is_unsafe", "unsafe "),
            self.of_value(&function["generics"]),
            inputs.join(", "),
        )
    }

    /// A path with its arguments.
    pub(super) fn of_path(&self, path: &Value) -> String {
        let known = &self.paths[path["id"].to_string()];
        let words: Vec<&str> = known["path"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let name = match (known["crate_id"].as_u64(), words.last()) {
            (Some(0), Some(last)) => (*last).to_owned(),
            (Some(_), Some(_)) => words.join("::"),
            _ => path["path"].as_str().unwrap_or_default().to_owned(),
        };
        let arguments = &path["args"]["angle_bracketed"];
        let listed = self.list(&arguments["args"]);
        let constraints = self.of_value(&arguments["constraints"]);
        let other = self.of_value(&path["args"]["parenthesized"]);
        let listed = if listed.is_empty() && constraints.is_empty() {
            String::new()
        } else {
            format!("<{listed}{constraints}>")
        };
        format!("{name}{listed}{other}")
    }

    fn list(&self, values: &Value) -> String {
        let values = values.as_array().into_iter().flatten();
        let texts: Vec<_> = values.map(|value| self.of_value(value)).collect();
        texts.join(", ")
    }

    /// Any node; nothing for what is absent, empty or false.
    pub(super) fn of_value(&self, value: &Value) -> String {
        match value {
            Value::Null | Value::Bool(false) => String::new(),
            Value::Bool(true) => "yes".to_owned(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            Value::Array(items) if items.is_empty() => String::new(),
            Value::Array(_) => format!("[{}]", self.list(value)),
            Value::Object(fields) => {
                let only = fields.iter().next().filter(|_| fields.len() == 1);
                match only {
                    Some((name, inner)) => self.only(name, inner),
                    None => self.fields(fields),
                }
            }
        }
    }

    fn only(&self, name: &str, inner: &Value) -> String {
        match name {
            "primitive" | "generic" | "type" | "lifetime" | "trait_bound" => self.of_value(inner),
            "resolved_path" => self.of_path(inner),
            "tuple" => format!("({})", self.list(inner)),
            "slice" => format!("[{}]", self.of_value(inner)),
            "borrowed_ref" => {
                let lifetime = self.of_value(&inner["lifetime"]);
                let changes = if inner["is_mutable"] == true {
                    "mut "
                } else {
                    ""
                };
                let space = if lifetime.is_empty() { "" } else { " " };
                format!(
                    "&{lifetime}{space}{changes}{}",
                    self.of_value(&inner["type"])
                )
            }
            _ => {
                let text = self.of_value(inner);
                if text.is_empty() {
                    format!(" {name}")
                } else {
                    format!(" {name} {text}")
                }
            }
        }
    }

    fn fields(&self, fields: &serde_json::Map<String, Value>) -> String {
        if fields.contains_key("path") && fields.contains_key("id") {
            return self.of_path(&Value::Object(fields.clone()));
        }
        let ids = ["id", "impls", "items", "fields"];
        let shown = fields
            .iter()
            .filter(|(name, _)| !ids.contains(&name.as_str()));
        let shown = shown.filter_map(|(name, value)| {
            let text = self.of_value(value);
            (!text.is_empty()).then(|| format!("{name}={text}"))
        });
        let shown: Vec<_> = shown.collect();
        if shown.is_empty() {
            return String::new();
        }
        format!(" {{{}}}", shown.join(" "))
    }
}
