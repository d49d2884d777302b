//! Every address of the site for search engines, in files of some thousand each.
//!
//! The index names the files: for each language those of pages and lists, and those of prompts. A
//! file of prompts is a stretch of all of them, the oldest first, so that a new prompt changes the
//! last file and no other; it is read by itself, however many there are. Lists without prompts and
//! pages that differ for every visitor are left out.
//!
//! The days are those of the content: a prompt's is when it last changed, a list's when any prompt of
//! it did, and that of a page without prompts, when any prompt did at all.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;

use super::Site;
use super::addresses::Href;
use super::caching::CachePolicy;
use super::errors::Error;
use super::extract::Path;
use super::xml::{self, Xml};
use crate::catalog::Locale;
use crate::gallery::{Facet, Selection, Snapshot};

/// Where the index is.
pub(super) const INDEX: &str = "/sitemap.xml";

/// Where the files are.
const FOLDER: &str = "/sitemaps/";

/// The most addresses of a file. It is about 2 MB then, and 10 MB if they are all as long as can be.
const MOST: usize = 5_000;

const NAMESPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");

/// Pages that are not about some prompts, without a language.
const PAGES: [&str; 7] = ["/", "/prompts", "/categories", "/models", "/faq", "/about", API];

/// The page that an export has not.
const API: &str = "/api";

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Pages,
    Prompts,
}

/// One file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    locale: Locale,
    kind: Kind,
    /// From 1.
    number: usize,
}

impl Kind {
    const ALL: [Kind; 2] = [Kind::Pages, Kind::Prompts];

    const fn slug(self) -> &'static str {
        match self {
            Kind::Pages => "pages",
            Kind::Prompts => "prompts",
        }
    }
}

impl Part {
    /// Its name, such as `zh-cn-prompts-2.xml`: addresses are in lower case.
    fn name(self) -> String {
        let tag = self.locale.tag().to_ascii_lowercase();
        format!("{tag}-{}-{}.xml", self.kind.slug(), self.number)
    }

    fn parse(name: &str) -> Option<Self> {
        let (rest, number) = name.strip_suffix(".xml")?.rsplit_once('-')?;
        let (tag, kind) = rest.rsplit_once('-')?;
        let part = Self {
            locale: Locale::ALL.into_iter().find(|l| l.tag().eq_ignore_ascii_case(tag))?,
            kind: Kind::ALL.into_iter().find(|other| other.slug() == kind)?,
            number: number.parse().ok().filter(|number| *number > 0)?,
        };
        // Each has one name.
        (part.name() == name).then_some(part)
    }

    fn path(self) -> String {
        format!("{FOLDER}{}", self.name())
    }

    fn offset(self) -> usize {
        (self.number - 1).saturating_mul(MOST)
    }
}

/// An address without a language, and the day or moment of its last change.
type Entry = (String, String);

pub(super) async fn index(State(site): State<Site>) -> Result<Response, Error> {
    let snapshot = site.gallery().current().await?;
    let pages = pages(&site, &snapshot);
    let body = xml::document(|xml| {
        xml.within("sitemapindex", &[NAMESPACE], |xml| {
            for part in parts(&snapshot, pages.len()) {
                let changed = match part.kind {
                    Kind::Pages => {
                        let entries = pages.iter().skip(part.offset()).take(MOST);
                        entries.map(|(_, changed)| changed.clone()).max()
                    }
                    Kind::Prompts => snapshot.facets.last_change_of_stretch(part.offset(), MOST),
                };
                xml.within("sitemap", &[], |xml| {
                    xml.text("loc", &[], &format!("{}{}", site.public_url(), part.path()));
                    if let Some(changed) = changed {
                        xml.text("lastmod", &[], &changed);
                    }
                });
            }
        });
    });
    Ok(answer(body))
}

