//! What is new, for feed readers: Atom (RFC 4287), of the whole gallery and of each category, model
//! and tag, in every language, in pages (RFC 5005).
//!
//! An entry is known by a `tag:` address (RFC 4151) of the prompt's number and the day it was added,
//! which stay when it is renamed; `docs/feeds.md` tells more. Its content is HTML, because readers
//! fold the lines of plain text. A text too long for a feed is cut; what XML cannot hold is replaced
//! ([`xml`]).

use axum::extract::State;
use axum::http::Uri;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::Response;

use super::Site;
use super::addresses::{self, Href};
use super::caching::CachePolicy;
use super::errors::Error;
use super::extract::{Path, page_number};
use super::html::{push_verbatim, shortened};
use super::pages::local;
use super::routes::Name;
use super::xml::{self, Xml};
use crate::catalog::{Locale, Medium};
use crate::gallery::{Facet, ListRequest, Listing, Selection, Snapshot, Sort, Titled as _};
use crate::i18n::{self, Texts};
use crate::markdown;
use crate::store::StoredPrompt;

/// Prompts on a page of a feed.
const PAGE_SIZE: usize = 50;

/// The most of a text that is in a feed, in bytes: a whole page of long ones is some hundred kB.
const MOST_OF_A_TEXT: usize = 8 * 1024;

/// What is said of a prompt besides its text, in bytes of Markdown.
const MOST_OF_A_DESCRIPTION: usize = 2 * 1024;

const NAMESPACE: &str = "http://www.w3.org/2005/Atom";

/// The kind of a feed.
pub(super) const KIND: &str = "application/atom+xml";

/// Where the feed of a list is, from the list's own path.
pub(super) fn address(list: &str) -> String {
    format!("{}/feed.xml", list.trim_end_matches('/'))
}

/// What names in the query of a feed's address are.
pub(super) fn name(name: &str) -> Name {
    Name::read_if(name == "page")
}

pub(super) async fn everything(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = addresses::split(uri.path()).0;
    let t = i18n::texts(locale);
    let list = List {
        path: Href::new(locale).home(),
        title: t.site_name.to_owned(),
        subtitle: t.tagline.to_owned(),
        selection: Selection::default(),
    };
    show(&site, &*site.gallery().current().await?, list, &uri, t).await
}

pub(super) async fn category(
    State(site): State<Site>,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let locale = addresses::split(uri.path()).0;
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let category = snapshot.reference.category(&slug).ok_or(Error::NotFound)?;
    let name = local(&category.name, locale);
    let subtitle = markdown::plain(local(&category.description, locale));
    let path = Href::new(locale).category(&slug);
    let list = List::new(path, name, subtitle, Facet::Category, &slug, t);
    show(&site, &snapshot, list, &uri, t).await
}

pub(super) async fn model(
    State(site): State<Site>,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let locale = addresses::split(uri.path()).0;
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let model = snapshot.reference.catalog.model(&slug).ok_or(Error::NotFound)?;
    let provider = model.provider.map(|provider| provider.name.as_str());
    let subtitle = (t.model_intro)(model.slug, &model.service.name, provider);
    let path = Href::new(locale).model(&slug);
    let list = List::new(path, model.slug, subtitle, Facet::Model, &slug, t);
    show(&site, &snapshot, list, &uri, t).await
}

pub(super) async fn tag(
    State(site): State<Site>,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let locale = addresses::split(uri.path()).0;
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let tag = snapshot.reference.tag(&slug).ok_or(Error::NotFound)?;
    let name = local(&tag.name, locale);
    let path = Href::new(locale).tag(&slug);
    let list = List::new(path, name, (t.tag_intro)(name), Facet::Tag, &slug, t);
    show(&site, &snapshot, list, &uri, t).await
}

/// What a feed is of.
struct List {
    /// The page that lists the same.
    path: String,
    title: String,
    subtitle: String,
    selection: Selection,
}

impl List {
    fn new(
        path: String,
        name: &str,
        subtitle: String,
        facet: Facet,
        value: &str,
        t: &Texts,
    ) -> Self {
        let mut selection = Selection::default();
        selection.choose(facet, value);
        Self { path, title: format!("{name} · {}", t.site_name), subtitle, selection }
    }
}

