//! JSON prompts as text.
//!
//! Many prompts are JSON documents, and their authors chose every character. So a document is
//! never parsed into values and written again, which would change numbers, escapes and repeated
//! keys; it is taken apart into the tokens it is written with, and a [`Layout`] changes only
//! the white space between them.
//!
//! About a third of what looks like JSON in the wild is not. Such a text is prose like any
//! other; [`structure`] says where it breaks, and nobody repairs it.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize as _;
use serde::de::IgnoredAny;
use serde_json::Value;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Prose, or anything else that makes no claim to be JSON.
    Prose,
    /// A JSON object or array (RFC 8259).
    Json,
    /// What begins like JSON and is not.
    Broken(Position),
}

/// A place in a text, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// How a JSON document is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// As its author wrote it.
    #[default]
    Written,
    /// One member a line, indented by two blanks.
    Pretty,
    /// Without white space between tokens.
    Minified,
}

impl Layout {
    /// Every layout, the default first.
    pub const ALL: [Layout; 3] = [Layout::Written, Layout::Pretty, Layout::Minified];

    /// Its name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Layout::Written => "written",
            Layout::Pretty => "pretty",
            Layout::Minified => "minified",
        }
    }

    /// The layout with this name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Layout::ALL.into_iter().find(|layout| layout.slug() == slug)
    }
}

/// What a token of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `{` or `[`.
    Open,
    /// `}` or `]`.
    Close,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// A string that names a member.
    Name,
    /// Any other string.
    String,
    /// A number, true, false or null.
    Value,
    /// White space.
    Space,
}

/// Tells whether a text is JSON, and where it breaks if it only looks like it.
#[must_use]
pub fn structure(text: &str) -> Structure {
    let document = document(text);
    if !document.starts_with(['{', '[']) {
        return Structure::Prose;
    }
    match breaks(document) {
        None => Structure::Json,
        Some(at) if looks_like_json(document) && depth(document) < DEEPEST => {
            Structure::Broken(position(text, document, at))
        }
        Some(_) => Structure::Prose,
    }
}

/// Where a document breaks, in bytes; none when it is JSON by the grammar alone. Parsing it into
/// values would refuse numbers too large for a machine and halves of surrogate pairs, which the
/// grammar allows.
fn breaks(document: &str) -> Option<usize> {
    let parse = |document| serde_json::from_str::<IgnoredAny>(document);
    // In what is ignored the parser looks for some control characters only, and says where the
    // character before them stands.
    let control = control(document).filter(|at| {
        let before = document.get(..*at).unwrap_or_default();
        parse(before).is_err_and(|error| error.is_eof())
    });
    control.or_else(|| parse(document).err().map(|error| offset(document, &error)))
}

/// The first control character in a string of a document, which must be escaped.
fn control(document: &str) -> Option<usize> {
    let (mut is_string, mut is_escaped) = (false, false);
    for (at, byte) in document.bytes().enumerate() {
        match byte {
            0..b' ' if is_string => return Some(at),
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            _ => {}
        }
    }
    None
}

/// What is nested deeper is not parsed, and nothing is known to be wrong with it.
const DEEPEST: usize = 128;

