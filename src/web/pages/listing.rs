//! What all lists of prompts have in common: sorting, pages, cards.

use askama::Template;
use axum::extract::Query;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use super::{CardView, Crumb};
use crate::gallery::{Listing, Shelf, Snapshot, Sort};
use crate::i18n::Texts;
use crate::web::Site;
use crate::web::addresses::query_value;
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::html;

/// The most characters a search may have.
pub(super) const LONGEST_QUERY: usize = 200;

/// The query of a list's address. Unknown values mean the default, as a reader expects.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    pub(super) q: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

impl ListQuery {
    /// Reads it; a query that cannot be decoded is an empty one.
    pub(super) fn of(uri: &Uri) -> Self {
        Query::try_from_uri(uri).map(|Query(query)| query).unwrap_or_default()
    }

    fn sort(&self) -> Sort {
        if self.sort == "featured" { Sort::Featured } else { Sort::Newest }
    }

    /// The page asked for; none when it is no page number.
    fn page(&self) -> Option<usize> {
        if self.page.is_empty() {
            return Some(1);
        }
        self.page.parse().ok().filter(|page| *page >= 1)
    }
}

#[derive(Template)]
#[template(path = "pages/listing.html")]
struct ListingPage {
    page: Page,
    crumbs: Vec<Crumb>,
    heading: String,
    intro: String,
    empty: &'static str,
    count: String,
    cards: Vec<CardView>,
    sorts: Vec<SortLink>,
    pager: Pager,
}

#[derive(Debug)]
struct SortLink {
    name: &'static str,
    href: String,
    chosen: bool,
}

/// Links to the other pages of a list.
#[derive(Debug)]
struct Pager {
    /// "Page 2 of 9"; none where there is only one.
    place: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Page { number: usize, name: String, href: String, here: bool },
    Gap,
}

/// What makes one list different from another.
pub(super) struct ListContent {
    pub(super) page: Page,
    pub(super) crumbs: Vec<Crumb>,
    pub(super) heading: String,
    /// HTML.
    pub(super) intro: String,
    pub(super) path: String,
}

/// Renders one page of a list.
pub(super) async fn render(
    site: &Site,
    snapshot: &Snapshot,
    shelf: Shelf<'_>,
    query: &ListQuery,
    content: ListContent,
) -> Result<Response, Error> {
    let ListContent { mut page, crumbs, heading, intro, path } = content;
    let number = query.page().ok_or(Error::NotFound)?;
    let listing = site.gallery().listing(snapshot, shelf, query.sort(), number).await?;
    let Listing { cards, total, page: number, last_page } = listing.ok_or(Error::NotFound)?;
    let t = page.t;
    let searched = matches!(shelf, Shelf::Search(_));
    let address = Address { path: page.href.path(&path), query: searched.then(|| query.q.clone()) };
    if number > 1 {
        page.title = format!("{} · {}", page.title, (t.page)(number));
        page.description = format!("{} {}", page.description, (t.page_of)(number, last_page));
    }
    if number > 1 || query.sort() != Sort::Newest {
        // Another page of the list is a page of its own; another order is not.
        let suffix = if number > 1 { format!("?page={number}") } else { String::new() };
        if let Some(url) = &mut page.canonical {
            url.push_str(&suffix);
        }
        for alternate in &mut page.alternates {
            alternate.url.push_str(&suffix);
            alternate.path.push_str(&suffix);
        }
        if let Some(url) = &mut page.x_default {
            url.push_str(&suffix);
        }
    }
    let sorts = if searched || total < 2 {
        Vec::new()
    } else {
        [(t.sort_newest, Sort::Newest), (t.sort_featured, Sort::Featured)]
            .into_iter()
            .map(|(name, sort)| SortLink {
                name,
                href: address.at(1, sort),
                chosen: sort == query.sort(),
            })
            .collect()
    };
    let pager = Pager::new(&address, number, last_page, query.sort(), t);
    let body = ListingPage {
        crumbs,
        heading,
        intro,
        empty: if searched { t.search_nothing } else { t.nothing_here },
        count: (t.prompt_count)(total),
        cards: CardView::all(cards, snapshot, t),
        sorts,
        pager,
        page,
    };
    Ok(CachePolicy::Content.on(html::page(&body)?))
}

/// The address of a list, on any of its pages and in any order.
struct Address {
    path: String,
    query: Option<String>,
}

impl Address {
    fn at(&self, page: usize, sort: Sort) -> String {
        let mut parts = Vec::new();
        if let Some(query) = &self.query {
            parts.push(format!("q={}", query_value(query)));
        }
        if sort == Sort::Featured {
            parts.push(String::from("sort=featured"));
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        if parts.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, parts.join("&"))
        }
    }
}

impl Pager {
    /// The first, the last, and those around this page.
    fn new(address: &Address, number: usize, last: usize, sort: Sort, t: &Texts) -> Self {
        let near = number.saturating_sub(2)..=number.saturating_add(2);
        let mut steps = Vec::new();
        let mut shown = 0;
        let candidates = std::iter::once(1).chain(near).chain(std::iter::once(last));
        for candidate in candidates.filter(|page| (1..=last).contains(page)) {
            if candidate <= shown {
                continue;
            }
            if candidate > shown + 1 {
                steps.push(Step::Gap);
            }
            let href = address.at(candidate, sort);
            let name = (t.page)(candidate);
            steps.push(Step::Page { number: candidate, name, href, here: candidate == number });
            shown = candidate;
        }
        Self {
            place: (last > 1).then(|| (t.page_of)(number, last)),
            previous: (number > 1).then(|| address.at(number - 1, sort)),
            next: (number < last).then(|| address.at(number + 1, sort)),
            steps,
        }
    }
}
