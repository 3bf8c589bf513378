//! Which texts are a document.

use proptest::prelude::*;

use super::EventFields;

fn text(document: &str) -> Option<String> {
    EventFields::parse(document)
        .ok()?
        .text("A")
        .map(str::to_owned)
}

#[test]
fn values_come_plain_in_sections_and_with_the_five_entities() {
    for (document, value) in [
        ("<xml><A>x</A></xml>", "x"),
        ("<xml><A><![CDATA[x]]></A></xml>", "x"),
        ("<xml>\n <A>\n  <![CDATA[x]]>\n </A>\n</xml>\n", "x"),
        (
            "<xml><A><![CDATA[a ]]]]><![CDATA[> b]]></A></xml>",
            "a ]]> b",
        ),
        (
            "<xml><A>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</A></xml>",
            "<&>\"'AB",
        ),
        ("<xml><A><![CDATA[&lt;]]></A></xml>", "&lt;"),
        ("<xml><A/></xml>", ""),
        ("<xml><A></A></xml>", ""),
        ("<xml><A> x </A></xml>", " x "),
        ("<xml><A>\u{5F20}</A></xml>", "\u{5F20}"),
        (
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><xml><A>x</A></xml>",
            "x",
        ),
        ("<xml kind=\"y\"><A kind=\"z\">x</A></xml>", "x"),
    ] {
        assert_eq!(text(document).as_deref(), Some(value), "{document}");
    }
    assert!(EventFields::parse("<xml></xml>").unwrap().is_empty());
    assert!(EventFields::parse("<xml/>").unwrap().is_empty());
}

#[test]
fn everything_else_is_refused() {
    let deep = format!("<xml>{}x{}</xml>", "<A>".repeat(9), "</A>".repeat(9));
    let large = format!("<xml><A>{}</A></xml>", "x".repeat(64 * 1024));
    for document in [
        "",
        "x",
        "<A>x</A>",
        "<xml>x</xml>",
        "<xml><A>x</A>",
        "<xml><A>x</xml></A>",
        "<xml><A>x</A></xml>x",
        "x<xml><A>x</A></xml>",
        "<xml><A>x</A></xml><xml><A>y</A></xml>",
        "<xml><A>x</A><A>x</A></xml>",
        "<xml><A>x<B>y</B></A></xml>",
        "<xml><A><![CDATA[ ]]><B>y</B></A></xml>",
        "<xml><A>a<!-- -->b</A></xml>",
        "<xml><?php x?><A>x</A></xml>",
        "<xml><A>x</A></xml><?xml version=\"1.0\"?>",
        "<!DOCTYPE xml><xml><A>x</A></xml>",
        "<xml><A>&e;</A></xml>",
        "<xml><A>&#0;</A></xml>",
        "<xml><A>&#xD800;</A></xml>",
        "<xml><A>&</A></xml>",
        "<xml><A>\u{0}</A></xml>",
        "<xml><A>\u{FFFF}</A></xml>",
        "<xml><\u{5F20}>x</\u{5F20}></xml>",
        "<xml><x:A>x</x:A></xml>",
        "<![CDATA[x]]><xml><A>x</A></xml>",
        "&amp;<xml><A>x</A></xml>",
        &deep,
        &large,
    ] {
        assert!(EventFields::parse(document).is_err(), "{document:.80}");
    }
}

#[test]
fn lists_may_repeat_and_single_values_may_not() {
    let fields = EventFields::parse(
        "<xml><L><Item>1</Item><Item><V>2</V></Item></L><M><V>1</V><V>2</V></M></xml>",
    );
    let fields = fields.unwrap();
    let list = fields.fields("L").unwrap();
    assert_eq!(list.each("Item").count(), 2);
    assert_eq!(list.text("Item"), None);
    assert_eq!(fields.fields("M").unwrap().text("V"), None);
    assert_eq!((fields.text("L"), fields.fields("X")), (None, None));
    assert_eq!(fields.len(), 2);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(document in ".{0,300}") {
        let _refused = EventFields::parse(&document);
    }

    #[test]
    fn no_markup_makes_it_panic(parts in proptest::collection::vec("<xml>|</xml>|<A>|</A>|<A/>|x|&amp;|&#6;|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?|\\?>| |\"|'", 0..40)) {
        let _refused = EventFields::parse(&parts.concat());
    }

    #[test]
    fn a_value_comes_back_as_it_was_written(value in "[^\u{0}-\u{8}\u{B}-\u{1F}\u{FFFE}\u{FFFF}]{0,80}") {
        let section = value.replace("]]>", "]]]]><![CDATA[>");
        let document = format!("<xml><A><![CDATA[{section}]]></A></xml>");
        prop_assert_eq!(text(&document), Some(value));
    }
}

#[test]
fn s_111_behind_a_name_stand_attributes_or_nothing() {
    for text in [
        "<xml\n   <!DOCTYPE   \n<x$\r/>",
        "<xml <A>1</A></xml>",
        "<xml a='<b>'></xml>",
        "<xml a></xml>",
        "<xml a=1></xml>",
        "<xml a='1' a='2'></xml>",
        "<xml><A <B>1</A></xml>",
    ] {
        assert!(EventFields::parse(text).is_err(), "{text:?}");
    }
    assert!(EventFields::parse("<xml a='1' b=\"2\"><A>1</A></xml>").is_ok());
}