pub(super) async fn part(
    State(site): State<Site>,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let part = Part::parse(&name).ok_or(Error::NotFound)?;
    let snapshot = site.gallery().current().await?;
    let entries: Vec<Entry> = match part.kind {
        Kind::Pages => pages(&site, &snapshot).into_iter().skip(part.offset()).take(MOST).collect(),
        Kind::Prompts => {
            let stamps = site.gallery().stretch(&snapshot, part.offset(), MOST).await?;
            let entry =
                |stamp: crate::store::Stamp| (format!("/prompts/{}", stamp.slug), stamp.updated);
            stamps.into_iter().map(entry).collect()
        }
    };
    if entries.is_empty() {
        return Err(Error::NotFound);
    }
    let body = xml::document(|xml| {
        let namespaces = [NAMESPACE, ("xmlns:xhtml", "http://www.w3.org/1999/xhtml")];
        xml.within("urlset", &namespaces, |xml| {
            for entry in &entries {
                write(xml, &site, part.locale, entry);
            }
        });
    });
    Ok(answer(body))
}

/// The addresses of all files, for whoever keeps them.
pub(super) fn addresses(site: &Site, snapshot: &Snapshot) -> Vec<String> {
    parts(snapshot, pages(site, snapshot).len()).map(Part::path).collect()
}

fn answer(body: Vec<u8>) -> Response {
    CachePolicy::Content.on(([(CONTENT_TYPE, "application/xml")], body))
}

fn write(xml: &mut Xml, site: &Site, locale: Locale, (path, changed): &Entry) {
    let url = |locale| format!("{}{}", site.public_url(), Href::new(locale).path(path));
    xml.within("url", &[], |xml| {
        xml.text("loc", &[], &url(locale));
        xml.text("lastmod", &[], changed);
        let languages = Locale::ALL.map(|locale| (locale.tag(), locale));
        for (tag, locale) in languages.into_iter().chain([("x-default", Locale::DEFAULT)]) {
            let attributes = [("rel", "alternate"), ("hreflang", tag), ("href", &*url(locale))];
            xml.empty("xhtml:link", &attributes);
        }
    });
}

fn parts(snapshot: &Snapshot, pages: usize) -> impl Iterator<Item = Part> {
    let sizes = [(Kind::Pages, pages), (Kind::Prompts, snapshot.facets.total())];
    Locale::ALL.into_iter().flat_map(move |locale| {
        sizes.into_iter().flat_map(move |(kind, size)| {
            (1..=size.div_ceil(MOST)).map(move |number| Part { locale, kind, number })
        })
    })
}

/// Everything but the prompts; none of it before there are any.
fn pages(site: &Site, snapshot: &Snapshot) -> Vec<Entry> {
    let facets = &snapshot.facets;
    let Some(changed) = facets.last_change(&Selection::default()) else { return Vec::new() };
    let there = PAGES.into_iter().filter(|path| *path != API || site.exported().is_none());
    let mut pages: Vec<Entry> = there.map(|path| (path.to_owned(), changed.clone())).collect();
    let reference = &snapshot.reference;
    let href = Href::new(Locale::DEFAULT);
    let categories = reference.categories.iter().map(|category| &category.slug);
    let categories = categories.map(|slug| (Facet::Category, slug.as_str(), href.category(slug)));
    let models = reference.catalog.models();
    let models = models.map(|model| (Facet::Model, model.slug, href.model(model.slug)));
    let tags = reference.tags.iter().map(|tag| &tag.slug);
    let tags = tags.map(|slug| (Facet::Tag, slug.as_str(), href.tag(slug)));
    for (facet, value, path) in categories.chain(models).chain(tags) {
        let mut selection = Selection::default();
        selection.choose(facet, value);
        pages.extend(facets.last_change(&selection).map(|changed| (path, changed)));
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name() {
        for locale in Locale::ALL {
            for kind in Kind::ALL {
                let part = Part { locale, kind, number: 12 };
                assert_eq!(Part::parse(&part.name()), Some(part));
            }
        }
        for other in [
            "en-prompts-0.xml",
            "en-prompts-01.xml",
            "en-prompts-+1.xml",
            "en-prompts-1",
            "EN-prompts-1.xml",
            "fr-prompts-1.xml",
            "en-1.xml",
            "en-prompts-99999999999999999999.xml",
            ".xml",
        ] {
            assert_eq!(Part::parse(other), None, "{other}");
        }
        let last = Part { locale: Locale::En, kind: Kind::Prompts, number: usize::MAX };
        assert_eq!(last.offset(), usize::MAX);
    }
}
