//! How blanks are written: six notations, read without judging whether a blank is meant.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

/// A way to write a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Notation {
    /// `[x]`
    Square,
    /// `【x】`
    Lenticular,
    /// `<x>`
    Angle,
    /// `{{x}}`
    Braces,
    /// `${x}` and `${x:default}`
    Dollar,
    /// `{argument name="x" default="y"}`
    Argument,
}

impl Notation {
    /// Whether writing it is a claim to be a blank. Brackets serve many other ends.
    pub(super) const fn is_explicit(self) -> bool {
        matches!(self, Notation::Braces | Notation::Dollar | Notation::Argument)
    }
}

/// Something written like a blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate<'t> {
    pub(super) notation: Notation,
    /// Where it stands, its marks included.
    pub(super) range: Range<usize>,
    pub(super) name: Cow<'t, str>,
    pub(super) default: Option<Cow<'t, str>>,
}

/// The longest blank, in bytes from mark to mark.
const LONGEST: usize = 400;

/// Everything written like a blank, from left to right, none inside another.
pub(super) fn candidates(text: &str) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(start) = first_mark(rest) else { break };
        at += start;
        let rest = rest.get(start..).unwrap_or_default();
        match candidate(rest, at) {
            Some(candidate) => {
                at = candidate.range.end;
                found.push(candidate);
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

/// Where the first character stands that can begin a candidate. Bytes are looked at, not characters:
/// most texts are gone through to their end and hold none.
fn first_mark(text: &str) -> Option<usize> {
    const LENTICULAR: &[u8] = "【".as_bytes();
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let is_mark = |byte: &u8| matches!(byte, b'[' | b'<' | b'{' | b'$' | 0xe3);
        at += bytes.get(at..)?.iter().position(is_mark)?;
        let rest = bytes.get(at..)?;
        if rest.first() != LENTICULAR.first() || rest.starts_with(LENTICULAR) {
            return Some(at);
        }
        at += 1;
    }
}

/// The candidate a text begins with; `at` is where the text stands.
fn candidate(text: &str, at: usize) -> Option<Candidate<'_>> {
    let (notation, length, name, default) = if text.starts_with("{argument") {
        let (length, name, default) = argument(text)?;
        (Notation::Argument, length, name, default)
    } else {
        let (notation, open, close, barred) = match text.chars().next()? {
            '[' => (Notation::Square, "[", "]", "[{【"),
            '【' => (Notation::Lenticular, "【", "】", "【[{"),
            '<' => (Notation::Angle, "<", ">", "<[{【\""),
            '{' => (Notation::Braces, "{{", "}}", "{}"),
            '$' => (Notation::Dollar, "${", "}", "{"),
            _ => return None,
        };
        let (length, inside) = between(text, open, close, barred)?;
        match inside.split_once(':').filter(|_| notation == Notation::Dollar) {
            Some((name, default)) => (notation, length, name, Some(default)),
            None => (notation, length, inside, None),
        }
    };
    let name = Some(name.trim()).filter(|name| !name.is_empty())?;
    let default = default.map(str::trim).filter(|default| !default.is_empty());
    Some(Candidate {
        notation,
        range: at..at + length,
        name: Cow::Borrowed(name),
        default: default.map(Cow::Borrowed),
    })
}

/// What stands between two marks at the beginning of a text, on one line, without the barred
/// characters; and the length of all of it.
fn between<'t>(text: &'t str, open: &str, close: &str, barred: &str) -> Option<(usize, &'t str)> {
    let body = text.strip_prefix(open)?;
    // No further than a blank reaches: a text may open many and close none.
    let body = body.get(..body.floor_char_boundary(LONGEST + close.len()))?;
    let end = body.find(close)?;
    let inside = body.get(..end)?;
    let is_one =
        end <= LONGEST && !inside.contains('\n') && !inside.contains(|c| barred.contains(c));
    is_one.then_some((open.len() + end + close.len(), inside))
}

