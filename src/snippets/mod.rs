//! Code that makes an API call, in the languages visitors use.
//!
//! A snippet is a complete program: it reads the key from the environment, sends the call,
//! and prints the address of what was made. Adding a language is one file and one row of
//! [`LANGUAGES`]; everything that lists languages, from tabs to tests, loops over the table.
//!
//! A prompt may hold anything, and visitors run what they paste. Each language therefore has
//! its own string literal, tried against hostile prompts in a real interpreter. Two rules
//! hold for all of them: letters of every script stay as they are, because `\ud83d\ude00`
//! means something else in every second language; characters nobody can see are written as
//! escapes ([`is_hidden`]), so that what is shown is what is sent.

mod curl;
mod go;
mod javascript;
mod ruby;

use std::fmt::Write as _;

use crate::catalog::ApiCall;

/// A programming language snippets are written in.
#[derive(Clone, Copy)]
pub struct Language {
    /// Its name in addresses and tab ids.
    pub slug: &'static str,
    /// Its name as its community writes it.
    pub name: &'static str,
    /// The extension of its source files.
    pub extension: &'static str,
    render: fn(&ApiCall<'_>) -> String,
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.slug)
    }
}

/// Every language, in the order of the tabs.
pub const LANGUAGES: [Language; 4] =
    [curl::LANGUAGE, javascript::LANGUAGE, ruby::LANGUAGE, go::LANGUAGE];

/// The language with this slug.
#[must_use]
pub fn language(slug: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.slug == slug)
}

impl Language {
    /// The program that makes this call; ends in a line feed.
    #[must_use]
    pub fn snippet(&self, call: &ApiCall<'_>) -> String {
        (self.render)(call)
    }
}

/// Whether a character is better written as an escape: controls, and characters that are
/// invisible or reorder what is around them.
///
/// Line feed and tab are controls, too; each language has a short escape for them. The emoji
/// presentation selector U+FE0F stays: it changes how its neighbour looks, visibly.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' // C0, DEL, C1
        | '\u{ad}' | '\u{34f}' | '\u{61c}' // soft hyphen, grapheme joiner, Arabic letter mark
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' // Khmer and Mongolian invisibles
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' // zero width, separators, bidi
        | '\u{fe00}'..='\u{fe0e}' // variation selectors
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' // byte order mark, annotations, noncharacters
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' // shorthand and music controls
        | '\u{e0000}'..='\u{e0fff}' // tags and further variation selectors
    )
}

/// A JSON string literal.
fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let mut units = [0; 2];
                for unit in hidden.encode_utf16(&mut units) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

/// Whether a name can stand as a bare key or keyword in JavaScript and Ruby.
fn is_identifier(name: &str) -> bool {
    name.bytes().enumerate().all(|(at, byte)| {
        byte == b'_' || byte.is_ascii_lowercase() || (at > 0 && byte.is_ascii_digit())
    }) && !name.is_empty()
}

/// The singular of a result field, `images` → `image`, as a name for one result.
fn singular(field: &str) -> &str {
    field.strip_suffix('s').unwrap_or(field)
}

/// The SDK's name for an endpoint's resource, in snake case.
fn resource<'a>(call: &ApiCall<'a>) -> &'a str {
    call.endpoint.sdk_resource.as_deref().unwrap_or(&call.endpoint.slug)
}
