//! Whatever a text is, what is told of it as JSON is true, and a layout changes no more than
//! white space.
//!
//! 1. The tokens of a text are the text, and documents in it are JSON.
//! 2. A text is JSON, broken JSON or neither, as a grammar written here says (RFC 8259), and it
//!    breaks at the first character with which it can no longer become JSON.
//! 3. A layout changes white space between tokens. Two layouts one after the other are the second
//!    alone, and a document is laid out as `serde_json` prints its value.
//! 4. What is escaped can be read again.

use std::ops::Range;

use prompt_gallery::json::{self, Layout, Position, Structure, Token};
use serde::de::IgnoredAny;
use serde_json::Value;

/// Checks one text.
pub fn check(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    tokens_are_the_text(text);
    documents_are_json(text);
    what_is_escaped_can_be_read_again(text);
    structure_is_told(text);
    structure_is_as_the_grammar_says(text);
    if is_document(text) {
        names_and_strings_are_told_apart(text);
        for layout in Layout::ALL {
            only_white_space_changed(text, &json::laid_out(text, layout), layout);
        }
        layouts_are_as_printed(text);
    }
}

fn tokens_are_the_text(text: &str) {
    let mut at = 0;
    for (_, range) in json::tokens(text) {
        assert!(range.start == at && range.end > at, "a gap or nothing at {range:?}");
        assert!(text.is_char_boundary(range.end), "half a character at {range:?}");
        at = range.end;
    }
    assert_eq!(at, text.len(), "the tokens end early");
}

fn documents_are_json(text: &str) {
    let mut at = 0;
    for range in json::documents(text) {
        assert!(range.start >= at, "documents overlap at {range:?}");
        at = range.end;
        assert!(is_json(&text[range.clone()]), "no JSON at {range:?}");
    }
}

/// By its grammar alone, so that numbers and escapes that stand for nothing are JSON, too.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn what_is_escaped_can_be_read_again(value: &str) {
    let escaped = json::escaped(value);
    assert_eq!(decoded(&escaped), value);
    assert_eq!(json::unescaped(&escaped), value);
    let _ = json::unescaped(value);
}

/// The text that is written like this inside a JSON string.
pub(super) fn decoded(written: &str) -> String {
    serde_json::from_str(&format!("\"{written}\"")).expect("this stands in a JSON string")
}

fn structure_is_told(text: &str) {
    let structure = json::structure(text);
    let is_told = structure == Structure::Json;
    assert!(is_told || !is_document(text), "{structure:?}");
    assert!(!is_told || is_json(text.trim_start_matches('\u{feff}').trim()), "{structure:?}");
    if let Structure::Broken(place) = structure {
        let line = text.split('\n').nth(place.line - 1).expect("a line of the text");
        assert!((1..=line.chars().count() + 1).contains(&place.column), "{place:?}");
    }
}

/// Whether a text is a JSON object or array of values a machine can hold, and nothing else but
/// white space.
pub(super) fn is_document(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim();
    text.starts_with(['{', '[']) && serde_json::from_str::<Value>(text).is_ok()
}

/// The strings of a document, quotation marks included.
pub(super) fn strings(document: &str) -> Vec<Range<usize>> {
    let (mut strings, mut begun, mut escaped) = (Vec::new(), None, false);
    for (at, c) in document.char_indices() {
        match (begun, c) {
            (None, '"') => begun = Some(at),
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(start), '"') => {
                strings.push(start..at + 1);
                begun = None;
            }
            _ => {}
        }
    }
    strings
}

fn names_and_strings_are_told_apart(document: &str) {
    let told = json::tokens(document)
        .into_iter()
        .filter(|(token, _)| matches!(token, Token::Name | Token::String))
        .map(|(token, range)| (range, token == Token::Name));
    let expected = strings(document).into_iter().map(|range| {
        let names = document[range.end..].trim_start().starts_with(':');
        (range, names)
    });
    assert!(told.eq(expected));
}

/// What stands around the strings of a document.
pub(super) fn around_strings(document: &str) -> Vec<&str> {
    let strings = strings(document);
    let ends = [0].into_iter().chain(strings.iter().map(|string| string.end));
    let starts = strings.iter().map(|string| string.start).chain([document.len()]);
    ends.zip(starts).map(|(end, start)| &document[end..start]).collect()
}

fn only_white_space_changed(text: &str, laid_out: &str, layout: Layout) {
    let tight = |text: &str| -> Vec<String> {
        let around = around_strings(text).into_iter().map(|between| {
            between.trim_start_matches('\u{feff}').split_whitespace().collect::<String>()
        });
        let strings = strings(text).into_iter().map(|string| text[string].to_owned());
        around.chain(strings).collect()
    };
    assert_eq!(tight(text), tight(laid_out));
    assert!(is_document(laid_out), "{layout:?} is no JSON: {laid_out}");
    let value = |text: &str| {
        let document = text.trim_start_matches('\u{feff}').trim();
        serde_json::from_str::<Value>(document).expect("a document")
    };
    assert_eq!(value(text), value(laid_out));
    for next in Layout::ALL {
        if layout != Layout::Written && next != Layout::Written {
            assert_eq!(json::laid_out(laid_out, next), json::laid_out(text, next));
        }
    }
}

