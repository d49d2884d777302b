//! Code that makes an API call, in the languages visitors use.
//!
//! A snippet is a complete program: it reads the key from the environment, sends the call,
//! waits for the result and prints the address of what was made. It comes in up to two
//! [`Form`]s: with the vendor's SDK, and with nothing but the language's own HTTP client. Adding
//! a language is one file and one row of [`LANGUAGES`]; everything that lists languages, from
//! tabs to tests, loops over the table.
//!
//! A prompt may hold anything, and visitors run what they paste. Each language therefore has
//! its own string literal, tried against hostile prompts in a real interpreter. Two rules
//! hold for all of them: letters of every script stay as they are, because `\ud83d\ude00`
//! means something else in every second language; characters nobody can see are written as
//! escapes ([`is_hidden`]), so that what is shown is what is sent.

mod curl;
mod go;
mod javascript;
mod php;
mod python;
mod ruby;

use std::fmt;

use memchr::memchr_iter;
use serde_json::Value;

use crate::catalog::ApiCall;

/// How a program makes the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// With the vendor's package.
    Sdk,
    /// With what comes with the language.
    Http,
}

impl Form {
    /// Both forms, the shorter programs first.
    pub const ALL: [Form; 2] = [Form::Sdk, Form::Http];

    /// Its name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Form::Sdk => "sdk",
            Form::Http => "http",
        }
    }

    /// The form with this slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Form::ALL.into_iter().find(|form| form.slug() == slug)
    }
}

/// A programming language snippets are written in.
#[derive(Clone, Copy)]
pub struct Language {
    /// Its name in addresses and tab ids.
    pub slug: &'static str,
    /// Its name as its community writes it.
    pub name: &'static str,
    /// The extension of its source files.
    pub extension: &'static str,
    /// The vendor's SDK, where calls of it can be written with certainty.
    sdk: Option<SdkForm>,
    http: fn(&ApiCall<'_>) -> String,
}

/// A language's programs that use the vendor's SDK.
#[derive(Clone, Copy)]
struct SdkForm {
    render: fn(&ApiCall<'_>) -> String,
    /// The command that installs the package.
    install: fn(&ApiCall<'_>) -> String,
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug)
    }
}

/// Every language, in the order of the tabs.
pub const LANGUAGES: [Language; 6] = [
    curl::LANGUAGE,
    javascript::LANGUAGE,
    python::LANGUAGE,
    ruby::LANGUAGE,
    go::LANGUAGE,
    php::LANGUAGE,
];

/// The language with this slug.
#[must_use]
pub fn language(slug: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.slug == slug)
}

impl Language {
    /// The forms its programs come in, the preferred one first.
    pub fn forms(&self) -> impl Iterator<Item = Form> + use<> {
        let has_sdk = self.sdk.is_some();
        Form::ALL.into_iter().filter(move |form| *form == Form::Http || has_sdk)
    }

    /// The form shown unless another is asked for.
    #[must_use]
    pub fn preferred(&self) -> Form {
        if self.sdk.is_some() { Form::Sdk } else { Form::Http }
    }

    /// The program that makes this call; ends in a line feed. None where the language has no
    /// such form.
    #[must_use]
    pub fn snippet(&self, call: &ApiCall<'_>, form: Form) -> Option<String> {
        match form {
            Form::Sdk => self.sdk.map(|sdk| (sdk.render)(call)),
            Form::Http => Some((self.http)(call)),
        }
    }

    /// The command that installs what the SDK form needs.
    #[must_use]
    pub fn install(&self, call: &ApiCall<'_>) -> Option<String> {
        self.sdk.map(|sdk| (sdk.install)(call))
    }
}

/// Whether a character is better written as an escape: controls, and characters that are
/// invisible or reorder what is around them.
///
/// Line feed and tab are controls, too; each language has a short escape for them. The emoji
/// presentation selector U+FE0F stays: it changes how its neighbour looks, visibly.
#[must_use]
#[inline]
pub fn is_hidden(character: char) -> bool {
    // Nearly every character is one of these, and every one of a prompt is asked about.
    let is_usual = matches!(character, ' '..='~' | '\u{3165}'..='\u{d7ff}');
    !is_usual && is_unusual_and_hidden(character)
}

