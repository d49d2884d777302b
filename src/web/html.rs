//! Putting text into HTML without changing it.

use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// A rendered page as an answer.
pub(super) fn page(template: &impl Template) -> Result<Response, askama::Error> {
    let body = template.render()?;
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}

/// Escapes a text so that an HTML parser gives back exactly this text.
///
/// Besides the usual characters that is the carriage return, which a parser turns into a
/// line feed unless it is written as a reference (HTML standard, section 13.2.3.5). Inside
/// `<pre>` a parser also drops a first line feed; put a `<code>` between.
pub(super) fn verbatim(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
    out
}

/// The beginning of a text, as long as a search engine shows: up to 160 characters, whole words.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 160;
    let Some((end, _)) = text.char_indices().nth(MOST) else { return text.to_owned() };
    let head = text.get(..end).unwrap_or(text);
    let cut = head.rfind([' ', '。', '，', '；']).unwrap_or(end);
    format!("{}…", head.get(..cut).unwrap_or(head).trim_end())
}