fn layouts_are_as_printed(text: &str) {
    let document = text.trim_start_matches('\u{feff}').trim();
    let value: Value = serde_json::from_str(document).expect("a document");
    let (tight, spread) = (value.to_string(), format!("{value:#}"));
    assert_eq!(json::laid_out(&tight, Layout::Pretty), spread);
    assert_eq!(json::laid_out(&spread, Layout::Minified), tight);
}

fn structure_is_as_the_grammar_says(text: &str) {
    let start = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    let document = text[start..].trim_end();
    if !document.starts_with(['{', '[']) {
        assert_eq!(json::structure(text), Structure::Prose);
        return;
    }
    let mut grammar = Grammar::of(document);
    let is_valid = grammar.document().is_some();
    if grammar.is_too_deep {
        return;
    }
    match json::structure(text) {
        Structure::Json => assert!(is_valid, "{text}"),
        Structure::Prose => assert!(!is_valid, "{text}"),
        Structure::Broken(place) => {
            assert!(!is_valid, "{text}");
            // Where a document ends early, it breaks at its last character.
            let last = document.char_indices().next_back().map_or(0, |(at, _)| at);
            let mut at = start + grammar.at.min(last);
            if grammar.in_code {
                // The parser takes the four digits at once.
                let digits = text[at..].char_indices().take(5).map(|(digit, _)| at + digit);
                at = digits.into_iter().find(|at| position(text, *at) == place).unwrap_or(at);
            }
            assert_eq!(place, position(text, at), "{text}");
        }
    }
}

fn position(text: &str, at: usize) -> Position {
    let before = &text[..at];
    let line = before.rsplit('\n').next().unwrap_or_default();
    Position { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
}

/// Reads a document; `at` is the first byte with which it can no longer become JSON.
struct Grammar<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    is_too_deep: bool,
    /// Whether it ended among the digits of `\u0000`.
    in_code: bool,
}

impl<'a> Grammar<'a> {
    fn of(document: &'a str) -> Self {
        let bytes = document.as_bytes();
        Self { bytes, at: 0, depth: 0, is_too_deep: false, in_code: false }
    }

    fn document(&mut self) -> Option<()> {
        self.value()?;
        self.space();
        (self.at == self.bytes.len()).then_some(())
    }

    fn next(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, allowed: impl Fn(u8) -> bool) -> Option<u8> {
        let byte = self.next().filter(|byte| allowed(*byte))?;
        self.at += 1;
        Some(byte)
    }

    fn byte(&mut self, wanted: u8) -> Option<u8> {
        self.take(|byte| byte == wanted)
    }

    fn space(&mut self) {
        while self.take(|byte| b" \t\r\n".contains(&byte)).is_some() {}
    }

    fn value(&mut self) -> Option<()> {
        self.space();
        match self.next()? {
            b'{' => self.list(b'}', |grammar| {
                grammar.string()?;
                grammar.space();
                grammar.byte(b':')?;
                grammar.value()
            }),
            b'[' => self.list(b']', Self::value),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => None,
        }
    }

    fn list(&mut self, end: u8, member: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        self.depth += 1;
        if self.depth >= 127 {
            self.is_too_deep = true;
            return None;
        }
        self.at += 1;
        self.space();
        if self.byte(end).is_none() {
            loop {
                member(self)?;
                self.space();
                if self.byte(b',').is_none() {
                    self.byte(end)?;
                    break;
                }
                self.space();
            }
        }
        self.depth -= 1;
        Some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        word.iter().try_for_each(|byte| self.byte(*byte).map(drop))
    }

    fn string(&mut self) -> Option<()> {
        self.byte(b'"')?;
        loop {
            match self.take(|byte| byte >= b' ')? {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        if self.take(|byte| b"\"\\/bfnrtu".contains(&byte))? == b'u' {
            self.in_code = true;
            for _ in 0..4 {
                self.take(|byte| byte.is_ascii_hexdigit())?;
            }
            self.in_code = false;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        self.take(|byte| byte.is_ascii_digit())?;
        while self.take(|byte| byte.is_ascii_digit()).is_some() {}
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        self.byte(b'-');
        if self.byte(b'0').is_none() {
            self.digits()?;
        }
        if self.byte(b'.').is_some() {
            self.digits()?;
        }
        if self.take(|byte| b"eE".contains(&byte)).is_some() {
            self.take(|byte| b"+-".contains(&byte));
            self.digits()?;
        }
        Some(())
    }
}
