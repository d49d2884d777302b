//! How an address is read: in which language, and which spelling of it is the canonical one.
//! [`crate::addresses`] says how they are written.

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::twins::Variant;
use crate::addresses::PAGE;
pub(super) use crate::addresses::{
    Href, Links, MCP, OEMBED, OPENAPI, SHEET, SITE, SUGGEST, cover, media, prefix, query_value,
};
use crate::catalog::Locale;

/// The language of a path, and the path without it.
pub(super) fn split(path: &str) -> (Locale, &str) {
    for locale in Locale::ALL {
        let prefix = prefix(locale);
        if prefix.is_empty() {
            continue;
        }
        if let Some(rest) = path.strip_prefix(prefix)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return (locale, if rest.is_empty() { "/" } else { rest });
        }
    }
    (Locale::DEFAULT, path)
}

/// The one right spelling of a path, if this is another: lower case, no trailing slash, the
/// language's tag as it is written, and its home with a slash.
pub(super) fn canonical(path: &str) -> Option<String> {
    // Browsers take a backslash for a slash.
    let mut right = lower_case(path).replace('\\', "/");
    // Two slashes at the start would name another host.
    let rest = right.trim_start_matches('/');
    let slashes = right.len() - rest.len();
    if slashes > 1 {
        right.replace_range(..slashes, "/");
    }
    for locale in Locale::ALL {
        let prefix = prefix(locale);
        let folded = prefix.to_ascii_lowercase();
        let is_prefix = !prefix.is_empty()
            && right
                .strip_prefix(&folded)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_prefix {
            right.replace_range(..prefix.len(), prefix);
        }
    }
    let (locale, rest) = split(&right);
    let rest = rest.trim_end_matches('/');
    let right = format!("{}{}", prefix(locale), if rest.is_empty() { "/" } else { rest });
    (right != path).then_some(right)
}

/// A path in lower case, but for its percent escapes, whose hexadecimal digits mean the same
/// either way (RFC 3986, section 2.1).
fn lower_case(path: &str) -> String {
    let mut escape = 0;
    path.chars()
        .map(|character| {
            if character == '%' {
                escape = 2;
            } else if escape > 0 {
                escape -= 1;
                return character;
            }
            character.to_ascii_lowercase()
        })
        .collect()
}

/// What a server calls an address of a page that is a file, if that is something else.
pub(super) fn served(path: &str) -> Option<String> {
    let (list, page) = path.rsplit_once(PAGE)?;
    let (page, variant) = match page.strip_suffix(".md") {
        Some(page) => (page, Variant::Markdown),
        None => (page, Variant::Html),
    };
    let is_number = !page.is_empty() && page.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| variant.address(format!("{list}?page={page}")))
}

/// A permanent redirect that keeps the query.
pub(super) fn moved(path: &str, from: &Uri) -> Response {
    let location = from.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_right_spelling() {
        let cases = [
            ("/", None),
            ("/prompts", None),
            ("/zh-CN/", None),
            ("/zh-CN/prompts/a", None),
            ("/prompts/", Some("/prompts")),
            ("/Prompts/North-Window", Some("/prompts/north-window")),
            ("/zh-CN", Some("/zh-CN/")),
            ("/zh-cn/prompts", Some("/zh-CN/prompts")),
            ("/ZH-CN/", Some("/zh-CN/")),
            ("//evil.example/", Some("/evil.example")),
            ("//zh-cn", Some("/zh-CN/")),
            ("/\\evil.example/", Some("/evil.example")),
            ("/Prompts\\a\\", Some("/prompts/a")),
            ("/%E6%B5%B7", None),
        ];
        for (path, right) in cases {
            assert_eq!(canonical(path).as_deref(), right, "{path}");
            if let Some(right) = right {
                assert_eq!(canonical(right), None, "{right}");
            }
        }
    }

    #[test]
    fn a_page_that_is_a_file_has_an_address_on_the_server() {
        assert_eq!(served("/prompts/page/2").as_deref(), Some("/prompts?page=2"));
        assert_eq!(served("/prompts/page/2.md").as_deref(), Some("/prompts.md?page=2"));
        assert_eq!(served("/zh-CN/tags/tea/page/12").as_deref(), Some("/zh-CN/tags/tea?page=12"));
        for other in
            ["/prompts/page", "/prompts/page/", "/prompts/page/x", "/prompts/page/.md", "/prompts"]
        {
            assert_eq!(served(other), None, "{other}");
        }
    }

    #[test]
    fn a_path_tells_its_language() {
        assert_eq!(split("/zh-CN/faq"), (Locale::ZhCn, "/faq"));
        assert_eq!(split("/zh-CN"), (Locale::ZhCn, "/"));
        assert_eq!(split("/zh-CNx"), (Locale::En, "/zh-CNx"));
        assert_eq!(split("/faq"), (Locale::En, "/faq"));
    }
}
