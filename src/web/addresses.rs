//! Every address of the site: how it is written, in which language it is read, and which
//! spelling of it is the canonical one.

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Site;
use super::twins::Variant;
use crate::catalog::Locale;

/// Everything but the characters RFC 3986 leaves unreserved.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where a beginning of a search is completed, without a language. Only programs ask there.
pub(super) const SUGGEST: &str = "/suggest";

/// Stands between a list and the number of one of its pages where the page is a file.
const PAGE: &str = "/page/";

/// Writes the addresses of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Href {
    locale: Locale,
    /// Whether what is behind an address is a file, so that a query would say nothing.
    in_files: bool,
}

impl Href {
    pub(super) const fn new(locale: Locale) -> Self {
        Self { locale, in_files: false }
    }

    /// The same for a site that may be written to files.
    pub(super) fn of(site: &Site, locale: Locale) -> Self {
        Self { in_files: site.exported().is_some(), ..Self::new(locale) }
    }

    /// A further page of a list.
    pub(super) fn further(self, list: &str, page: usize) -> String {
        if self.in_files { format!("{list}{PAGE}{page}") } else { format!("{list}?page={page}") }
    }

    /// A path in this language, from one without a language.
    pub(super) fn path(self, path: &str) -> String {
        format!("{}{path}", prefix(self.locale))
    }

    pub(super) fn home(self) -> String {
        self.path("/")
    }

    pub(super) fn prompts(self) -> String {
        self.path("/prompts")
    }

    pub(super) fn categories(self) -> String {
        self.path("/categories")
    }

    pub(super) fn category(self, slug: impl AsRef<str>) -> String {
        self.path(&format!("/categories/{}", slug.as_ref()))
    }

    pub(super) fn models(self) -> String {
        self.path("/models")
    }

    pub(super) fn model(self, slug: impl AsRef<str>) -> String {
        self.path(&format!("/models/{}", slug.as_ref()))
    }

    pub(super) fn tag(self, slug: impl AsRef<str>) -> String {
        self.path(&format!("/tags/{}", slug.as_ref()))
    }

    pub(super) fn prompt(self, slug: impl AsRef<str>) -> String {
        self.path(&format!("/prompts/{}", slug.as_ref()))
    }

    pub(super) fn snippet(self, slug: impl AsRef<str>, language: &str) -> String {
        self.path(&format!("/prompts/{}/snippets/{language}", slug.as_ref()))
    }

    pub(super) fn snippet_form(self, slug: impl AsRef<str>, language: &str, form: &str) -> String {
        let snippet = self.snippet(slug, language);
        if self.in_files { format!("{snippet}-{form}") } else { format!("{snippet}?form={form}") }
    }

    pub(super) fn suggest(self) -> String {
        self.path(SUGGEST)
    }

    pub(super) fn faq(self) -> String {
        self.path("/faq")
    }

    pub(super) fn favourites(self) -> String {
        self.path("/favourites")
    }

    pub(super) fn about(self) -> String {
        self.path("/about")
    }
}

/// The address of a prompt's cover; the same in every language.
pub(super) fn cover(slug: impl AsRef<str>) -> String {
    format!("/covers/{}.svg", slug.as_ref())
}

/// Where the covers of several prompts are one document; `#slug` after the address is one of them.
pub(super) const SHEET: &str = "/covers.svg";

/// The address of a sample's file; the same in every language.
pub(super) fn media(file: impl AsRef<str>) -> String {
    format!("/media/{}", file.as_ref())
}

/// What stands before every path of a language.
pub(super) const fn prefix(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "",
        Locale::ZhCn => "/zh-CN",
    }
}

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

/// A text as the value of a query parameter.
pub(super) fn query_value(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
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
        for other in ["/prompts/page", "/prompts/page/", "/prompts/page/x", "/prompts/page/.md", "/prompts"] {
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
