//! One file a page: read one thing, fill one template.

pub(super) mod about;
pub(super) mod api;
mod blanks;
pub(super) mod categories;
pub(super) mod category;
pub(super) mod faq;
pub(super) mod favourites;
mod found;
pub(super) mod home;
mod listing;
pub(super) mod model;
pub(super) mod models;
pub(super) mod prompt;
pub(super) mod prompts;
mod set_up;
pub(super) mod tag;

pub(super) use listing::{ListQuery, Names, sort_slug};

use axum::http::Uri;
use serde_json::Value;

use super::samples::PictureView;
use super::{Site, addresses, covers, structured};
use crate::catalog::{Category, LocalText, Locale};
use crate::cover;
use crate::gallery::{Snapshot, Titled};
use crate::i18n::Texts;
use crate::search::Marker;
use crate::store::Card;
use found::{FoundView, PassageView};

/// The language of a request.
fn locale(uri: &Uri) -> Locale {
    addresses::split(uri.path()).0
}

/// A text in the page's language, or in any other.
pub(super) fn local(text: &LocalText, locale: Locale) -> &str {
    text.best(&[locale, Locale::DEFAULT]).map_or("", |(_, text)| text)
}

/// A prompt as a list shows it.
#[derive(Debug)]
pub(super) struct CardView {
    href: String,
    cover: CardCover,
    /// A sample that stands in the cover's place.
    picture: Option<PictureView>,
    title: String,
    title_lang: Locale,
    excerpt: String,
    lang: Locale,
    /// What it makes, where the category does not say so already.
    modality: Option<&'static str>,
    category: String,
    category_href: String,
    model: Option<String>,
    slug: String,
    /// Why it is on a list, where something was searched for.
    found: Option<FoundView>,
}

/// The picture on a card.
#[derive(Debug)]
struct CardCover {
    src: String,
    width: u32,
    height: u32,
}

impl CardCover {
    /// A cover on a sheet, whose address this is.
    fn new(card: &Card, sheet: &str) -> Self {
        let proportions = card.aspect_ratio.as_deref().and_then(covers::proportions);
        let (width, height) = cover::size(proportions);
        Self { src: format!("{sheet}#{}", card.slug), width, height }
    }
}

impl CardView {
    fn new(card: Card, sheet: &str, snapshot: &Snapshot, t: &'static Texts) -> Self {
        let href = addresses::Href::new(t.locale);
        let (title_lang, title) = card.title(t.locale);
        let title = title.into_owned();
        let category = snapshot
            .reference
            .category(&card.category)
            .map_or_else(|| card.category.clone(), |category| name_of(category, t.locale));
        Self {
            href: href.prompt(&card.slug),
            cover: CardCover::new(&card, sheet),
            picture: card.picture.as_ref().map(PictureView::new),
            title,
            title_lang,
            excerpt: card.digest.brief(),
            lang: card.language,
            modality: Some((t.modality)(snapshot.modality(&card.endpoint)))
                .filter(|modality| *modality != category),
            category,
            category_href: href.category(&card.category),
            model: card.model,
            slug: card.slug.to_string(),
            found: None,
        }
    }

    /// The part of the prompt that has what was searched for.
    fn passage(&self) -> Option<&PassageView> {
        self.found.as_ref()?.passage.as_ref()
    }

    /// The cards of a list; where it was searched for, with what they were found by.
    fn all(
        cards: Vec<Card>,
        marker: Option<&Marker>,
        site: &Site,
        snapshot: &Snapshot,
        t: &'static Texts,
    ) -> Vec<Self> {
        let sheets = covers::sheets(site, snapshot, &cards);
        let view = |(card, sheet): (Card, String)| {
            let words = marker.zip(card.words.as_deref());
            let found =
                words.map(|(marker, words)| FoundView::new(&card, words, marker, snapshot, t));
            Self { found, ..Self::new(card, &sheet, snapshot, t) }
        };
        cards.into_iter().zip(sheets).map(view).collect()
    }
}

fn name_of(category: &Category, locale: Locale) -> String {
    local(&category.name, locale).to_owned()
}

/// A step on the way from the home page.
#[derive(Debug)]
pub(super) struct Crumb {
    name: String,
    href: String,
}

/// The steps on the way to a page and the page itself, for search engines.
fn breadcrumb(site: &Site, crumbs: &[Crumb], here: &str) -> Value {
    let url = |crumb: &Crumb| format!("{}{}", site.public_url(), crumb.href);
    structured::breadcrumb(crumbs.iter().map(|crumb| (crumb.name.as_str(), url(crumb))), here)
}

impl Crumb {
    fn new(name: impl Into<String>, href: impl Into<String>) -> Self {
        Self { name: name.into(), href: href.into() }
    }
}
