//! What every page needs: texts, addresses, title, and the same page in other languages.

use super::addresses::{Href, SITE, prefix};
use super::assets::{self, Assets};
use super::twins::twin;
use super::{Site, feeds};
use crate::catalog::{Locale, Slug};
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
    Api,
    None,
}

/// A page in another language.
#[derive(Debug)]
pub(super) struct Alternate {
    pub(super) locale: Locale,
    pub(super) name: &'static str,
    /// The language as Open Graph writes it.
    pub(super) territory: &'static str,
    pub(super) path: String,
    pub(super) url: String,
}

/// A feed beside a page.
#[derive(Debug)]
pub(super) struct FeedLink {
    pub(super) path: String,
    pub(super) title: String,
}

/// A page as others show it (Open Graph).
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) kind: &'static str,
    /// A picture of 1200 by 630, by its absolute address.
    pub(super) picture: String,
    /// What is to be seen on it.
    pub(super) alt: String,
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
    /// The feed of what it lists, where it lists something.
    pub(super) feed: Option<FeedLink>,
    /// What is shown of it where somebody shares it; nothing of errors.
    pub(super) shared: Option<Shared>,
    /// What it is about, as a data block for search engines; empty where there is nothing to say.
    pub(super) structured: String,
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
                territory: i18n::texts(other).territory,
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
            feed: None,
            shared: Some(Shared {
                kind: "website",
                picture: format!("{}{}", site.public_url(), Href::new(locale).preview(SITE)),
                alt: i18n::texts(locale).site_name.to_owned(),
            }),
            structured: String::new(),
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
        page.shared = None;
        page.twin = None;
        page.passing()
    }

    /// With the feed of what it lists, from its path without a language.
    pub(super) fn with_feed(mut self, list: &str) -> Self {
        let path = feeds::address(&self.href.path(list));
        let title = format!("{} · {}", self.title, self.t.site_name);
        self.feed = Some(FeedLink { path, title });
        self
    }

    /// With the feed of all prompts.
    pub(super) fn with_feed_of_all(mut self) -> Self {
        let path = feeds::address(&self.href.home());
        self.feed = Some(FeedLink { path, title: self.t.site_name.to_owned() });
        self
    }

    /// Where a reader of this page finds what is new.
    pub(super) fn feed_path(&self) -> String {
        self.feed
            .as_ref()
            .map_or_else(|| feeds::address(&self.href.home()), |feed| feed.path.clone())
    }

    /// Known to search engines by another path (written without language), where the same is to be
    /// seen.
    pub(super) fn known_as(mut self, site: &Site, path: &str) -> Self {
        let url = |locale| format!("{}{}{path}", site.public_url(), prefix(locale));
        for alternate in &mut self.alternates {
            alternate.url = url(alternate.locale);
        }
        self.canonical = Some(url(self.locale));
        self.x_default = Some(url(Locale::DEFAULT));
        self
    }

    /// Of no interest to search engines, and nowhere else.
    pub(super) fn passing(mut self) -> Self {
        self.canonical = None;
        self.x_default = None;
        self.not_indexed()
    }

    /// Shared as a work of its own, with the card of this prompt.
    pub(super) fn shared_as(mut self, slug: &Slug, public_url: &str) -> Self {
        let picture = format!("{public_url}{}", self.href.preview(slug));
        self.shared = Some(Shared { kind: "article", picture, alt: self.title.clone() });
        self
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
        (self.t.search_by_address)(&code(format!("{}?q=…", self.md(self.href.prompts()))))
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