async fn show(
    site: &Site,
    snapshot: &Snapshot,
    list: List,
    uri: &Uri,
    t: &'static Texts,
) -> Result<Response, Error> {
    let page = page_number(uri).ok_or(Error::NotFound)?;
    let request = ListRequest {
        selection: &list.selection,
        search: None,
        sort: Sort::Newest,
        locale: t.locale,
        page,
    };
    let listing = site.gallery().prompts(snapshot, request, PAGE_SIZE).await?;
    let listing = listing.ok_or(Error::NotFound)?;
    let feed = Feed { site, snapshot, t, href: Href::new(t.locale) };
    let kind = format!("{KIND}; charset=utf-8");
    let headers = [(CONTENT_TYPE, kind.as_str()), (CONTENT_LANGUAGE, t.locale.tag())];
    Ok(CachePolicy::Content.on((headers, feed.write(&list, &listing))))
}

/// What all parts of a feed need.
struct Feed<'a> {
    site: &'a Site,
    snapshot: &'a Snapshot,
    t: &'static Texts,
    href: Href,
}

impl Feed<'_> {
    fn write(&self, list: &List, listing: &Listing<StoredPrompt>) -> Vec<u8> {
        let Listing { items: prompts, page, last_page: last, .. } = listing;
        let (page, last) = (*page, *last);
        let own = self.url(&address(&list.path));
        let at = |page: usize| if page > 1 { format!("{own}?page={page}") } else { own.clone() };
        // An empty list has not changed since the beginning of time.
        let updated = prompts.iter().map(|stored| stored.updated.as_str()).max();
        let updated = updated.unwrap_or("1970-01-01T00:00:00Z");
        let attributes = [
            ("xmlns", NAMESPACE),
            ("xml:lang", self.t.locale.tag()),
            ("xml:base", &*self.url("/")),
        ];
        xml::document(|xml| {
            xml.within("feed", &attributes, |xml| {
                xml.text("id", &[], &own);
                xml.text("title", &[], &list.title);
                xml.text("subtitle", &[], &list.subtitle);
                xml.text("updated", &[], updated);
                xml.within("author", &[], |xml| xml.text("name", &[], self.t.site_name));
                let link = |xml: &mut Xml, rel: &str, href: &str| {
                    xml.empty("link", &[("rel", rel), ("type", KIND), ("href", href)]);
                };
                let list = self.url(&list.path);
                xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &list)]);
                link(xml, "self", &at(page));
                // An export has the newest only: an address with a query is no file.
                if last > 1 && self.site.exported().is_none() {
                    link(xml, "first", &at(1));
                    if page > 1 {
                        link(xml, "previous", &at(page - 1));
                    }
                    if page < last {
                        link(xml, "next", &at(page + 1));
                    }
                    link(xml, "last", &at(last));
                }
                for stored in prompts {
                    self.entry(xml, stored);
                }
            });
        })
    }

    fn entry(&self, xml: &mut Xml, stored: &StoredPrompt) {
        let locale = self.t.locale;
        let prompt = &stored.prompt;
        let (title_lang, title) = stored.title(locale);
        let described = prompt.description.best(&[locale]);
        let (summary_lang, summary) = match described {
            Some((lang, text)) => (lang, shortened(&markdown::plain(text))),
            None => (prompt.language, stored.digest.excerpt.clone()),
        };
        let created = prompt.created.as_deref().unwrap_or_default();
        let url = self.url(&self.href.prompt(&prompt.slug));
        xml.within("entry", &[], |xml| {
            xml.text("id", &[], &self.id(stored.id, created));
            xml.text("title", &[("xml:lang", title_lang.tag())], &title);
            let alternate = [
                ("rel", "alternate"),
                ("type", "text/html"),
                ("hreflang", locale.tag()),
                ("href", &*url),
            ];
            xml.empty("link", &alternate);
            self.enclosure(xml, stored);
            if let Some(source) = &prompt.source.url {
                xml.empty("link", &[("rel", "via"), ("href", source)]);
            }
            xml.text("published", &[], &format!("{created}T00:00:00Z"));
            xml.text("updated", &[], &stored.updated);
            if let Some(author) = &prompt.source.author {
                xml.within("author", &[], |xml| xml.text("name", &[], author));
            }
            self.labels(xml, stored);
            if let Some(license) = &prompt.source.license {
                xml.text("rights", &[], license);
            }
            xml.text("summary", &[("xml:lang", summary_lang.tag())], &summary);
            xml.text("content", &[("type", "html")], &content(stored, locale));
        });
    }

    /// Names an entry for ever. A database that is made anew may give its prompts other numbers:
    /// the day keeps a reader from taking one for another it has read.
    fn id(&self, number: i64, created: &str) -> String {
        let authority = authority(self.site.public_url());
        let tag = self.t.locale.tag();
        format!("tag:{authority},{created}:prompts/{number}/{tag}")
    }

    /// A sample, or else the cover.
    fn enclosure(&self, xml: &mut Xml, stored: &StoredPrompt) {
        let sample = stored.prompt.media.first().and_then(Medium::main_file);
        let sample = sample.and_then(|file| Some((file, crate::media::media_type(file)?)));
        let (path, kind) = match sample {
            Some((file, kind)) => (addresses::media(file), kind),
            None => (addresses::cover(&stored.prompt.slug), "image/svg+xml"),
        };
        let url = self.url(&path);
        xml.empty("link", &[("rel", "enclosure"), ("type", kind), ("href", &url)]);
    }

    fn labels(&self, xml: &mut Xml, stored: &StoredPrompt) {
        let (reference, locale) = (&self.snapshot.reference, self.t.locale);
        let prompt = &stored.prompt;
        let category = reference.category(prompt.category.as_str());
        let name = category.map_or(prompt.category.as_str(), |it| local(&it.name, locale));
        let mut labels = vec![("categories", prompt.category.as_str(), name)];
        for slug in &prompt.tags {
            let tag = reference.tag(slug.as_str());
            let name = tag.map_or(slug.as_str(), |tag| local(&tag.name, locale));
            labels.push(("tags", slug.as_str(), name));
        }
        labels.extend(prompt.model.as_deref().map(|model| ("models", model, model)));
        for (shelf, term, label) in labels {
            let scheme = self.url(&format!("/{shelf}"));
            xml.empty("category", &[("term", term), ("scheme", &scheme), ("label", label)]);
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.site.public_url())
    }
}

