//! Putting text into HTML without changing it.

use std::fmt::Write as _;

use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::snippets::is_hidden;

/// The type of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// A rendered page as an answer.
pub(super) fn page(template: &impl Template) -> Result<Response, askama::Error> {
    let mut body = template.render()?;
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
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'\r' => "&#13;",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        out.push_str(escaped);
        plain = at + 1;
    }
    out.push_str(text.get(plain..).unwrap_or_default());
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
    use super::*;

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
