//! XML, read strictly: one document `<xml>…</xml>`, each field once, no DOCTYPE, no entity of its own.
//!
//! In: a text. Out: [`EventFields`]. Refused before anything is made of it: a DOCTYPE, comments and
//! processing instructions (they can split a value), entities other than XML's five, elements nested too
//! deep. Attributes are passed over, since WeCom writes none. Nothing is ever fetched.

mod fields;
#[cfg(test)]
mod tests;

use std::fmt;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event as Piece};

pub use fields::{EventFields, FieldValue};

/// WeCom's deepest is `ExtAttr/Item/Text/Value`.
const DEEPEST: usize = 8;
const LONGEST_NAME: usize = 64;

/// A text that is not one strict XML document.
///
/// ```
/// use wecom_sdk::event::EventFields;
///
/// let entity = "<!DOCTYPE x [<!ENTITY e 'x'>]><xml><A>&e;</A></xml>";
/// println!("{}", EventFields::parse(entity).unwrap_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidXml(&'static str);

impl fmt::Display for InvalidXml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidXml {}

/// An element that was opened and not yet closed.
#[derive(Debug, Default)]
struct Open {
    name: String,
    text: String,
    has_cdata: bool,
    fields: EventFields,
}

impl EventFields {
    /// Reads a document: the text of an event, or an envelope.
    ///
    /// ```
    /// use wecom_sdk::event::EventFields;
    ///
    /// let fields = EventFields::parse("<xml><UserID><![CDATA[lisi]]></UserID></xml>")?;
    /// assert_eq!(fields.text("UserID"), Some("lisi"));
    /// assert!(EventFields::parse("<!DOCTYPE xml><xml></xml>").is_err());
    /// # Ok::<(), wecom_sdk::event::InvalidXml>(())
    /// ```
    ///
    /// # Errors
    /// Fails when the text is not one document `<xml>…</xml>` with each field once.
    pub fn parse(text: &str) -> Result<Self, InvalidXml> {
        if text.len() > super::MOST_BYTES {
            return Err(InvalidXml("it is larger than 64 KiB"));
        }
        if !text.chars().all(is_xml_char) {
            return Err(InvalidXml("it holds a character that XML does not have"));
        }
        let mut reader = Reader::from_str(text);
        let mut stack = vec![Open::default()];
        loop {
            let piece = reader.read_event();
            let piece = piece.map_err(|_| InvalidXml("it is not well-formed"))?;
            if matches!(piece, Piece::Eof) {
                return finish(stack);
            }
            take(piece, &mut stack)?;
        }
    }
}

fn take(piece: Piece<'_>, stack: &mut Vec<Open>) -> Result<(), InvalidXml> {
    let is_outside = stack.len() == 1;
    match piece {
        Piece::Start(start) => open(&start, stack),
        Piece::Empty(start) => {
            open(&start, stack)?;
            close(stack)
        }
        Piece::End(_) => close(stack),
        Piece::Text(text) => write(stack, &text.into_inner(), false),
        Piece::CData(_) if is_outside => Err(InvalidXml("there is text outside the document")),
        Piece::CData(text) => write(stack, &text.into_inner(), true),
        Piece::GeneralRef(name) => {
            let character = resolve(&name)?;
            write(stack, character.encode_utf8(&mut [0; 4]), false)
        }
        Piece::Decl(_) if is_outside && stack.iter().all(|open| open.fields.is_empty()) => Ok(()),
        // Security: no DOCTYPE, so no entity that expands and none that names a file or an address.
        Piece::DocType(_) => Err(InvalidXml("it has a DOCTYPE")),
        _ => Err(InvalidXml("it has comments or instructions")),
    }
}

fn open(start: &BytesStart<'_>, stack: &mut Vec<Open>) -> Result<(), InvalidXml> {
    // What stands behind the name has to be attributes, though nobody reads them: never the start of another tag.
    let mut attributes = start.attributes();
    if start.contains('<') || attributes.any(|attribute| attribute.is_err()) {
        return Err(InvalidXml("it is not well-formed"));
    }
    let name = start.name();
    let name: &str = name.as_ref();
    let is_name = (1..=LONGEST_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    if !is_name {
        return Err(InvalidXml("a field has a strange name"));
    }
    if stack.len() > DEEPEST {
        return Err(InvalidXml("it is nested too deep"));
    }
    stack.push(Open {
        name: name.to_owned(),
        ..Open::default()
    });
    Ok(())
}

fn close(stack: &mut Vec<Open>) -> Result<(), InvalidXml> {
    let closed = stack.pop().unwrap_or_default();
    let is_top_level = stack.len() == 2;
    let parent = stack
        .last_mut()
        .ok_or(InvalidXml("it is not well-formed"))?;
    let value = if closed.fields.is_empty() {
        FieldValue::Text(closed.text)
    } else if closed.text.trim().is_empty() && !closed.has_cdata {
        FieldValue::Fields(closed.fields)
    } else {
        return Err(InvalidXml("a field mixes text and fields"));
    };
    // Security: with two `UserID` fields the signer and we may each see another person. Further down,
    // where lists of items are, reading a name that is there twice yields nothing.
    if is_top_level && parent.fields.has(&closed.name) {
        return Err(InvalidXml("a field appears twice"));
    }
    parent.fields.push(closed.name, value);
    Ok(())
}

/// Blanks around a CDATA section are layout, not value.
fn write(stack: &mut [Open], text: &str, is_cdata: bool) -> Result<(), InvalidXml> {
    let is_outside = stack.len() == 1;
    let open = stack
        .last_mut()
        .ok_or(InvalidXml("it is not well-formed"))?;
    let is_blank = text.trim().is_empty();
    if is_outside {
        return if is_blank {
            Ok(())
        } else {
            Err(InvalidXml("there is text outside the document"))
        };
    }
    if is_cdata && !open.has_cdata && open.text.trim().is_empty() {
        open.text.clear();
    }
    open.has_cdata |= is_cdata;
    if is_cdata || !open.has_cdata || !is_blank {
        open.text.push_str(text);
    }
    Ok(())
}

fn finish(mut stack: Vec<Open>) -> Result<EventFields, InvalidXml> {
    let is_closed = stack.len() == 1;
    let document = stack.pop().filter(|_| is_closed);
    let document = document.ok_or(InvalidXml("it breaks off"))?;
    let root = document.fields.only("xml");
    match root.filter(|_| document.fields.len() == 1) {
        Some(FieldValue::Fields(fields)) => Ok(fields.clone()),
        Some(FieldValue::Text(text)) if text.trim().is_empty() => Ok(EventFields::default()),
        _ => Err(InvalidXml("it is not one document of fields")),
    }
}

/// XML's own five, and characters by number.
fn resolve(name: &BytesRef<'_>) -> Result<char, InvalidXml> {
    const UNKNOWN: InvalidXml = InvalidXml("it uses an entity that XML does not have");
    if name.is_char_ref() {
        let character = name.resolve_char_ref().ok().flatten();
        return character.filter(|c| is_xml_char(*c)).ok_or(UNKNOWN);
    }
    match name.clone().into_inner().as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(UNKNOWN),
    }
}

fn is_xml_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