/// Who names things under a public address: its host, without the port.
fn authority(public_url: &str) -> &str {
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    // An IPv6 address can name nothing.
    if host.starts_with('[') { "localhost" } else { host.split(':').next().unwrap_or(host) }
}

/// What a reader shows: the description and the text.
fn content(stored: &StoredPrompt, locale: Locale) -> String {
    let prompt = &stored.prompt;
    let mut html = String::new();
    if let Some((lang, description)) = prompt.description.best(&[locale]) {
        let description = markdown::html(beginning(description, MOST_OF_A_DESCRIPTION).0);
        html.push_str(&format!("<div lang=\"{lang}\">{description}</div>\n"));
    }
    html.push_str(&format!("<pre lang=\"{}\" dir=\"auto\"><code>", prompt.language));
    let (text, is_cut) = beginning(&prompt.text, MOST_OF_A_TEXT);
    push_verbatim(&mut html, text);
    if is_cut {
        html.push('…');
    }
    html.push_str("</code></pre>");
    html
}

/// The beginning of a text, and whether there is more.
fn beginning(text: &str, most: usize) -> (&str, bool) {
    if text.len() <= most {
        return (text, false);
    }
    (text.get(..text.floor_char_boundary(most)).unwrap_or_default(), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_entries_is_a_host() {
        for (url, host) in [
            ("https://gallery.example", "gallery.example"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]:8080", "localhost"),
        ] {
            assert_eq!(authority(url), host);
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(beginning("北窗", 6), ("北窗", false));
        assert_eq!(beginning("北窗", 5), ("北", true));
        assert_eq!(beginning("", 0), ("", false));
    }
}