/// `{argument name="x" default="y"}` at the beginning of a text: its length, name and default.
///
/// Inside a JSON string its quotation marks are escaped, `\"`. Between them anything may stand.
fn argument(text: &str) -> Option<(usize, &str, Option<&str>)> {
    let body = text.strip_prefix("{argument")?;
    let body = body.get(..body.floor_char_boundary(LONGEST))?.split('\n').next()?;
    let (mut name, mut default) = (None, None);
    let mut rest = body;
    loop {
        let attribute = rest.trim_start();
        if let Some(after) = attribute.strip_prefix('}') {
            let length = "{argument".len() + body.len() - after.len();
            return Some((length, name?, default));
        }
        if attribute.len() == rest.len() {
            return None; // attributes are parted by blanks
        }
        let (key, value) = attribute.split_once('=')?;
        let value = value.trim_start();
        let quote = if value.starts_with('\\') { "\\\"" } else { "\"" };
        let (value, after) = value.strip_prefix(quote)?.split_once(quote)?;
        match key.trim_end() {
            "name" => name = Some(value),
            "default" => default = Some(value),
            _ => return None,
        }
        rest = after;
    }
}

/// What makes two names the same: case, width, and how words are parted do not matter. Also the
/// name in addresses.
pub(super) fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.trim().nfkc().flat_map(char::to_lowercase) {
        let c = if c.is_whitespace() || c == '_' || c == '-' { '_' } else { c };
        if !(c == '_' && key.ends_with('_')) {
            key.push(c);
        }
    }
    key.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<(Notation, String, Option<String>)> {
        candidates(text)
            .into_iter()
            .map(|found| (found.notation, found.name.into(), found.default.map(Into::into)))
            .collect()
    }

    #[test]
    fn every_notation_is_read() {
        let one = |notation, name: &str| vec![(notation, name.to_owned(), None)];
        assert_eq!(names("a [product name] b"), one(Notation::Square, "product name"));
        assert_eq!(names("[品牌名]"), one(Notation::Square, "品牌名"));
        assert_eq!(names("画【主题】"), one(Notation::Lenticular, "主题"));
        assert_eq!(names("{{ city }}"), one(Notation::Braces, "city"));
        assert_eq!(names("${city}"), one(Notation::Dollar, "city"));
        assert_eq!(names("<city>"), one(Notation::Angle, "city"));
        let given = vec![(Notation::Dollar, "tone".to_owned(), Some("warm: soft".to_owned()))];
        assert_eq!(names("${tone:warm: soft}"), given);
    }

    #[test]
    fn an_argument_is_read_also_inside_a_json_string() {
        let city = vec![(Notation::Argument, "city".to_owned(), Some("São Paulo".to_owned()))];
        assert_eq!(names("{argument name=\"city\" default=\"São Paulo\"}"), city);
        assert_eq!(names("{argument default=\"São Paulo\" name=\"city\"}"), city);
        assert_eq!(names(r#"{"a": "{argument name=\"city\" default=\"São Paulo\"}"}"#), city);
        let bare = vec![(Notation::Argument, "city".to_owned(), None)];
        assert_eq!(names("{argument name=\"city\"}"), bare);
        assert_eq!(names("{argument city}"), []);
    }

    #[test]
    fn the_innermost_brackets_count_and_no_line_is_crossed() {
        assert_eq!(names("[a [b] c]"), [(Notation::Square, "b".into(), None)]);
        assert_eq!(names("[a\nb] [] [ ] ${} {{}}"), []);
    }

    proptest! {
        #[test]
        fn a_mark_is_found_wherever_it_stands(text in "[a-c、。「」【】\\[\\]<>{}$é]{0,12}") {
            prop_assert_eq!(first_mark(&text), text.find(['[', '【', '<', '{', '$']));
        }
    }

    #[test]
    fn names_are_the_same_whatever_their_case_and_spacing() {
        for name in [
            "product name",
            "Product_Name",
            " PRODUCT-NAME ",
            "product  name",
            "ｐｒｏｄｕｃｔ name",
        ] {
            assert_eq!(key(name), "product_name", "{name}");
        }
        assert_eq!(key("主题"), "主题");
        assert_eq!(key(" _ "), "");
    }
}
