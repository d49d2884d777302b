//! Putting text into HTML without changing it.

use std::fmt::Write as _;

use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use memchr::{memchr, memchr3};

use crate::snippets::is_hidden;

/// The type of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// Bytes of a page that few pages are longer than.
const ROOM: usize = 80 * 1024;

/// A rendered page as an answer.
pub(super) fn page(template: &impl Template) -> Result<Response, askama::Error> {
    // Nearly every page fits, so that it is written where it stays.
    let mut body = String::with_capacity(ROOM);
    template.render_into(&mut body)?;
    // An address may hold NUL, and no page can (HTML standard, section 13.1.4).
    if body.contains('\0') {
        body.retain(|character| character != '\0');
    }
    Ok(([(CONTENT_TYPE, HTML)], body).into_response())
}

/// Escapes a text so that an HTML parser gives back exactly this text.
///
/// Besides the usual characters that is the carriage return, which a parser turns into a
/// line feed unless it is written as a reference (HTML standard, section 13.2.3.5). Inside
/// `<pre>` a parser also drops a first line feed; put a `<code>` between.
pub(super) fn verbatim(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    push_verbatim(&mut out, text);
    out
}

/// The same, at the end of what is there.
pub(super) fn push_verbatim(out: &mut String, text: &str) {
    let mut rest = text;
    // Most texts hold none of these, and are looked through many bytes at a time.
    while let Some((plain, mark, after)) = cut(rest, memchr3(b'&', b'<', b'>', rest.as_bytes())) {
        push_returns(out, plain);
        out.push_str(match mark {
            "&" => "&amp;",
            "<" => "&lt;",
            _ => "&gt;",
        });
        rest = after;
    }
    push_returns(out, rest);
}

/// The same where there is nothing to escape but carriage returns.
fn push_returns(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((plain, _, after)) = cut(rest, memchr(b'\r', rest.as_bytes())) {
        out.push_str(plain);
        out.push_str("&#13;");
        rest = after;
    }
    out.push_str(rest);
}

/// What stands before the ASCII character at a place, that character, and what comes after it.
fn cut(text: &str, at: Option<usize>) -> Option<(&str, &str, &str)> {
    let (plain, rest) = text.split_at_checked(at?)?;
    let (mark, after) = rest.split_at_checked(1)?;
    Some((plain, mark, after))
}

/// The same with every character marked that nobody can see, and how many there are.
///
/// A mark is an element around the character itself, whose code is shown by the style sheet:
/// the text of the page stays exactly the prompt. The element also isolates the character, so
/// that a control of writing direction does not reorder what stands around it.
pub(super) fn verbatim_marked(text: &str) -> (String, usize) {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let marked = push_verbatim_marked(&mut out, text);
    (out, marked)
}

/// The same, at the end of what is there.
pub(super) fn push_verbatim_marked(out: &mut String, text: &str) -> usize {
    let mut marked = 0;
    let mut plain = 0;
    for (at, character) in text.char_indices().filter(|(_, character)| is_marked(*character)) {
        push_verbatim(out, text.get(plain..at).unwrap_or_default());
        plain = at + character.len_utf8();
        marked += 1;
        let code = u32::from(character);
        let inside = verbatim(character.encode_utf8(&mut [0; 4]));
        // Writing to a String cannot fail.
        let _ = write!(out, "<span class=\"hidden\" data-code=\"U+{code:04X}\">{inside}</span>");
    }
    push_verbatim(out, text.get(plain..).unwrap_or_default());
    marked
}

/// Line ends and tabs show what they are.
fn is_marked(character: char) -> bool {
    is_hidden(character) && !matches!(character, '\n' | '\t')
}

/// The beginning of a text, as long as a search engine shows: up to 160 characters, whole words.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 160;
    let Some((end, _)) = text.char_indices().nth(MOST) else { return text.to_owned() };
    let head = text.get(..end).unwrap_or(text);
    let cut = head.rfind([' ', '。', '，', '；']).unwrap_or(end);
    format!("{}…", head.get(..cut).unwrap_or(head).trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_mark_is_escaped_and_nothing_else(text in "[a&<>\r\n长\"']{0,24}") {
            let escaped = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")];
            let expected = escaped.iter().fold(text.clone(), |text, (mark, escaped)| text.replace(mark, escaped));
            prop_assert_eq!(verbatim(&text), expected);
        }
    }

    #[test]
    fn a_character_nobody_sees_is_marked_and_stays() {
        let (html, marked) = verbatim_marked("a\u{200b}b\r\n\t<");
        assert_eq!(
            html,
            "a<span class=\"hidden\" data-code=\"U+200B\">\u{200b}</span>b\
             <span class=\"hidden\" data-code=\"U+000D\">&#13;</span>\n\t&lt;"
        );
        assert_eq!(marked, 2);
        assert_eq!(verbatim_marked("plain"), (String::from("plain"), 0));
    }
}
