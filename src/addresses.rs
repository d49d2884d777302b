//! How the addresses of the site are written.
//!
//! Pages, documents for programs and tools for agents all take them from here, so that a link means
//! the same wherever it stands. How an address is read is told in the web module.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::catalog::Locale;

/// Everything but the characters RFC 3986 leaves unreserved.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where a beginning of a search is completed, without a language. Only programs ask there.
pub const SUGGEST: &str = "/suggest";

/// Where the covers of several prompts are one document; `#slug` after the address is one of them.
pub const SHEET: &str = "/covers.svg";

/// Where what programs read begins.
pub const API: &str = "/api/v1";

/// Where agents reach the gallery, without a language.
pub const MCP: &str = "/mcp";

/// Where it is described, for programs.
pub const OPENAPI: &str = "/openapi.json";

/// Where a page of another site asks how to show one of ours.
pub const OEMBED: &str = "/oembed";

/// Names the picture of the site itself among those of prompts.
pub const SITE: &str = "site";

/// Stands between a list and the number of one of its pages where the page is a file.
pub const PAGE: &str = "/page/";

/// Writes the addresses of one language.
#[derive(Clone, Copy, Debug)]
pub struct Href {
    locale: Locale,
    /// Whether what is behind an address is a file, so that a query would say nothing.
    in_files: bool,
}

impl Href {
    /// Those of a language.
    #[must_use]
    pub const fn new(locale: Locale) -> Self {
        Self { locale, in_files: false }
    }

    /// The same for a site that is written to files.
    #[must_use]
    pub const fn in_files(self) -> Self {
        Self { in_files: true, ..self }
    }

    /// The language whose addresses it writes.
    #[must_use]
    pub const fn locale(self) -> Locale {
        self.locale
    }

    /// A further page of a list.
    #[must_use]
    pub fn further(self, list: &str, page: usize) -> String {
        if self.in_files { format!("{list}{PAGE}{page}") } else { format!("{list}?page={page}") }
    }

    /// A path in this language, from one without a language.
    #[must_use]
    pub fn path(self, path: &str) -> String {
        self.joined(&[path])
    }

    /// The same in parts. A page has a hundred addresses, so they are put together, not formatted.
    fn joined(self, parts: &[&str]) -> String {
        let prefix = prefix(self.locale);
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        let mut path = String::with_capacity(prefix.len() + length);
        path.push_str(prefix);
        parts.iter().for_each(|part| path.push_str(part));
        path
    }

    /// The home page.
    #[must_use]
    pub fn home(self) -> String {
        self.path("/")
    }

    /// All prompts.
    #[must_use]
    pub fn prompts(self) -> String {
        self.path("/prompts")
    }

    /// All categories.
    #[must_use]
    pub fn categories(self) -> String {
        self.path("/categories")
    }

    /// The prompts of a category.
    #[must_use]
    pub fn category(self, slug: impl AsRef<str>) -> String {
        self.joined(&["/categories/", slug.as_ref()])
    }

    /// All models.
    #[must_use]
    pub fn models(self) -> String {
        self.path("/models")
    }

    /// The prompts for a model.
    #[must_use]
    pub fn model(self, slug: impl AsRef<str>) -> String {
        self.joined(&["/models/", slug.as_ref()])
    }

    /// The prompts with a tag.
    #[must_use]
    pub fn tag(self, slug: impl AsRef<str>) -> String {
        self.joined(&["/tags/", slug.as_ref()])
    }

    /// A prompt.
    #[must_use]
    pub fn prompt(self, slug: impl AsRef<str>) -> String {
        self.joined(&["/prompts/", slug.as_ref()])
    }

    /// A prompt as other sites show it, in a frame.
    #[must_use]
    pub fn embed(self, slug: impl AsRef<str>) -> String {
        self.joined(&["/embed/", slug.as_ref()])
    }

    /// A program that makes a prompt's call.
    #[must_use]
    pub fn snippet(self, slug: impl AsRef<str>, language: &str) -> String {
        self.joined(&["/prompts/", slug.as_ref(), "/snippets/", language])
    }

    /// The same in one of its forms.
    #[must_use]
    pub fn snippet_form(self, slug: impl AsRef<str>, language: &str, form: &str) -> String {
        let snippet = self.snippet(slug, language);
        if self.in_files { format!("{snippet}-{form}") } else { format!("{snippet}?form={form}") }
    }

    /// The picture that stands for a prompt where somebody shares it; for all else, `site`.
    #[must_use]
    pub fn preview(self, slug: impl AsRef<str>) -> String {
        self.path(&format!("/og/{}.png", slug.as_ref()))
    }

    /// Where a beginning of a search is completed.
    #[must_use]
    pub fn suggest(self) -> String {
        self.path(SUGGEST)
    }

    /// Questions and answers.
    #[must_use]
    pub fn faq(self) -> String {
        self.path("/faq")
    }

    /// The prompts a visitor keeps.
    #[must_use]
    pub fn favourites(self) -> String {
        self.path("/favourites")
    }

    /// About the gallery.
    #[must_use]
    pub fn about(self) -> String {
        self.path("/about")
    }

    /// The reference page of what programs read.
    #[must_use]
    pub fn api(self) -> String {
        self.path("/api")
    }
}

/// Writes whole addresses, for readers that may be anywhere.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    /// The site's public address, without a slash at the end.
    base: &'a str,
    /// The addresses of pages below it.
    pub href: Href,
}

impl<'a> Links<'a> {
    /// Links below a public address.
    #[must_use]
    pub const fn new(base: &'a str, href: Href) -> Self {
        Self { base, href }
    }

    /// The whole address of a path.
    #[must_use]
    pub fn to(self, path: impl AsRef<str>) -> String {
        format!("{}{}", self.base, path.as_ref())
    }

    /// The language pages are linked in.
    #[must_use]
    pub const fn locale(self) -> Locale {
        self.href.locale()
    }
}

/// The address of a prompt's cover; the same in every language.
#[must_use]
pub fn cover(slug: impl AsRef<str>) -> String {
    format!("/covers/{}.svg", slug.as_ref())
}

/// The address of a sample's file; the same in every language.
#[must_use]
pub fn media(file: impl AsRef<str>) -> String {
    format!("/media/{}", file.as_ref())
}

/// The address of what programs read of a prompt, which is in the default language unless the
/// address says otherwise.
#[must_use]
pub fn api_prompt(slug: impl AsRef<str>, locale: Locale) -> String {
    in_locale(format!("{API}/prompts/{}", slug.as_ref()), locale)
}

/// The address of the prompts with a value of a facet, for programs.
#[must_use]
pub fn api_prompts(facet: &str, value: &str, locale: Locale) -> String {
    in_locale(format!("{API}/prompts?{facet}={}", query_value(value)), locale)
}

/// An address for programs, with the language it is asked in.
fn in_locale(address: String, locale: Locale) -> String {
    if locale == Locale::DEFAULT {
        return address;
    }
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}locale={locale}")
}

/// What stands before every path of a language.
#[must_use]
pub const fn prefix(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "",
        Locale::ZhCn => "/zh-CN",
    }
}

/// A text as the value of a query parameter.
#[must_use]
pub fn query_value(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}