/// How deep a document is nested.
fn depth(document: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for (token, _) in tokens(document) {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// A text without what may stand around a document.
fn document(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim()
}

/// Whether a text begins as a JSON document does: prose may begin with a bracket, too.
fn looks_like_json(document: &str) -> bool {
    let inside = document.get(1..).unwrap_or_default();
    let first = inside.trim_start();
    match document.chars().next() {
        Some('{') => {
            let begins_line = inside.len() > first.len()
                && inside.get(..inside.len() - first.len()).is_some_and(|gap| gap.contains('\n'));
            first.starts_with(['"', '\'', '“', '}']) || begins_line && first.contains(':')
        }
        Some('[') => first.starts_with(['{', '"']),
        _ => false,
    }
}

/// Where the parser stopped. It counts lines and columns from 1, columns in bytes; before the
/// first column of a line stands the line feed.
fn offset(document: &str, error: &serde_json::Error) -> usize {
    let lines = document.split_inclusive('\n').take(error.line().saturating_sub(1));
    let at = lines.map(str::len).sum::<usize>() + error.column();
    document.floor_char_boundary(at.saturating_sub(1))
}

/// A place in a document, as one in the whole text.
fn position(text: &str, document: &str, at: usize) -> Position {
    let before = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    let last = document.char_indices().next_back().map_or(0, |(last, _)| last);
    let before = text.get(..before + at.min(last)).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    Position { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
}

/// A JSON document in another layout. What is no JSON stays as it is.
#[must_use]
pub fn laid_out(text: &str, layout: Layout) -> Cow<'_, str> {
    if layout == Layout::Written || structure(text) != Structure::Json {
        return Cow::Borrowed(text);
    }
    let document = document(text);
    let tokens: Vec<(Token, Range<usize>)> =
        tokens(document).into_iter().filter(|(token, _)| *token != Token::Space).collect();
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for (at, (token, range)) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let after_open = before.is_some_and(|(token, _)| *token == Token::Open);
        if *token == Token::Close {
            depth = depth.saturating_sub(1);
        }
        if layout == Layout::Pretty {
            let after_comma = before.is_some_and(|(token, _)| *token == Token::Comma);
            if after_comma || (after_open != (*token == Token::Close)) {
                out.push('\n');
                out.extend(std::iter::repeat_n("  ", depth));
            }
        }
        out.push_str(document.get(range.clone()).unwrap_or_default());
        if *token == Token::Open {
            depth += 1;
        }
        if layout == Layout::Pretty && *token == Token::Colon {
            out.push(' ');
        }
    }
    Cow::Owned(out)
}

/// The tokens of a document, white space among them, without a gap: joined they are the text.
/// Of a text that is no JSON, whatever comes nearest.
#[must_use]
pub fn tokens(text: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (token, length) = token(rest);
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens
}

/// The first token of a text that is not empty, and its length.
fn token(text: &str) -> (Token, usize) {
    let run = |ends: fn(char) -> bool| text.find(ends).unwrap_or(text.len());
    match text.chars().next() {
        Some('{' | '[') => (Token::Open, 1),
        Some('}' | ']') => (Token::Close, 1),
        Some(',') => (Token::Comma, 1),
        Some(':') => (Token::Colon, 1),
        Some('"') => {
            let length = string_length(text);
            let after = text.get(length..).unwrap_or_default();
            let is_name = after.trim_start().starts_with(':');
            (if is_name { Token::Name } else { Token::String }, length)
        }
        Some(c) if is_space(c) => (Token::Space, run(|c| !is_space(c))),
        _ => (Token::Value, run(|c| is_space(c) || "{}[],:\"".contains(c)).max(1)),
    }
}

/// The white space of JSON, and what may stand around a document.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// The length of the string literal a text begins with.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Where JSON documents stand in a text: the whole of it, or objects and arrays within prose.
#[must_use]
pub fn documents(text: &str) -> Vec<Range<usize>> {
    /// A text with more beginnings than this is not looked through to its end.
    const MOST_BEGINNINGS: usize = 64;
    if structure(text) == Structure::Json {
        let start = text.find(['{', '[']).unwrap_or(0);
        return std::iter::once(start..start + document(text).len()).collect();
    }
    let mut found = Vec::new();
    let mut at = 0;
    for _ in 0..MOST_BEGINNINGS {
        let rest = text.get(at..).unwrap_or_default();
        let Some(start) = rest.find(['{', '[']) else { break };
        let candidate = rest.get(start..).unwrap_or_default();
        at += start + 1;
        if !looks_like_json(candidate) {
            continue;
        }
        let mut stream = serde_json::Deserializer::from_str(candidate);
        let length = document_length(candidate);
        let is_document = IgnoredAny::deserialize(&mut stream).is_ok()
            && candidate.get(..length).is_some_and(|document| control(document).is_none());
        if is_document {
            found.push(at - 1..at - 1 + length);
            at += length - 1;
        }
    }
    found
}

/// The length of the valid document a text begins with.
fn document_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (token, length) = token(rest);
        at += length;
        match token {
            Token::Open => depth += 1,
            Token::Close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
    }
    at.max(1)
}

/// A text as it is written inside a JSON string (RFC 8259, section 7), without the quotation
/// marks.
#[must_use]
pub fn escaped(text: &str) -> String {
    let literal = Value::from(text).to_string();
    literal.get(1..literal.len() - 1).unwrap_or_default().to_owned()
}

