//! Any text as a document: it is refused, or what was read can be asked for everything.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wecom_sdk::event::{EventFields, FieldValue};

fn walk(fields: &EventFields, depth: usize) {
    assert!(depth < 10, "nested deeper than promised");
    assert_eq!(fields.len(), fields.names().count());
    for name in fields.names() {
        let values: Vec<_> = fields.each(name).collect();
        assert!(!values.is_empty());
        assert!(
            values.len() == 1 || (fields.text(name).is_none() && fields.fields(name).is_none())
        );
        for value in values {
            if let FieldValue::Fields(inside) = value {
                walk(inside, depth + 1);
            }
        }
    }
}

fuzz_target!(|text: &str| {
    if let Ok(fields) = EventFields::parse(text) {
        assert!(!text.contains("<!DOCTYPE") || text.contains("<![CDATA["));
        let mut names: Vec<_> = fields.names().collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), fields.len(), "a field appears twice");
        if fields.len() < 64 {
            walk(&fields, 0);
        }
    }
});
