//! The one spelling an answer is kept under that is the same for everybody.
//!
//! Which addresses have such answers, and which names of a query these depend on, the table of
//! [`routes`] says. Everything else has no target: it is answered for each request alone. Other names
//! are left out and those that count are put in order, so that nobody can have one page kept under
//! many addresses.

use std::borrow::Cow;

use axum::extract::Query;
use axum::http::Uri;

use super::addresses::{self, query_value};
use super::routes::{self, Name};

/// Queries longer than this, in bytes, are nobody's who is shown the same as others.
const LONGEST_QUERY: usize = 2048;

/// The target of a request for this address.
pub(super) fn of(uri: &Uri) -> Option<Cow<'_, str>> {
    let name = names(uri.path())?;
    let Some(query) = uri.query() else { return Some(Cow::Borrowed(uri.path())) };
    if query.len() > LONGEST_QUERY {
        return None;
    }
    let Query(mut pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    if pairs.iter().any(|pair| name(&pair.0) == Name::Personal) {
        return None;
    }
    pairs.retain(|pair| name(&pair.0) == Name::Read);
    // Stable: of a name that stands twice, the order says which one counts.
    pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut target = String::with_capacity(uri.path().len() + query.len() + 1);
    target.push_str(uri.path());
    for (at, (name, value)) in pairs.iter().enumerate() {
        target.push(if at == 0 { '?' } else { '&' });
        // A name that is read may be any text where all are read.
        target.push_str(&query_value(name));
        target.push('=');
        target.push_str(&query_value(value));
    }
    Some(Cow::Owned(target))
}

/// Whether a path has the form of one that is the same for everybody, in its one right spelling.
pub(super) fn is_content(path: &str) -> bool {
    names(path).is_some()
}

/// What the names in a query are to what is the same for everybody; none for anything else.
fn names(path: &str) -> Option<fn(&str) -> Name> {
    let is_plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'.')
    };
    let (_, rest) = addresses::split(path);
    // To the table, the part between two slashes may be empty.
    if !rest.bytes().all(is_plain) || rest.as_bytes().windows(2).any(|two| two == b"//") {
        return None;
    }
    routes::of(path)?.names()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(address: &str) -> Option<String> {
        of(&address.parse().unwrap()).map(Cow::into_owned)
    }

    #[test]
    fn content_is_known_by_its_address() {
        for path in [
            "/",
            "/zh-CN/",
            "/prompts",
            "/zh-CN/prompts/north-window",
            "/prompts/north-window.json",
            "/prompts/north-window/snippets/curl",
            "/models/flux-1.1-pro",
            "/tags/tea",
            "/suggest",
            "/zh-CN/faq",
            "/covers/north-window.svg",
            "/covers.svg",
        ] {
            assert_eq!(target(path).as_deref(), Some(path));
        }
        for path in [
            "/healthz",
            "/readyz",
            "/assets/style.css",
            "/media/a.webp",
            "/nothing",
            "/tags",
            "/zh-CN",
            "/zh-CN/covers/a.svg",
            "/zh-CN/covers.svg",
            "/zh-CN/prompts/North",
            "/zh-cn/faq",
            "/FAQ",
            "/faq/",
            "/prompts/",
            "/prompts//snippets/curl",
            "/prompts/a/b",
            "/prompts/a/snippets/curl/x",
            "/prompts/%61",
            "//",
        ] {
            assert_eq!(target(path), None, "{path}");
        }
    }

    #[test]
    fn a_page_is_kept_under_one_spelling_of_its_query() {
        for (address, one) in [
            ("/prompts?utm_source=x", "/prompts"),
            ("/prompts?", "/prompts"),
            ("/prompts?page=2&fbclid=1&category=video", "/prompts?category=video&page=2"),
            ("/prompts?tag=b&sort=title&tag=a", "/prompts?sort=title&tag=b&tag=a"),
            ("/prompts?q=a+b", "/prompts?q=a%20b"),
            ("/api/v1/tags?%05%20=%C2%90&page=1", "/api/v1/tags?%05%20=%C2%90&page=1"),
            ("/prompts?q=%6Cight", "/prompts?q=light"),
            ("/covers.svg?v=1-2&of=b,a", "/covers.svg?of=b%2Ca&v=1-2"),
            ("/prompts/a?layout=pretty&q=tea&form=sdk", "/prompts/a?form=sdk&layout=pretty"),
            ("/zh-CN/suggest?page=2&q=tea", "/zh-CN/suggest?q=tea"),
            ("/faq?page=2&v.x=1", "/faq"),
        ] {
            assert_eq!(target(address).as_deref(), Some(one), "{address}");
            assert_eq!(target(one).as_deref(), Some(one));
        }
    }

    #[test]
    fn what_a_visitor_fills_in_is_nobody_elses() {
        for address in ["/prompts/a?v.subject=tea", "/prompts/a?%76.x=", "/prompts/a.txt?v.=1"] {
            assert_eq!(target(address), None, "{address}");
        }
        assert_eq!(target(&format!("/prompts?q={}", "a".repeat(3000))), None);
    }
}