/// The text that is written like this inside a JSON string; as it is where that is nothing.
#[must_use]
pub fn unescaped(written: &str) -> Cow<'_, str> {
    if !written.contains('\\') {
        return Cow::Borrowed(written);
    }
    serde_json::from_str(&format!("\"{written}\"")).map_or(Cow::Borrowed(written), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn only_objects_and_arrays_are_documents() {
        for json in ["{}", " [1, 2]\n", "\u{feff}{\"a\": \"b\"}"] {
            assert_eq!(structure(json), Structure::Json, "{json}");
        }
        for prose in [
            "",
            "12",
            "\"quoted\"",
            "A heron",
            "[product name] on a table",
            "[Verse 1]\nla la",
            "{{city}} at dawn",
            "{a heron}",
            "[1] a note",
        ] {
            assert_eq!(structure(prose), Structure::Prose, "{prose}");
        }
    }

    #[test]
    fn broken_json_is_told_by_line_and_column_in_characters() {
        let broken = |line, column| Structure::Broken(Position { line, column });
        assert_eq!(structure("{\"a\": 1,}"), broken(1, 9));
        assert_eq!(structure("{\n  \"主题\": \"雨\" \"b\": 2\n}"), broken(2, 13));
        assert_eq!(structure("\n\n  {\"a\" 1}"), broken(3, 8));
        assert_eq!(structure("{\"a\": 1"), broken(1, 7));
        assert_eq!(structure("{\"count\": ${n}}"), broken(1, 11));
        assert_eq!(structure("[\"a\" \"b\"]"), broken(1, 6));
        assert_eq!(structure("{\"a\": 1} and more"), broken(1, 10));
        assert_eq!(structure("{\"a\": 1e999, \"b\": \"two\nlines\"}"), broken(1, 23));
        assert_eq!(structure("{\"a\": \"雨\t\",}"), broken(1, 9));
        assert_eq!(structure("{\"a\": 0e\n}"), broken(1, 9));
    }

    #[test]
    fn a_layout_changes_white_space_and_nothing_else() {
        let written = "{ \"a\" :[1.0e+3,{}, []],\n\"b\":\"x: {,} \\u00e9\", \"a\": null }\n";
        let pretty = "{\n  \"a\": [\n    1.0e+3,\n    {},\n    []\n  ],\n  \"b\": \"x: {,} \\u00e9\",\n  \"a\": null\n}";
        let minified = "{\"a\":[1.0e+3,{},[]],\"b\":\"x: {,} \\u00e9\",\"a\":null}";
        assert_eq!(laid_out(written, Layout::Written), written);
        assert_eq!(laid_out(written, Layout::Pretty), pretty);
        assert_eq!(laid_out(written, Layout::Minified), minified);
        assert_eq!(laid_out("{ broken", Layout::Minified), "{ broken");
    }

    #[test]
    fn documents_are_found_in_prose() {
        let text = "Use this: {\"a\": \"[x]\"}, and [1] not {\"b\": } but [\"c\"].";
        let found: Vec<&str> =
            documents(text).into_iter().filter_map(|range| text.get(range)).collect();
        assert_eq!(found, ["{\"a\": \"[x]\"}", "[\"c\"]"]);
    }

    #[test]
    fn what_is_escaped_can_be_read_again() {
        let text = "a \"quote\", a \\ and\na line";
        assert_eq!(escaped(text), "a \\\"quote\\\", a \\\\ and\\na line");
        assert_eq!(unescaped(&escaped(text)), text);
        assert_eq!(unescaped("\\q"), "\\q");
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[\\PC\\n\"\\\\]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("\\PC{0,6}", inner), 0..5).prop_map(|members| json!(
                    members.into_iter().collect::<serde_json::Map<String, Value>>()
                )),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_layout_says_the_same(value in value().prop_filter("a document", |v| v.is_object() || v.is_array())) {
            for written in [value.to_string(), format!("{value:#}")] {
                for layout in Layout::ALL {
                    let text = laid_out(&written, layout);
                    prop_assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), &value);
                }
                prop_assert_eq!(laid_out(&written, Layout::Pretty), format!("{value:#}"));
                prop_assert_eq!(laid_out(&written, Layout::Minified), value.to_string());
                let whole: Vec<_> = std::iter::once(0..written.len()).collect();
                prop_assert_eq!(documents(&written), whole);
            }
        }

        #[test]
        fn tokens_joined_are_the_text(text in "[\\PC\\n\\t]{0,200}") {
            let joined: String = tokens(&text).into_iter().map(|(_, range)| text.get(range).unwrap().to_owned()).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
