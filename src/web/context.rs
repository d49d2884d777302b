//! What every page needs: texts, addresses, title, and the same page in other languages.

use super::Site;
use super::addresses::{Href, prefix};
use super::assets::{self, Assets};
use super::twins::twin;
use crate::catalog::Locale;
use crate::i18n::{self, Texts};
use crate::markdown::code;

/// The part of the site a page belongs to, for the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Home,
    Prompts,
    Categories,
    Models,
    Faq,
    Favourites,
    About,
    None,
}

/// A page in another language.
#[derive(Debug)]
pub(super) struct Alternate {
    pub(super) locale: Locale,
    pub(super) name: &'static str,
    pub(super) path: String,
    pub(super) url: String,
}

/// The frame around a page's content.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) t: &'static Texts,
    pub(super) locale: Locale,
    pub(super) href: Href,
    pub(super) assets: &'static Assets,
    pub(super) section: Section,
    /// The `<title>`, without the site's name.
    pub(super) title: String,
    pub(super) description: String,
    /// The page's own address in public; none for errors.
    pub(super) canonical: Option<String>,
    /// The page in every language, this one too; none for errors.
    pub(super) alternates: Vec<Alternate>,
    /// The address for readers of any other language.
    pub(super) x_default: Option<String>,
    /// Where the same is as Markdown, as a path; none for what has no twin.
    pub(super) twin: Option<String>,
    /// The site's address in public.
    origin: String,
    /// What the search field holds.
    pub(super) query: String,
    pub(super) indexable: bool,
    /// Whether it is written to a file, with no server behind its forms.
    pub(super) exported: bool,
    /// What the script of an export searches, on the page that shows what it finds.
    pub(super) finder: Option<String>,
}

impl Page {
    /// A page that exists in every language under the same path (written without language).
    pub(super) fn new(
        site: &Site,
        locale: Locale,
        section: Section,
        path: &str,
        title: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        let url = |locale| format!("{}{}{path}", site.public_url(), prefix(locale));
        let alternates = Locale::ALL
            .into_iter()
            .map(|other| Alternate {
                locale: other,
                name: i18n::texts(other).language_name,
                path: Href::new(other).path(path),
                url: url(other),
            })
            .collect();
        Self {
            t: i18n::texts(locale),
            locale,
            href: site.href(locale),
            assets: &assets::ADDRESSES,
            section,
            title: title.into(),
            description: description.into(),
            canonical: Some(url(locale)),
            alternates,
            x_default: Some(url(Locale::DEFAULT)),
            twin: Some(twin(&Href::new(locale).path(path))),
            origin: site.public_url().to_owned(),
            query: String::new(),
            indexable: true,
            exported: site.exported().is_some(),
            finder: None,
        }
    }

    /// A page that is nowhere else: an error.
    pub(super) fn error(site: &Site, locale: Locale, title: &str) -> Self {
        let mut page = Self::new(site, locale, Section::None, "/", title, title);
        page.canonical = None;
        page.x_default = None;
        page.twin = None;
        page.indexable = false;
        page
    }

    /// A page that says nothing without a script.
    pub(super) fn without_twin(mut self) -> Self {
        self.twin = None;
        self
    }

    /// The public address of a path on this site.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// How a reader of a twin searches, as Markdown.
    pub(super) fn search_by_address(&self) -> String {
        (self.t.search_by_address)(&code(&format!("{}?q=…", self.md(self.href.prompts()))))
    }

    /// The public address of a page's twin.
    pub(super) fn md(&self, page: impl AsRef<str>) -> String {
        self.url(&twin(page.as_ref()))
    }

    /// Keeps the page out of search engines: a search, or a page that its reader fills.
    pub(super) fn not_indexed(mut self) -> Self {
        self.indexable = false;
        self
    }
}