fn is_unusual_and_hidden(character: char) -> bool {
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

/// Bytes a literal is stopped at: those that mean something in one language or another, and those
/// that begin a character which may be hidden. No other byte of UTF-8 does, so that nearly all of a
/// text is passed over without being decoded.
#[expect(clippy::indexing_slicing, reason = "a table made by the compiler has no panics")]
const NOTABLE: [bool; 256] = {
    let mut notable = [false; 256];
    let mut byte = 0;
    while byte < notable.len() {
        notable[byte] = matches!(byte as u8,
            0..=0x1f | 0x7f | b'"' | b'\'' | b'\\' | b'#' | b'$'
            | 0xc2..=0xe3 // up to U+3FFF
            | 0xed.. // from U+D000
        );
        byte += 1;
    }
    notable
};

/// A string literal of the kind most languages share: a backslash before the quotation mark,
/// itself, and whatever else `is_special` says (given one of `#` and `$`, and the next character);
/// short escapes for line feed, carriage return and tab; `escape` for everything hidden.
fn literal(
    text: &str,
    quote: char,
    is_special: impl Fn(char, Option<char>) -> bool,
    escape: impl Fn(u32) -> String,
) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16 + 2);
    out.push(quote);
    let is_notable = |byte: &u8| NOTABLE.get(usize::from(*byte)).is_none_or(|notable| *notable);
    let mut written = 0;
    let mut rest = text;
    while let Some(found) = rest.as_bytes().iter().position(is_notable) {
        let at = text.len() - rest.len() + found;
        let mut characters = text.get(at..).unwrap_or_default().chars();
        let Some(character) = characters.next() else { break };
        rest = characters.as_str();
        let next = text.len() - rest.len();
        let hidden;
        let (escaped, after) = match character {
            '\n' => ("\\n", next),
            '\r' => ("\\r", next),
            '\t' => ("\\t", next),
            _ if is_hidden(character) => {
                hidden = escape(u32::from(character));
                (hidden.as_str(), next)
            }
            plain if plain == quote || plain == '\\' => ("\\", at),
            '#' | '$' if is_special(character, characters.next()) => ("\\", at),
            _ => continue,
        };
        out.push_str(text.get(written..at).unwrap_or_default());
        out.push_str(escaped);
        written = after;
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out.push(quote);
    out
}

/// No character of a language is special but quotation mark and backslash.
fn nothing_special(_: char, _: Option<char>) -> bool {
    false
}

/// A JSON string literal (RFC 8259, section 7): escapes are UTF-16 code units.
fn json_string(text: &str) -> String {
    literal(text, '"', nothing_special, |code| {
        let mut units = [0; 2];
        let units = char::from_u32(code).map(|character| character.encode_utf16(&mut units));
        units
            .into_iter()
            .flat_map(|units| units.iter())
            .map(|unit| format!("\\u{unit:04x}"))
            .collect()
    })
}

/// The quotation mark that needs fewer escapes in a text, double ones where it makes no
/// difference: what formatters choose, too.
fn lighter_quote(text: &str) -> char {
    let count = |quote| memchr_iter(quote, text.as_bytes()).count();
    if count(b'"') > count(b'\'') { '\'' } else { '"' }
}

/// Whether a name can stand as a bare key or keyword in most languages.
fn is_identifier(name: &str) -> bool {
    name.bytes().enumerate().all(|(at, byte)| {
        byte == b'_' || byte.is_ascii_lowercase() || (at > 0 && byte.is_ascii_digit())
    }) && !name.is_empty()
}

/// A number as formatters write it: no sign before a positive exponent.
fn number(value: &Value) -> String {
    value.to_string().replace("e+", "e")
}

/// The singular of a result field, `images` → `image`, as a name for one result.
fn singular(field: &str) -> &str {
    field.strip_suffix('s').unwrap_or(field)
}

/// The SDK's name for an endpoint's resource, in snake case.
fn resource<'a>(call: &ApiCall<'a>) -> &'a str {
    call.endpoint.sdk_resource.as_deref().unwrap_or(&call.endpoint.slug)
}

/// The same in camel case.
fn camel_case(snake: &str) -> String {
    let mut words = snake.split('_');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        out.push_str(letters.as_str());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_that_matters_is_passed_over() {
        let all = (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        for character in all.filter(|c| is_hidden(*c) || "\"'\\#$".contains(*c)) {
            let first = character.encode_utf8(&mut [0; 4]).as_bytes()[0];
            assert!(NOTABLE[usize::from(first)], "U+{:04X}", u32::from(character));
        }
    }

    #[test]
    fn what_is_escaped_stands_between_what_is_not() {
        let special = |character, next| character == '#' && next == Some('{');
        let escape = |code| format!("<{code:x}>");
        for (text, literal) in [
            ("", "''"),
            ("长'\\\"", r#"'长\'\\"'"#),
            ("\n长\r\t\u{200b}\u{e0001}", r"'\n长\r\t<200b><e0001>'"),
            ("#{a}# $，、\u{fe0f}", "'\\#{a}# $，、\u{fe0f}'"),
        ] {
            assert_eq!(super::literal(text, '\'', special, escape), literal);
        }
    }
}
