//! XML that every parser takes, whatever the text.
//!
//! XML 1.0 has no way to write some characters, not even as references: most control characters,
//! U+FFFE and U+FFFF. Each of them is written as U+FFFD, which says that something was there; a
//! prompt's exact text is in its `.txt`. Carriage returns are kept.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// The names and values of an element's attributes.
type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A document in the making.
pub(super) struct Xml(Writer<Vec<u8>>);

/// Writes a document.
pub(super) fn document(write: impl FnOnce(&mut Xml)) -> Vec<u8> {
    let mut xml = Xml(Writer::new(Vec::new()));
    xml.put(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
    xml.put(Event::Text(BytesText::new("\n")));
    write(&mut xml);
    xml.put(Event::Text(BytesText::new("\n")));
    xml.0.into_inner()
}

impl Xml {
    /// An element that holds others.
    pub(super) fn within(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.put(Event::Start(tag(name, attributes)));
        inside(self);
        self.put(Event::End(BytesEnd::new(name)));
        self.put(Event::Text(BytesText::new("\n")));
    }

    /// An element that holds a text.
    pub(super) fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.within(name, attributes, |xml| {
            xml.put(Event::Text(BytesText::new(&writable(text))));
        });
    }

    /// An element that holds nothing.
    pub(super) fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.put(Event::Empty(tag(name, attributes)));
        self.put(Event::Text(BytesText::new("\n")));
    }

    fn put(&mut self, event: Event<'_>) {
        // Writing to memory cannot fail.
        let _ = self.0.write_event(event);
    }
}

fn tag<'a>(name: &'a str, attributes: Attributes<'_>) -> BytesStart<'a> {
    let mut tag = BytesStart::new(name);
    for (name, value) in attributes {
        tag.push_attribute((*name, &*writable(value)));
    }
    tag
}

/// A text with every character replaced that XML 1.0 (section 2.2) has none for.
fn writable(text: &str) -> Cow<'_, str> {
    let is_foreign = |character: char| matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(is_foreign) {
        Cow::Owned(text.replace(is_foreign, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What any parser is to read of a text.
    fn readable(text: &str) -> String {
        text.chars()
            .map(|character| match u32::from(character) {
                0x9 | 0xa | 0xd | 0x20..=0xd7ff | 0xe000..=0xfffd | 0x10000.. => character,
                _ => '\u{fffd}',
            })
            .collect()
    }

    fn assert_round_trip(text: &str) {
        let bytes = document(|xml| {
            xml.within("a", &[("b", text)], |xml| xml.text("c", &[], text));
        });
        let written = String::from_utf8(bytes).unwrap();
        let document = roxmltree::Document::parse(&written).unwrap();
        let root = document.root_element();
        let child = root.first_element_child().unwrap();
        assert_eq!(child.text().unwrap_or_default(), readable(text));
        // An attribute's white space is folded by every parser (XML 1.0, section 3.3.3).
        let folded = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        assert_eq!(folded(root.attribute("b").unwrap()), folded(&readable(text)));
    }

    #[test]
    fn hostile_texts_stay_texts() {
        for text in [
            "",
            "]]>",
            "</c></a><script>alert(1)</script>",
            "<![CDATA[x]]> <!-- y --> <?z?>",
            "&amp; &lt; &#0; &#xFFFE; &nosuch; & &&",
            "\"double\" 'single'",
            "a\r\nb\rc\n\rd\te",
            "\0\u{1}\u{8}\u{b}\u{c}\u{1b}[31m\u{1f}\u{7f}\u{85}\u{9f}",
            "\u{fffd}\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}\u{feff}\u{2028}\u{202e}",
        ] {
            assert_round_trip(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in any::<String>()) {
            assert_round_trip(&text);
        }

        #[test]
        fn any_text_of_unusual_characters_is_read_back(
            text in "[\\x00-\\x20<>&'\"\\]!\\-?\u{7f}-\u{9f}\u{fff0}-\u{ffff}a;#x]{0,40}",
        ) {
            assert_round_trip(&text);
        }
    }
}
